// SPDX-License-Identifier: Apache-2.0
#include "apprentice/layers/layer.h"
#include "apprentice/pipeline/evaluate.h"
#include "apprentice/pipeline/steps/report_parts.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/train/distiller.h"

namespace apprentice {
namespace {

const Answers* find_answers(const std::vector<Answers>& all, ModelRole role) {
  for (const Answers& model : all) {
    if (model.role == role) return &model;
  }
  return nullptr;
}

std::string family_of(const Run& run) {
  const auto student = explain(run.inputs.job).at("student");
  return student.value("family", "layers of the job");
}

Result<Answers> answer_teacher(Run& run) {
  const TeacherInfo& info = run.inputs.teacher->info();
  Answers model{ModelRole::kTeacher, info.description, {}, info.parameters, info.macs, 4 * info.parameters};
  APPRENTICE_TRY(const auto store, student_targets(run, Asked::kTest));
  model.outputs = answers_tensor(*store);
  return model;
}

Result<Answers> answer_float(Run& run, const Arm& arm, const Answers& shape) {
  Answers model = shape;
  model.role = arm.distilled ? ModelRole::kStudent : ModelRole::kControl;
  model.bytes = 4 * model.parameters;
  APPRENTICE_TRY(const Model trained, load_model(run.directory.file(model_path(arm))));
  APPRENTICE_TRY(model.outputs, predict_float(trained, *run.inputs.splits.test, run.inputs.job.work_threads()));
  return model;
}

Result<Answers> answer_int8(Run& run, const Arm& arm, const Answers& shape) {
  Answers model = shape;
  model.role = arm.distilled ? ModelRole::kStudentInt8 : ModelRole::kControlInt8;
  APPRENTICE_TRY(const QuantNet net, load_quant_net(run.directory.file(quant_path(arm))));
  for (const QuantLayer& layer : net.layers) {
    model.bytes += static_cast<int64_t>(layer.weights.size() + 4 * layer.bias.size());
  }
  APPRENTICE_TRY(model.outputs, predict_int8(net, *run.inputs.splits.test, run.inputs.job.work_threads(), run.control));
  return model;
}

}  // namespace

Result<std::vector<SeedAnswers>> answer_test(Run& run) {
  const Job& job = run.inputs.job;
  std::vector<Answers> teacher;
  if (run.inputs.teacher != nullptr) {
    APPRENTICE_TRY(teacher.emplace_back(), answer_teacher(run));
  }
  APPRENTICE_TRY(const NetCost cost, net_cost(run.inputs.student));
  const Answers shape{ModelRole::kStudent, family_of(run), {}, cost.parameters, cost.macs, 0};
  std::vector<SeedAnswers> seeds;
  for (int64_t repeat = 0; repeat < job.seeds; ++repeat) {
    SeedAnswers answers{seed_of(job, {"student", true, repeat}), teacher};
    for (const Arm& arm : arms(job, repeat)) {
      APPRENTICE_TRY(answers.models.emplace_back(), answer_float(run, arm, shape));
    }
    for (const Arm& arm : arms(job, repeat)) {
      APPRENTICE_TRY(answers.models.emplace_back(), answer_int8(run, arm, shape));
    }
    seeds.push_back(std::move(answers));
  }
  return seeds;
}

ReportModel score(const Answers& model, const std::vector<Answers>& all, const Truth& test) {
  ReportModel scored;
  scored.role = model.role;
  scored.detail = model.detail;
  if (test.targets.empty())
    scored.classification = classification_metrics(model.outputs, test.labels);
  else
    scored.regression = regression_metrics(model.outputs, test.targets);
  const Answers* teacher = find_answers(all, ModelRole::kTeacher);
  if (teacher != nullptr && test.targets.empty()) scored.with_teacher = agreement(teacher->outputs, model.outputs);
  if (model.parameters > 0) scored.parameters = model.parameters;
  if (model.macs > 0) scored.macs = model.macs;
  if (model.bytes > 0) scored.bytes = model.bytes;
  return scored;
}

std::vector<ReportGain> gains(const std::vector<SeedAnswers>& seeds, const Truth& test, const Inputs& inputs) {
  const std::pair<ModelRole, ModelRole> pairs[] = {{ModelRole::kStudentInt8, ModelRole::kControlInt8},
                                                   {ModelRole::kStudent, ModelRole::kControl}};
  std::vector<ReportGain> list;
  for (const auto& [student_role, control_role] : pairs) {
    if (find_answers(seeds.front().models, control_role) == nullptr) continue;
    Scorecards ours, theirs;
    for (const SeedAnswers& seed : seeds) {
      ours.push_back(scorecard(find_answers(seed.models, student_role)->outputs, test, inputs.metric));
      theirs.push_back(scorecard(find_answers(seed.models, control_role)->outputs, test, inputs.metric));
    }
    ReportGain gain = gain_over(ours, theirs, test, inputs.job);
    gain.student = student_role;
    gain.control = control_role;
    list.push_back(std::move(gain));
  }
  return list;
}

}  // namespace apprentice
