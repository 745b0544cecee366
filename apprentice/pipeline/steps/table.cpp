// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/steps/step.h"

namespace apprentice {

const std::vector<StepKind>& step_kinds() {
  static const std::vector<StepKind> kSteps = {
      {"check", "everything that can be known before hours of work: data, teacher, budget on the device", check_step},
      {"teach", "trains the built-in teacher of [teach] and saves it as ONNX", teach_step},
      {"label", "stores the teacher's answers on the training split", label_step},
      {"train", "trains the student and the control arm", train_step},
      {"quantize", "turns the trained networks into int8", quantize_step},
      {"package", "writes the int8 student as C99 and as ONNX", package_step},
      {"measure", "runs the package on the emulated device and proves it equal to the oracle", measure_step},
      {"report", "compares all models on the test split", report_step},
  };
  return kSteps;
}

Status run_steps(Run& run, const std::string& last, const StepObserver& on_step) {
  for (const StepKind& step : step_kinds()) {
    if (run.control.stop_requested()) return interrupted(step.name);
    APPRENTICE_TRY(const StepOutcome outcome, step.run(run));
    on_step(step, outcome);
    if (step.name == last) return {};
  }
  throw BrokenPromise("run_steps: no such step");
}

std::vector<Arm> arms(const Job& job) {
  std::vector<Arm> list = {{"student", true}};
  if (job.control) list.push_back({"control", false});
  return list;
}

std::string model_path(const Arm& arm) { return fmt::format("{}/model.apnet", arm.name); }
std::string history_path(const Arm& arm) { return fmt::format("{}/history.json", arm.name); }
std::string quant_path(const Arm& arm) { return fmt::format("{}/int8.apq", arm.name); }
std::string taught_path(int64_t member) { return fmt::format("teacher/teacher{}.onnx", member); }

bool has_teacher(const Run& run) { return run.inputs.teacher != nullptr || run.inputs.job.teach.present; }

StepOutcome both(StepOutcome a, StepOutcome b) { return a == StepOutcome::kUnchanged ? b : StepOutcome::kDone; }

}  // namespace apprentice
