// SPDX-License-Identifier: Apache-2.0
// choose: see pipeline/choice.h; asks the int8 forms of both arms about the validation split.
#include "apprentice/base/files.h"
#include "apprentice/pipeline/choice.h"
#include "apprentice/pipeline/net_answers.h"
#include "apprentice/report/report.h"

namespace apprentice::pipeline {
namespace {

Result<std::vector<std::string>> write_choice(Run& run) {
  const Inputs& inputs = run.inputs;
  run.control.report({"choose", 0, 0, ""});
  const Truth truth = read_truth(*inputs.splits.validation);
  Scorecards student, control;
  for (const Arm& arm : all_arms(inputs.job)) {
    APPRENTICE_TRY(const NetAnswers answers, answer_int8(run, title(arm), *inputs.splits.validation));
    (arm.distilled ? student : control).push_back(scorecard(answers.outputs, truth, inputs.metric));
  }
  const report::ReportChoice choice = choose(student, control, truth, inputs.job);
  APPRENTICE_CHECK(write_file(run.directory.file(kChoice), report::to_json(choice).dump(2) + "\n"));
  return std::vector<std::string>{kChoice};
}

Result<nlohmann::ordered_json> choose_inputs(const Run& run) {
  const Job& job = run.inputs.job;
  nlohmann::ordered_json seen = {{"validation", run.inputs.splits.validation->info().fingerprint},
                                 {"fallback", job.fallback},
                                 {"metric", metrics::to_string(run.inputs.metric)},
                                 {"bootstrap_rounds", job.report.bootstrap_rounds},
                                 {"seed", job.seed}};
  for (const Arm& arm : all_arms(job)) {
    APPRENTICE_TRY(seen[quant_path(arm)], hash_file(run.directory.file(quant_path(arm))));
  }
  return seen;
}

}  // namespace

Result<Units> choose_units(Run& run) { return one_unit(run, "choose", choose_inputs, write_choice); }

std::vector<StepNote> choose_notes(const Run& run) {
  const auto choice = read_choice(run);
  if (!choice) return {};
  const bool against_advice = choice->ships == report::ModelRole::kStudentInt8 &&
                              choice->reason != report::ReportChoice::Reason::kBetter &&
                              choice->reason != report::ReportChoice::Reason::kAlone;
  return {{against_advice ? "WARNING: " : "", report::choice_sentence(*choice, target_unit(run.inputs.job))}};
}

}  // namespace apprentice::pipeline
