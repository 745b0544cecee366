// SPDX-License-Identifier: Apache-2.0
#include "apprentice/device/estimate.h"

#include <gtest/gtest.h>

#include "apprentice/base/files.h"
#include "apprentice/device/elf_size.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

device::DeviceProfile profile() {
  device::DeviceProfile device;
  device.name = "pump_node";
  device.clock_hz = 100e6;
  device.cycles_per_instruction = {true, 1.5, 1.0, 2.0, "assumed", "a test"};
  device.energy_pj_per_cycle = {true, 200, 100, 300, "measured", "another"};
  return device;
}

TEST(Estimate, MultipliesInstructionsByCyclesAndEnergyWithTheirBands) {
  const package::Estimate latency = device::estimate_latency_us(2000000, profile()),
                          energy = device::estimate_energy_uj(2000000, profile());
  EXPECT_DOUBLE_EQ(latency.value, 30000.0);
  EXPECT_DOUBLE_EQ(latency.low, 20000.0);
  EXPECT_DOUBLE_EQ(latency.high, 40000.0);
  EXPECT_DOUBLE_EQ(energy.value, 600.0);
  EXPECT_DOUBLE_EQ(energy.low, 200.0);
  EXPECT_DOUBLE_EQ(energy.high, 1200.0);
  EXPECT_EQ(latency.basis, "estimate: 2000000 instructions x 1.5 (1 to 2) cycles each (assumed: a test) at 100 MHz");
}

TEST(Estimate, StaysUnknownWithoutItsNumbers) {
  device::DeviceProfile device = profile();
  device.cycles_per_instruction.known = false;
  EXPECT_FALSE(device::estimate_latency_us(1000, device).known);
  EXPECT_FALSE(device::estimate_energy_uj(1000, device).known);
  const auto json = package::to_json(package::DeviceReport{});
  EXPECT_TRUE(json["latency_us"]["value"].is_null());
}

TEST(Budget, SaysInWhatAndByHowMuchAStudentIsTooLarge) {
  device::DeviceProfile device = profile();
  device.flash_bytes = 65536;
  device.ram_bytes = 16384;
  package::DeviceReport report;
  report.flash_bytes = 70000;
  report.ram_bytes = 16384;
  EXPECT_EQ(device::over_budget(report, device),
            std::vector<std::string>{"flash: the student needs 70000 bytes, pump_node has 65536: 4464 too many"});
  device.flash_bytes = 0;  // not limited
  EXPECT_TRUE(device::over_budget(report, device).empty());
}

TEST(ElfSize, RefusesWhatIsNoElfFile) {
  test::Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("a"), "hello"));
  EXPECT_FALSE(device::elf_size(scratch.path("a")));
  const Result<std::string> self = read_file("/proc/self/exe");
  ASSERT_TRUE(self);
  ASSERT_TRUE(write_file(scratch.path("b"), self->substr(0, 5000)));
  EXPECT_EQ(device::elf_size(scratch.path("b")).error().text(), scratch.path("b") + ": is a truncated ELF file");
  EXPECT_GT(device::elf_size("/proc/self/exe")->stored_bytes, 10000);
}

}  // namespace
}  // namespace apprentice
