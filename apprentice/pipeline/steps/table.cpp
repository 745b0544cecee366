// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/training.h"

namespace apprentice {

const std::vector<StepKind>& step_kinds() {
  static const std::vector<StepKind> kSteps = {
      {"check", "everything that can be known before hours of work: data, teacher, budget on the device", check_step},
      {"teach", "trains the built-in teacher of [teach] and saves it as ONNX", teach_step},
      {"assist", "trains the networks of [[assistant]], each taught by the one before", assist_step},
      {"label", "stores the teacher's answers on the training split", label_step},
      {"train", "trains the student and the control arm", train_step},
      {"quantize", "turns the trained networks into int8", quantize_step},
      {"choose", "decides on the validation split which arm ships: the student, or its control arm", choose_step},
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

std::vector<Arm> arms(const Job& job, int64_t repeat) {
  std::vector<Arm> list = {kStudentArm};
  if (job.control) list.push_back(kControlArm);
  for (Arm& arm : list) arm.repeat = repeat;
  return list;
}

std::vector<Arm> all_arms(const Job& job) {
  std::vector<Arm> list;
  for (int64_t repeat = 0; repeat < job.seeds; ++repeat) {
    for (const Arm& arm : arms(job, repeat)) list.push_back(arm);
  }
  return list;
}

uint64_t seed_of(const Job& job, const Arm& arm) { return job.train.seed + static_cast<uint64_t>(arm.repeat); }

std::string title(const Arm& arm) {
  return arm.repeat == 0 ? arm.name : fmt::format("{}-{}", arm.name, arm.repeat + 1);
}

std::string model_path(const Arm& arm) { return model_file(title(arm)); }
std::string history_path(const Arm& arm) { return history_file(title(arm)); }
std::string quant_path(const Arm& arm) { return quant_file(title(arm)); }
std::string taught_path(const Job& job, size_t member) {
  return fmt::format("teacher/teacher{}.{}", member, job.teach.members[member].trees ? "json" : "onnx");
}

bool has_teacher(const Run& run) { return run.inputs.teacher != nullptr || run.inputs.job.teach.present; }

StepOutcome both(StepOutcome a, StepOutcome b) { return a == StepOutcome::kUnchanged ? b : StepOutcome::kDone; }

}  // namespace apprentice
