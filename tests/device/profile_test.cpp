// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "apprentice/base/files.h"
#include "apprentice/device/cores.h"
#include "apprentice/device/device.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

void expect_sourced(const device::SourcedNumber& number, const std::string& what) {
  if (!number.known) return;
  EXPECT_FALSE(number.source.empty()) << what;
  EXPECT_LE(number.low, number.value) << what;
  EXPECT_LE(number.value, number.high) << what;
}

TEST(DeviceProfiles, AllLoadAndSourceEveryNumber) {
  ASSERT_GE(device::device_names().size(), 10U);
  for (const std::string& name : device::device_names()) {
    const Result<device::DeviceProfile> profile = device::load_device(name);
    ASSERT_TRUE(profile) << profile.error().text();
    EXPECT_EQ(profile->name, name);
    EXPECT_FALSE(profile->summary.empty()) << name;
    EXPECT_EQ(profile->flash_bytes > 0, !profile->flash_source.empty()) << name;
    EXPECT_EQ(profile->ram_bytes > 0, !profile->ram_source.empty()) << name;
    EXPECT_EQ(profile->clock_hz > 0, !profile->clock_source.empty()) << name;
    expect_sourced(profile->cycles_per_instruction, name + " cycles");
    expect_sourced(profile->energy_pj_per_cycle, name + " energy");
  }
}

TEST(DeviceProfiles, CoverEveryCoreThatCanBeMeasured) {
  std::set<std::string> covered, known;
  for (const std::string& name : device::device_names()) covered.insert(device::load_device(name)->core);
  for (const device::Core& core : device::cores()) known.insert(core.name);
  EXPECT_EQ(covered, known);
}

TEST(DeviceProfiles, RefuseAnUnknownNameWithTheKnownOnes) {
  const auto device = device::load_device("stm32l4r6");
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().kind, ErrorKind::kNotFound);
  EXPECT_NE(device.error().text().find("unknown device 'stm32l4r6'; did you mean 'stm32l4r5'? known devices: "),
            std::string::npos);
  EXPECT_NE(device.error().text().find("stm32l4r5"), std::string::npos);
}

TEST(DeviceProfiles, SayWhenNoneIsThere) {
  const test::Scratch scratch;
  ::setenv("APPRENTICE_DEVICES", scratch.path().c_str(), 1);
  const auto device = device::load_device("stm32l4r5");
  ::unsetenv("APPRENTICE_DEVICES");
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().text().rfind(scratch.path() + ": holds no device profile, so 'stm32l4r5' is unknown", 0),
            0U);
}

struct BadProfile {
  const char *text, *message;
};
class BadProfiles : public testing::TestWithParam<BadProfile> {};

TEST_P(BadProfiles, AreRefusedWithTheirPlace) {
  test::Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("mine.toml"), GetParam().text));
  const auto device = device::load_device(scratch.path("mine.toml"));
  ASSERT_FALSE(device);
  EXPECT_NE(device.error().text().find(GetParam().message), std::string::npos) << device.error().text();
  EXPECT_NE(device.error().text().find("mine.toml"), std::string::npos) << device.error().text();
}

INSTANTIATE_TEST_SUITE_P(
    All, BadProfiles,
    testing::Values(
        BadProfile{"core = \"cortex-m4\"\n", "summary"},
        BadProfile{"summary = \"x\"\ncore = \"z80\"\n", "unknown core 'z80'; known cores: aarch64"},
        BadProfile{"summary = \"x\"\ncore = \"cortex-m4\"\nflsh = 3\n", "flsh"},
        BadProfile{"summary = \"x\"\ncore = \"cortex-m4\"\n[flash]\nbytes = -4\nsource = \"s\"\n", "-4 is not a size"},
        BadProfile{"summary = \"x\"\ncore = \"cortex-m4\"\n[ram]\nbytes = 4\n", "source"},
        BadProfile{"summary = \"x\"\ncore = \"cortex-m4\"\n[energy_pj_per_cycle]\nvalue = 3\nlow = 4\nhigh = "
                   "5\nkind = \"measured\"\nsource = \"s\"\n",
                   "is no band"}));

TEST(DeviceProfiles, ReadAProfileOfTheUsersOwn) {
  test::Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("pump_node.toml"),
                         "summary = \"x\"\ncore = \"cortex-m4\"\n[flash]\nbytes = 65536\nsource = \"board\"\n"));
  const auto device = device::load_device(scratch.path("pump_node.toml"));
  ASSERT_TRUE(device) << device.error().text();
  EXPECT_EQ(device->name, "pump_node");
  EXPECT_EQ(device->flash_bytes, 65536);
  EXPECT_EQ(device->ram_bytes, 0);
  EXPECT_FALSE(device->energy_pj_per_cycle.known);
}

}  // namespace
}  // namespace apprentice
