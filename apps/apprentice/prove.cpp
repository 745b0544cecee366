// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/prove.h"

#include <set>

#include "result_text.h"
#include "target.h"

namespace apprentice::cli {
namespace {

constexpr int64_t kVectors = 10'000;

Result<std::vector<device::DeviceProfile>> named_devices(const std::vector<std::string>& names) {
  if (names.empty()) return pipeline::one_device_per_core();
  std::vector<device::DeviceProfile> devices;
  std::set<std::string> seen;
  for (const std::string& name : names) {
    APPRENTICE_TRY(const device::DeviceProfile device, device::load_device(name));
    if (!seen.insert(device.name).second) return bad_input("--device", "'{}' is given twice", device.name);
    devices.push_back(device);
  }
  return devices;
}

std::string row_of(const package::DeviceReport& report) {
  return fmt::format("{:<22} {:<14} {:>7} of {} equal {:>12} instructions {:>12} flash {:>12} RAM\n", report.device,
                     report.core, report.vectors_equal, report.vectors, count_text(report.instructions),
                     bytes_text(report.flash_bytes), bytes_text(report.ram_bytes));
}

void show_proofs(const std::vector<package::DeviceReport>& reports, Form form, Console& console) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const package::DeviceReport& report : reports) {
    list.push_back(package::to_json(report));
    if (form == Form::kText) console.result(row_of(report));
  }
  if (form == Form::kJson) console.result(nlohmann::ordered_json{{"devices", list}}.dump(2) + "\n");
}

}  // namespace

Action declare_prove(Options options) {
  const auto target = add_target(options);
  const auto names = std::make_shared<std::vector<std::string>>();
  const auto vectors = std::make_shared<int64_t>(kVectors);
  const auto form = std::make_shared<Form>(Form::kText);
  options.number("--vectors", *vectors, 1, 100'000, "inputs to prove bit-equal, half real and half random");
  options.texts("--device", *names, "a device, may be given several times; default: one of every core",
                Need::kOptional);
  options.json(*form);
  options.about(
      "Builds the student's package for several devices, runs it on each under emulation and compares every answer\n"
      "with the int8 oracle. Inputs and answers stay in proof/ for checks by others. Runs what is missing before it.\n"
      "Example: apprentice prove runs/first --device stm32l4r5 --device rp2040");
  return [target, names, vectors, form](Session& session) -> Status {
    APPRENTICE_TRY(const pipeline::Job job, load_job(*target));
    APPRENTICE_TRY(const std::vector<device::DeviceProfile> devices, named_devices(*names));
    APPRENTICE_TRY(pipeline::Run run, run_one_until(job, *target, "package", session));
    APPRENTICE_TRY(const std::vector<package::DeviceReport> reports, pipeline::prove(run, devices, *vectors));
    show_proofs(reports, *form, session.console);
    for (const package::DeviceReport& report : reports) {
      if (report.vectors_equal == report.vectors) continue;
      return fail(ErrorKind::kUnsupported, report.device, "{} of {} answers differ from the int8 oracle",
                  report.vectors - report.vectors_equal, report.vectors);
    }
    return {};
  };
}

}  // namespace apprentice::cli
