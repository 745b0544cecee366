// SPDX-License-Identifier: Apache-2.0
// check: see pipeline/job_check.h; the step keeps its findings in check.json.
#include "apprentice/pipeline/job_check.h"

#include "apprentice/base/files.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/pipeline/baselines.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/teacher/foreign_code.h"

namespace apprentice::pipeline {

namespace {

constexpr const char* kFindings = "check.json";
constexpr int64_t kLargestFindings = int64_t{64} << 20;

Result<nlohmann::ordered_json> check_inputs(const Run& run) {
  const Inputs& inputs = run.inputs;
  nlohmann::ordered_json seen;
  if (has_student(inputs)) seen["network"] = model::fingerprint(inputs.student);
  seen["identity"] = identity(inputs);
  if (!has_student(inputs)) return seen;
  seen["device"] = explain(inputs.job).at("device");
  seen["budget"] = {inputs.device.flash_bytes, inputs.device.ram_bytes};
  return seen;
}

Result<std::vector<std::string>> write_findings(Run& run) {
  APPRENTICE_CHECK(teacher::may_answer(run.inputs.teacher.get()));
  APPRENTICE_TRY(const JobBaselines baselines, sealed_baselines(run));
  APPRENTICE_TRY(const CheckReport report,
                 check_inputs(run.inputs, baselines, run.directory.file("device/check"), run.control));
  APPRENTICE_CHECK(write_file(run.directory.file(kFindings), to_json(report).dump(2) + "\n"));
  return std::vector<std::string>{kFindings};
}

}  // namespace

Result<Units> check_units(Run& run) { return one_unit(run, "check", check_inputs, write_findings); }

std::vector<StepNote> check_notes(const Run& run) {
  std::vector<StepNote> notes;
  const auto json = read_json(run.directory.file(kFindings), kLargestFindings);
  if (!json) return notes;
  for (const std::string& warning : JsonReader(*json, kFindings).texts("warnings"))
    notes.push_back({"warning: ", warning});
  return notes;
}

}  // namespace apprentice::pipeline
