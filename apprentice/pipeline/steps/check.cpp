// SPDX-License-Identifier: Apache-2.0
// check: see pipeline/check.h; the step keeps its findings in check.json.
#include "apprentice/pipeline/check.h"

#include "apprentice/base/files.h"
#include "apprentice/pipeline/baselines.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/teacher/foreign_code.h"

namespace apprentice {

Result<StepOutcome> check_step(Run& run) {
  Inputs& inputs = run.inputs;
  const nlohmann::ordered_json job = explain(inputs.job);
  const nlohmann::ordered_json seen = {{"version", version()},
                                       {"network", fingerprint(inputs.student)},
                                       {"identity", identity(inputs)},
                                       {"device", job.at("device")},
                                       {"budget", {inputs.device.flash_bytes, inputs.device.ram_bytes}}};
  return run.directory.once("check", seen, [&]() -> Result<std::vector<std::string>> {
    APPRENTICE_CHECK(may_answer(inputs.teacher.get()));
    APPRENTICE_TRY(const JobBaselines baselines, sealed_baselines(run));
    APPRENTICE_TRY(const CheckReport report,
                   check_inputs(inputs, baselines, run.directory.file("device/check"), run.control));
    APPRENTICE_CHECK(write_file(run.directory.file("check.json"), to_json(report).dump(2) + "\n"));
    return std::vector<std::string>{"check.json"};
  });
}

}  // namespace apprentice
