// SPDX-License-Identifier: Apache-2.0
// The steps of a run, one file each, one row each in table.cpp. `apprentice distill` is the chain of all rows; each row
// is a verb of its own, which first runs what is missing before it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apprentice/codegen/package.h"
#include "apprentice/pipeline/run.h"
#include "apprentice/pipeline/training.h"

namespace apprentice {

struct StepKind {
  const char* name;     // a verb of the command line
  const char* summary;  // one line
  // Does the step's work, or nothing when it is sealed and its inputs are unchanged.
  Result<StepOutcome> (*run)(Run& run);
};
// In the order of the chain.
const std::vector<StepKind>& step_kinds();

// Runs the chain up to and including `last`; `on_step` hears how each step ended.
using StepObserver = std::function<void(const StepKind&, StepOutcome)>;
Status run_steps(Run& run, const std::string& last, const StepObserver& on_step);

// The rows.
Result<StepOutcome> check_step(Run& run);
Result<StepOutcome> teach_step(Run& run);
Result<StepOutcome> assist_step(Run& run);
Result<StepOutcome> label_step(Run& run);
Result<StepOutcome> train_step(Run& run);
Result<StepOutcome> quantize_step(Run& run);
Result<StepOutcome> choose_step(Run& run);
Result<StepOutcome> package_step(Run& run);
Result<StepOutcome> measure_step(Run& run);
Result<StepOutcome> report_step(Run& run);

// What the train step trains.
std::vector<Training> trainings_of(const Run& run);

// The two students of a run: with the teacher, and the control arm on labels alone. Repeats differ in
// their seed only and serve the interval of the gain; pipeline/choice.h says which of them ships.
struct Arm {
  const char* name;
  bool distilled;
  int64_t repeat = 0;
};
inline constexpr Arm kStudentArm{"student", true}, kControlArm{"control", false};
// Of one repeat; the control arm is absent when the job switches it off.
std::vector<Arm> arms(const Job& job, int64_t repeat = 0);
// Of every repeat.
std::vector<Arm> all_arms(const Job& job);
uint64_t seed_of(const Job& job, const Arm& arm);
// "student", "student-2": for steps, progress and messages.
std::string title(const Arm& arm);
// The C99 package of the arm that ships, as the package step writes it, the measure step builds it and prove() proves
// it.
struct Shipped {
  Arm arm;
  QuantNet net;
  DevicePackage package;
};
Result<Shipped> shipped_package(const Run& run);
// All that ships lies in one folder, so that files of the other arm cannot be taken for it.
inline constexpr const char* kShipped = "shipped";
inline constexpr const char* kShippedPackage = "shipped/package";
inline constexpr const char* kShippedModel = "shipped/model.apnet";
inline constexpr const char* kShippedNet = "shipped/int8.apq";
inline constexpr const char* kShippedOnnx = "shipped/model.onnx";
inline constexpr const char* kShippedInt8Onnx = "shipped/model_int8.onnx";
inline constexpr const char* kShippedManifest = "shipped/package/manifest.json";
inline constexpr const char* kDeviceReport = "device/report.json";
// The network of a trained folder ("student-2", "compare/kd-2") as int8, sealed.
Result<StepOutcome> quantize_trained(Run& run, const std::string& folder);
// Files inside the run directory.
std::string model_path(const Arm& arm);
std::string history_path(const Arm& arm);
std::string quant_path(const Arm& arm);
// How member `member` of [teach] was trained; trees have no such file.
std::string taught_history_path(size_t member);
// Of a member of a taught teacher: its ONNX file, or the .json of its trees.
std::string taught_path(const Job& job, size_t member);

bool has_teacher(const Run& run);
// kUnchanged only when both are.
StepOutcome both(StepOutcome a, StepOutcome b);

}  // namespace apprentice
