// SPDX-License-Identifier: Apache-2.0
// The steps of a job as data, one file each, one row each in step_table.cpp; pipeline/hall.h runs them. `apprentice
// distill` is the chain of all rows; each row is a verb of its own, which first runs what is missing before it.
#pragma once

#include <string>
#include <vector>

#include "apprentice/codegen/package.h"
#include "apprentice/pipeline/run.h"
#include "apprentice/pipeline/training.h"
#include "apprentice/pipeline/unit.h"

namespace apprentice::pipeline {

// Whose units a part of a step makes. A job without [[device]] has one device and no hall.
enum class Scope {
  kHall,          // the hall's own, on what its devices share
  kDevice,        // each device's in order, the devices side by side
  kDeviceInTurn,  // the same, one device after the other: a unit takes all cores
  kQueue,         // those of all devices in one queue
};
struct StepPart {
  Scope scope;
  Result<Units> (*units)(Run& run);  // asked when the parts before it are done
};
// A sentence about a run for whoever waits for it.
struct StepNote {
  std::string lead;  // "warning: ", or nothing
  std::string sentence;
};
// What a step cannot do without. A build without libtorch takes what another one has done, and refuses the rest.
enum class Needs { kNothing, kLibtorch };
struct StepKind {
  const char* name;     // a verb of the command line
  const char* summary;  // one line
  Needs needs;
  std::vector<StepPart> parts;
  std::vector<StepNote> (*notes)(const Run& run) = nullptr;  // once it is done
};
// In the order of the chain.
const std::vector<StepKind>& step_kinds();

// Of the rows.
Result<Units> check_units(Run& run);
std::vector<StepNote> check_notes(const Run& run);
Result<Units> teach_units(Run& run);
Result<Units> assist_units(Run& run);
Result<Units> label_units(Run& run);
Result<Units> train_units(Run& run);
Result<Units> quantize_units(Run& run);
Result<Units> choose_units(Run& run);
std::vector<StepNote> choose_notes(const Run& run);
Result<Units> package_units(Run& run);
Result<Units> measure_units(Run& run);
Result<Units> report_units(Run& run);
Result<Units> hall_report_units(Run& run);

// What the job's own teacher answers of all that the device's networks and report will read, stored at home.
Units teacher_answer_units(Run& run);

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
  quant::QuantNet net;
  package::DevicePackage package;
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
inline constexpr const char* kReportJson = "report/report.json";
inline constexpr const char* kReportPage = "report/report.html";
// The network of a trained folder ("student-2", "compare/kd-2") as int8.
Unit quantize_unit(Run& run, const std::string& folder);
// Files inside the run directory.
std::string model_path(const Arm& arm);
std::string history_path(const Arm& arm);
std::string quant_path(const Arm& arm);
// How member `member` of [teach] was trained; trees have no such file.
std::string taught_history_path(size_t member);

}  // namespace apprentice::pipeline
