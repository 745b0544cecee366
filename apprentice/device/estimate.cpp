// SPDX-License-Identifier: Apache-2.0
#include "apprentice/device/estimate.h"

namespace apprentice::device {
namespace {

std::string cycles_basis(int64_t instructions, const DeviceProfile& device) {
  const SourcedNumber& cycles = device.cycles_per_instruction;
  return fmt::format("estimate: {} instructions x {:g} ({:g} to {:g}) cycles each ({}: {})", instructions, cycles.value,
                     cycles.low, cycles.high, cycles.kind, cycles.source);
}

void check_budget(std::vector<std::string>& sentences, const char* what, int64_t needed, int64_t available,
                  const std::string& device) {
  if (available <= 0 || needed <= available) return;
  sentences.push_back(fmt::format("{}: the student needs {} bytes, {} has {}: {} too many", what, needed, device,
                                  available, needed - available));
}

}  // namespace

package::Estimate estimate_latency_us(int64_t instructions, const DeviceProfile& device) {
  const SourcedNumber& cycles = device.cycles_per_instruction;
  package::Estimate estimate;
  if (!cycles.known || device.clock_hz <= 0.0 || instructions <= 0) {
    estimate.basis = "unknown: the profile has no clock or no cycles per instruction";
    return estimate;
  }
  const double us = static_cast<double>(instructions) / device.clock_hz * 1e6;
  estimate = {true, us * cycles.value, us * cycles.low, us * cycles.high, ""};
  estimate.basis = fmt::format("{} at {:g} MHz", cycles_basis(instructions, device), device.clock_hz / 1e6);
  return estimate;
}

package::Estimate estimate_energy_uj(int64_t instructions, const DeviceProfile& device) {
  const SourcedNumber &cycles = device.cycles_per_instruction, &energy = device.energy_pj_per_cycle;
  package::Estimate estimate;
  if (!cycles.known || !energy.known || instructions <= 0) {
    estimate.basis = "unknown: the profile has no energy per cycle or no cycles per instruction";
    return estimate;
  }
  const double uj = static_cast<double>(instructions) * 1e-6;
  estimate = {true, uj * cycles.value * energy.value, uj * cycles.low * energy.low, uj * cycles.high * energy.high, ""};
  estimate.basis = fmt::format("{}, each {:g} ({:g} to {:g}) pJ ({}: {})", cycles_basis(instructions, device),
                               energy.value, energy.low, energy.high, energy.kind, energy.source);
  return estimate;
}

std::vector<std::string> over_budget(const package::DeviceReport& report, const DeviceProfile& device) {
  std::vector<std::string> sentences;
  check_budget(sentences, "flash", report.flash_bytes, device.flash_bytes, device.name);
  check_budget(sentences, "RAM", report.ram_bytes, device.ram_bytes, device.name);
  return sentences;
}

}  // namespace apprentice::device
