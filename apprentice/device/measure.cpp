// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "apprentice/base/files.h"
#include "apprentice/base/places.h"
#include "apprentice/device/cores.h"
#include "apprentice/device/device.h"
#include "apprentice/device/elf_size.h"
#include "apprentice/device/estimate.h"
#include "apprentice/device/firmware.h"

namespace apprentice::device {
namespace {

Status check_rows(const Tensor& rows, DType type, int64_t size, int64_t samples, const char* what) {
  if (rows.dtype() == type && samples >= 1 && rows.shape() == Shape{samples, size}) return {};
  return bad_input(what, "found {} {}, expected {} [n, {}] with as many inputs as answers and at least one",
                   to_string(rows.dtype()), to_string(rows.shape()), to_string(type), size);
}

Status check_vectors(const package::DevicePackage& package, const ProofVectors& vectors) {
  const int64_t samples = vectors.inputs.shape().empty() ? 0 : vectors.inputs.shape()[0];
  const DType type = package.manifest.frontend.empty() ? DType::kI8 : DType::kF32;
  APPRENTICE_CHECK(check_rows(vectors.inputs, type, package.manifest.sample_size(), samples, "inputs to measure"));
  return check_rows(vectors.answers, DType::kI8, package.manifest.output.size(), samples, "answers to measure");
}

std::string bytes_of(const Tensor& inputs, int64_t samples) {
  return {reinterpret_cast<const char*>(inputs.bytes()),
          static_cast<size_t>(inputs.byte_count() / inputs.shape()[0] * samples)};
}

// How many outputs of the device equal the oracle's, bit for bit.
int64_t count_equal(const Tensor& answers, const std::string& outputs) {
  const auto size = static_cast<size_t>(answers.shape()[1]);
  const auto* expected = reinterpret_cast<const char*>(answers.bytes());
  int64_t equal = 0;
  for (size_t at = 0; at + size <= std::min(outputs.size(), static_cast<size_t>(answers.byte_count())); at += size) {
    equal += std::equal(expected + at, expected + at + size, outputs.data() + at) ? 1 : 0;
  }
  return equal;
}

// Every input on the device: how many answers are equal, and the stack they took.
Status run_all(const ProofVectors& vectors, const Core& core, const std::string& program, const std::string& folder,
               const RunControl& control, package::DeviceReport& report) {
  const int64_t samples = vectors.inputs.shape()[0], size = vectors.answers.shape()[1];
  const auto on_output = [&](int64_t bytes) {
    control.report({"measure", std::min(samples, bytes / size), samples, "vectors on " + core.board});
  };
  APPRENTICE_TRY(const FirmwareRun run,
                 run_firmware(core, program, bytes_of(vectors.inputs, samples), "", folder, control, on_output));
  report.vectors = samples;
  report.vectors_equal = count_equal(vectors.answers, run.outputs);
  report.stack_bytes = run.stack_bytes;
  return {};
}

Status fill_sizes(const Firmware& firmware, package::DeviceReport& report) {
  APPRENTICE_TRY(const ElfSize with, elf_size(firmware.program));
  APPRENTICE_TRY(const ElfSize without, elf_size(firmware.empty_program));
  report.flash_bytes = with.stored_bytes - without.stored_bytes;
  return {};
}

// `regions`: for each inference those of the front end, where there is one, then those of the network.
void fill_instructions(const std::vector<int64_t>& regions, bool frontend, package::DeviceReport& report) {
  std::vector<int64_t> counts;
  int64_t features = 0;
  for (size_t i = 0; i + (frontend ? 1 : 0) < regions.size(); i += frontend ? 2 : 1) {
    counts.push_back(frontend ? regions[i] + regions[i + 1] : regions[i]);
    features += frontend ? regions[i] : 0;
  }
  if (counts.empty()) return;
  report.frontend_instructions = features / static_cast<int64_t>(counts.size());
  report.instructions = std::accumulate(counts.begin(), counts.end(), int64_t{0}) / static_cast<int64_t>(counts.size());
  report.instructions_min = *std::min_element(counts.begin(), counts.end());
  report.instructions_max = *std::max_element(counts.begin(), counts.end());
}

}  // namespace

Result<std::string> find_count_plugin() {
  const char* set = std::getenv("APPRENTICE_COUNT_PLUGIN");
  const std::string installed = std::string("/") + APPRENTICE_PLUGIN_FILE;
  for (const std::string& path : {std::string(set != nullptr ? set : ""), std::string(APPRENTICE_PLUGIN_BUILT),
                                  program_prefix() + installed, APPRENTICE_PREFIX + installed}) {
    if (!path.empty() && file_exists(path)) return path;
  }
  return fail(ErrorKind::kMissingTool, "",
              "the instruction counter {} is not there; build or install it, or set "
              "APPRENTICE_COUNT_PLUGIN",
              APPRENTICE_PREFIX + installed);
}

Result<package::DeviceReport> measure(const package::DevicePackage& package, const DeviceProfile& device,
                                      const ProofVectors& vectors, const MeasureOptions& options,
                                      const RunControl& control) {
  APPRENTICE_CHECK(check_vectors(package, vectors));
  const Core* core = find_core(device.core);
  if (core == nullptr) return bad_input(device.name, "unknown core '{}'", device.core);
  APPRENTICE_TRY(const std::string plugin, find_count_plugin());
  const std::string folder = options.work_folder + "/" + device.core;
  package::DeviceReport report;
  report.device = device.name;
  report.core = device.core;
  report.emulator = core->board;
  const int64_t samples = vectors.inputs.shape()[0];
  control.report({"measure", 0, samples, fmt::format("building for {}", device.core)});
  APPRENTICE_TRY(const Firmware firmware, build_firmware(package, *core, folder, control));
  report.compiler = firmware.compiler;
  APPRENTICE_CHECK(fill_sizes(firmware, report));

  APPRENTICE_CHECK(run_all(vectors, *core, firmware.program, folder + "/run", control, report));

  control.report({"measure", samples, samples, "counting instructions"});
  const int64_t counted = std::min(samples, std::max<int64_t>(options.count_instructions, 1));
  APPRENTICE_TRY(const FirmwareRun count, run_firmware(*core, firmware.program, bytes_of(vectors.inputs, counted),
                                                       plugin, folder + "/count", control));
  fill_instructions(count.instructions, !package.manifest.frontend.empty(), report);

  report.arena_bytes = package.manifest.arena_bytes;
  // The header's static assertions hold these sizes; where there is a stream, RAM must do for either form.
  report.context_bytes = report.arena_bytes;
  if (package.manifest.stream)
    report.context_bytes = std::max(report.context_bytes, package.manifest.stream->context_bytes);
  report.ram_bytes = report.context_bytes + report.stack_bytes;
  report.latency_us = estimate_latency_us(report.instructions, device);
  report.energy_uj = estimate_energy_uj(report.instructions, device);
  report.over_budget = over_budget(report, device);
  control.report(
      {"measure", samples, samples, fmt::format("{} of {} vectors equal", report.vectors_equal, report.vectors)});
  return report;
}

}  // namespace apprentice::device
