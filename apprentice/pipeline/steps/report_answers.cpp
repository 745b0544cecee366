// SPDX-License-Identifier: Apache-2.0
#include "apprentice/layers/layer.h"
#include "apprentice/pipeline/net_answers.h"
#include "apprentice/pipeline/steps/report_parts.h"
#include "apprentice/pipeline/teaching.h"

namespace apprentice::pipeline {

using report::ModelRole;

namespace {

const Answers* find_answers(const std::vector<Answers>& all, ModelRole role) {
  for (const Answers& model : all) {
    if (model.role == role) return &model;
  }
  return nullptr;
}

std::string family_of(const Run& run) {
  std::string family = "layers of the job";
  Config(run.inputs.job.student).read("family", family);
  return family;
}

}  // namespace

Result<std::vector<SeedAnswers>> answer_test(Run& run) {
  const Job& job = run.inputs.job;
  const data::Dataset& test = *run.inputs.splits.test;
  std::vector<Answers> teacher;
  APPRENTICE_TRY(const auto own, job_teacher(run));
  if (own != nullptr) {
    const teacher::TeacherInfo& info = own->info();
    APPRENTICE_TRY(Tensor outputs, answer_teacher(run));
    teacher.push_back(
        {ModelRole::kTeacher, info.description, std::move(outputs), info.parameters, info.macs, 4 * info.parameters});
  }
  APPRENTICE_TRY(const layers::NetCost cost, layers::net_cost(run.inputs.student));
  std::vector<SeedAnswers> seeds;
  for (int64_t repeat = 0; repeat < job.seeds; ++repeat) {
    SeedAnswers answers{seed_of(job, {"student", true, repeat}), teacher};
    const auto add = [&](ModelRole role, NetAnswers net) {
      answers.models.push_back({role, family_of(run), std::move(net.outputs), cost.parameters, cost.macs, net.bytes});
    };
    for (const Arm& arm : arms(job, repeat)) {
      APPRENTICE_TRY(NetAnswers net, answer_float(run, title(arm), test));
      add(arm.distilled ? ModelRole::kStudent : ModelRole::kControl, std::move(net));
    }
    for (const Arm& arm : arms(job, repeat)) {
      APPRENTICE_TRY(NetAnswers net, answer_int8(run, title(arm), test));
      add(arm.distilled ? ModelRole::kStudentInt8 : ModelRole::kControlInt8, std::move(net));
    }
    seeds.push_back(std::move(answers));
  }
  return seeds;
}

report::ReportModel score(const Answers& model, const std::vector<Answers>& all, const Truth& test) {
  report::ReportModel scored;
  scored.role = model.role;
  scored.detail = model.detail;
  if (test.targets.empty())
    scored.classification = metrics::classification_metrics(model.outputs, test.labels);
  else
    scored.regression = metrics::regression_metrics(model.outputs, test.targets);
  const Answers* teacher = find_answers(all, ModelRole::kTeacher);
  if (teacher != nullptr && test.targets.empty())
    scored.with_teacher = metrics::agreement(teacher->outputs, model.outputs);
  if (model.parameters > 0) scored.parameters = model.parameters;
  if (model.macs > 0) scored.macs = model.macs;
  if (model.bytes > 0) scored.bytes = model.bytes;
  return scored;
}

std::vector<report::ReportGain> gains(const std::vector<SeedAnswers>& seeds, const Truth& test, const Inputs& inputs) {
  const std::pair<ModelRole, ModelRole> pairs[] = {{ModelRole::kStudentInt8, ModelRole::kControlInt8},
                                                   {ModelRole::kStudent, ModelRole::kControl}};
  std::vector<report::ReportGain> list;
  for (const auto& [student_role, control_role] : pairs) {
    if (find_answers(seeds.front().models, control_role) == nullptr) continue;
    Scorecards ours, theirs;
    for (const SeedAnswers& seed : seeds) {
      ours.push_back(scorecard(find_answers(seed.models, student_role)->outputs, test, inputs.metric));
      theirs.push_back(scorecard(find_answers(seed.models, control_role)->outputs, test, inputs.metric));
    }
    report::ReportGain gain = gain_over(ours, theirs, test, inputs.job);
    gain.student = student_role;
    gain.control = control_role;
    list.push_back(std::move(gain));
  }
  return list;
}

}  // namespace apprentice::pipeline
