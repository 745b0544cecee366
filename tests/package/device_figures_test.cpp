// SPDX-License-Identifier: Apache-2.0
#include "apprentice/package/device_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "apprentice/base/files.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;

package::DeviceReport example() {
  package::DeviceReport report;
  report.device = "stm32l4r5";
  report.core = "cortex-m4";
  report.compiler = "gcc";
  report.emulator = "qemu";
  int64_t value = 0;
  for (const package::DeviceFigure& figure : package::kDeviceFigures) report.*figure.value = ++value;
  report.latency_us = {true, 1.5, 1.0, 2.0, "basis"};
  report.energy_uj.basis = "unknown: no energy per cycle";
  report.over_budget = {"too large"};
  return report;
}

Result<package::DeviceReport> read(const Json& json) {
  const test::Scratch scratch;
  EXPECT_TRUE(write_file(scratch.path("report.json"), json.dump()));
  return package::read_device_report(scratch.path("report.json"));
}

TEST(DeviceFigures, HaveOneRowOfTheTableEach) {
  std::set<std::string> keys;
  for (const package::DeviceFigure& figure : package::kDeviceFigures) {
    EXPECT_TRUE(keys.insert(figure.key).second) << figure.key;
    EXPECT_EQ(package::device_figure(figure.value).key, figure.key);
    EXPECT_EQ(figure.title == nullptr, figure.explain == nullptr) << figure.key;
  }
}

TEST(DeviceFigures, OfAMeasurementComeBackFromItsFile) {
  const Json json = package::to_json(example());
  const auto back = read(json);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(package::to_json(*back).dump(), json.dump());
  EXPECT_TRUE(back->latency_us.known);
  EXPECT_FALSE(back->energy_uj.known);
  EXPECT_EQ(back->energy_uj.basis, "unknown: no energy per cycle");
}

TEST(DeviceFigures, OfAReportComeBackFromItsJson) {
  const package::DeviceFigures figures = example();
  const Json json = package::to_json(figures);
  const JsonReader reader(json, "report.json");
  const package::DeviceFigures back = package::read_device_figures(reader);
  ASSERT_TRUE(reader.status()) << reader.status().error().text();
  EXPECT_EQ(package::to_json(back).dump(), json.dump());
  EXPECT_EQ(json.at("ram_bytes"), figures.ram_bytes);
  EXPECT_FALSE(json.contains("energy_uj"));
}

TEST(DeviceFigures, AreRefusedByNameWhereOneIsMissing) {
  for (const package::DeviceFigure& figure : package::kDeviceFigures) {
    Json json = package::to_json(example());
    json.erase(figure.key);
    const auto back = read(json);
    ASSERT_FALSE(back) << figure.key;
    EXPECT_THAT(back.error().text(), testing::HasSubstr(std::string("report.json#/") + figure.key + ": found nothing"));
    EXPECT_THAT(back.error().text(), testing::EndsWith("; measure again"));
  }
  EXPECT_FALSE(read(Json::array()));
}

}  // namespace
}  // namespace apprentice
