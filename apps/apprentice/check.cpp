// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/job_check.h"

#include "apprentice/pipeline/baselines.h"
#include "result_text.h"
#include "scratch.h"
#include "target.h"

namespace apprentice::cli {
namespace {

Result<pipeline::CheckReport> check_alone(pipeline::Inputs& inputs, const RunControl& control) {
  APPRENTICE_TRY(const ScratchFolder scratch, ScratchFolder::make());
  APPRENTICE_TRY(const pipeline::JobBaselines baselines, pipeline::job_baselines(inputs, control));
  return pipeline::check_inputs(inputs, baselines, scratch.path(), control);
}

// Of a hall first what its devices share, then each device.
Status check_all(pipeline::JobInputs& inputs, Form form, Session& session) {
  pipeline::Inputs& first = inputs.shared ? *inputs.shared : inputs.devices.front();
  APPRENTICE_TRY(const pipeline::CheckReport report, check_alone(first, session.control));
  nlohmann::ordered_json json = pipeline::to_json(report);
  if (form == Form::kText) {
    session.console.result(inputs.shared ? check_hall_text(report) : check_text(report, first.device));
  }
  for (pipeline::Inputs& device : inputs.devices) {
    if (!inputs.shared) break;
    APPRENTICE_TRY(const pipeline::CheckReport own, check_alone(device, session.control));
    json["devices"][device.job.name] = pipeline::to_json(own);
    if (form == Form::kText) {
      session.console.result("\n" + check_device_text(device.job.name, own, device.device));
    }
  }
  if (form == Form::kJson) session.console.result(json.dump(2) + "\n");
  return {};
}

}  // namespace

Action declare_check(Options options) {
  const auto target = std::make_shared<Target>();
  const auto form = std::make_shared<Form>(Form::kText);
  add_target_path(options, target->path);
  add_allow_programs(options, target->allow_programs);
  options.json(*form);
  options.about(
      "Reads all that the job names, asks the teacher about some validation samples, and builds and runs the "
      "untrained\n"
      "student on the device: shapes, labels, leaks, the teacher's accuracy, the budget. Writes nothing.\n"
      "Example: apprentice check job.toml");
  return [target, form](Session& session) -> Status {
    APPRENTICE_TRY(const pipeline::Job job, load_job(*target));
    APPRENTICE_TRY(pipeline::JobInputs inputs, pipeline::load_inputs(job));
    APPRENTICE_CHECK(allow_programs(*target, inputs.shared ? *inputs.shared : inputs.devices.front()));
    return check_all(inputs, *form, session);
  };
}

}  // namespace apprentice::cli
