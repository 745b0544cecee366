// SPDX-License-Identifier: Apache-2.0
// Parts of the report step: what each model answers on the test split, its scores, the gain over the control arm.
#pragma once

#include <string>
#include <vector>

#include "apprentice/pipeline/gain.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/report/report.h"

namespace apprentice::pipeline {

struct Answers {
  report::ModelRole role = report::ModelRole::kStudent;
  std::string detail;
  Tensor outputs;                               // float32 [n, classes] or [n, 1]
  int64_t parameters = 0, macs = 0, bytes = 0;  // 0 = unknown
};
struct SeedAnswers {
  uint64_t seed = 0;
  std::vector<Answers> models;  // the teacher (when there is one), both arms and their int8 forms
};
// One entry per training seed; at least one.
Result<std::vector<SeedAnswers>> answer_test(Run& run);

report::ReportModel score(const Answers& model, const std::vector<Answers>& all, const Truth& test);
// Int8 student over int8 control first, then float; empty without a control arm.
std::vector<report::ReportGain> gains(const std::vector<SeedAnswers>& seeds, const Truth& test, const Inputs& inputs);

// `outputs` of the network that ships and of its teacher (null without one) to every sample of `test`.
report::ReportMistakes worst_mistakes(const Tensor& outputs, const Tensor* teacher, const data::Dataset& test);

// Figures of the measure step for the int8 form that ships, and the device itself.
Status add_device(const Run& run, report::ReportData& report);
// What each layer of that form costs.
Status add_layers(const Run& run, report::ReportData& report);
std::optional<report::ReportRelevance> relevance(const Inputs& inputs);
Result<std::vector<report::ReportCurve>> curves(const Run& run);
Result<report::ReportProvenance> provenance(const Run& run);

}  // namespace apprentice::pipeline
