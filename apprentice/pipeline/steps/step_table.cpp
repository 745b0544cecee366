// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/training.h"

namespace apprentice::pipeline {

const std::vector<StepKind>& step_kinds() {
  static const std::vector<StepKind> kSteps = {
      {"check",
       "everything that can be known before hours of work: data, teacher, budget on the device",
       Needs::kNothing,
       {{Scope::kHall, check_units}, {Scope::kDevice, check_units}},
       check_notes},
      {"teach",
       "trains the built-in teacher of [teach] and saves it as ONNX",
       Needs::kLibtorch,
       {{Scope::kQueue, teach_units}}},
      {"assist",
       "trains the networks of [[assistant]], each taught by the one before",
       Needs::kLibtorch,
       {{Scope::kDeviceInTurn, assist_units}}},
      {"label",
       "stores the teacher's answers on the training split",
       Needs::kNothing,
       {{Scope::kDeviceInTurn, label_units}}},
      {"train", "trains the student and the control arm", Needs::kLibtorch, {{Scope::kQueue, train_units}}},
      {"quantize", "turns the trained networks into int8", Needs::kNothing, {{Scope::kDevice, quantize_units}}},
      {"choose",
       "decides on the validation split which arm ships: the student, or its control arm",
       Needs::kNothing,
       {{Scope::kDevice, choose_units}},
       choose_notes},
      {"package", "writes the int8 student as C99 and as ONNX", Needs::kNothing, {{Scope::kDevice, package_units}}},
      {"measure",
       "runs the package on the emulated device and proves it equal to the oracle",
       Needs::kNothing,
       {{Scope::kDevice, measure_units}}},
      {"report",
       "compares all models on the test split",
       Needs::kNothing,
       {{Scope::kDevice, report_units}, {Scope::kHall, hall_report_units}}},
  };
  return kSteps;
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

}  // namespace apprentice::pipeline
