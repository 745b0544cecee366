// SPDX-License-Identifier: Apache-2.0
#include "apprentice/package/device_figures.h"
#include "result_text.h"
#include "target.h"

namespace apprentice::cli {
namespace {

Result<nlohmann::ordered_json> figures_json(const pipeline::Run& run) {
  APPRENTICE_TRY(const package::DeviceReport report,
                 package::read_device_report(run.directory.file(pipeline::kDeviceReport)));
  return package::to_json(report);
}

// Figures; of a hall, where those of each device lie.
Status show_measured(const pipeline::Hall& hall, Form form, Console& console) {
  if (form == Form::kJson) {
    APPRENTICE_TRY(const nlohmann::ordered_json json, json_of_devices(hall, figures_json));
    console.result(json.dump(2) + "\n");
  } else if (hall.shared) {
    show_made(hall, pipeline::kDeviceReport, console);
  } else {
    APPRENTICE_TRY(const package::DeviceReport report,
                   package::read_device_report(hall.root().directory.file(pipeline::kDeviceReport)));
    console.result(device_text(report));
  }
  return {};
}

}  // namespace

Action declare_measure(Options options) {
  const auto target = add_target(options);
  const auto vectors = std::make_shared<int64_t>(0);
  const auto device = std::make_shared<std::string>();
  const auto form = std::make_shared<Form>(Form::kText);
  options.number("--vectors", *vectors, 0, 100'000,
                 "inputs to prove bit-equal, half real and half random; 0 = as the job says");
  options.text("--device", *device, "another device than the job's; see apprentice list devices");
  options.json(*form);
  options.about(
      "Builds the package for the device, runs it under emulation, proves every answer equal to the int8 oracle, and\n"
      "counts flash, RAM and instructions. Runs what is missing before it, too.\n"
      "Example: apprentice measure runs/first --vectors 10000");
  return [target, vectors, device, form](Session& session) -> Status {
    APPRENTICE_TRY(pipeline::Job job, load_job(*target));
    if (job.is_hall() && (*vectors > 0 || !device->empty())) {
      return bad_input(job.path, "is a hall of {} devices; give the run directory of one of them with these options",
                       job.device_ids.size());
    }
    if (*vectors > 0) job.device.vectors = *vectors;
    if (!device->empty()) job.device.name = *device;
    APPRENTICE_TRY(const pipeline::Hall hall, run_until(job, *target, "measure", session));
    return show_measured(hall, *form, session.console);
  };
}

}  // namespace apprentice::cli
