// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/device_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace apprentice {
namespace {

DeviceReport example() {
  DeviceReport report;
  report.device = "stm32l4r5";
  report.core = "cortex-m4";
  report.compiler = "gcc";
  report.emulator = "qemu";
  report.flash_bytes = 1;
  report.arena_bytes = 2;
  report.context_bytes = 3;
  report.stack_bytes = 4;
  report.ram_bytes = 5;
  report.instructions = 6;
  report.instructions_min = 7;
  report.instructions_max = 8;
  report.vectors = 9;
  report.vectors_equal = 10;
  report.latency_us = {true, 1.5, 1.0, 2.0, "basis"};
  report.over_budget = {"too large"};
  return report;
}

TEST(DeviceRecord, ComesBackFromItsJson) {
  const nlohmann::ordered_json json = to_json(example());
  const auto back = device_report_from_json(json, "report.json");
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(to_json(*back).dump(), json.dump());
  EXPECT_TRUE(back->latency_us.known);
  EXPECT_FALSE(back->energy_uj.known);
}

TEST(DeviceRecord, NamesTheFigureThatIsMissing) {
  nlohmann::ordered_json json = to_json(example());
  json.erase("ram_bytes");
  const auto back = device_report_from_json(json, "report.json");
  ASSERT_FALSE(back);
  EXPECT_THAT(back.error().text(), testing::HasSubstr("report.json: has no usable 'ram_bytes'"));
  EXPECT_FALSE(device_report_from_json(nlohmann::ordered_json::array(), "report.json"));
}

}  // namespace
}  // namespace apprentice
