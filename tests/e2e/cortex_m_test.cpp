// SPDX-License-Identifier: Apache-2.0
// The whole chain onto an emulated Cortex-M4.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "apprentice/base/files.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

TEST(CortexM, RunsTheStudentBitEqualToTheOracle) {
  const Scratch scratch;
  write_waves(scratch.path());
  write_job(small_job("stm32l4r5"), scratch.path("job.toml"));
  const Finished done = run_program({"distill", "job.toml", "--run", "run"}, scratch.path());
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto device = nlohmann::json::parse(read_file(scratch.path("run/device/report.json")).value_or("null"));
  EXPECT_EQ(device.at("core"), "cortex-m4");
  EXPECT_EQ(device.at("vectors_equal"), 20);
  EXPECT_GT(device.at("instructions").at("value"), 0);
  EXPECT_GT(device.at("stack_bytes").at("value"), 0);
}

TEST(CortexM, RefusesAStudentOverItsBudgetBeforeTraining) {
  const Scratch scratch;
  write_waves(scratch.path());
  JobTables tables = small_job("stm32l4r5");
  tables["[device]"] += "flash_bytes = 1000\n";
  write_job(tables, scratch.path("job.toml"));
  const Finished refused = run_program({"distill", "job.toml", "--run", "run"}, scratch.path());
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, testing::HasSubstr("flash"));
  EXPECT_THAT(refused.err, testing::HasSubstr("no width of family 'dscnn1d' fits"));
  EXPECT_FALSE(file_exists(scratch.path("run/teacher")));
}

// The advice holds: the width it names fits, the next one does not.
TEST(CortexM, NamesTheWidestStudentThatFits) {
  const Scratch scratch;
  write_waves(scratch.path());
  JobTables tables = small_job("stm32l4r5");
  tables["[device]"] += "flash_bytes = 5000\n";
  const auto check = [&](int width) {
    tables["[student]"] = fmt::format("family = \"conv1d\"\nwidth = {}\ndepth = 2\n", width);
    write_job(tables, scratch.path("job.toml"));
    return run_program({"check", "job.toml"}, scratch.path());
  };
  const Finished refused = check(30);
  ASSERT_EQ(refused.exit_code, 2);
  const size_t at = refused.err.rfind("width = ");  // progress names the widths that are tried
  ASSERT_NE(at, std::string::npos) << refused.err;
  EXPECT_THAT(refused.err.substr(at),
              testing::ContainsRegex("^width = [0-9]+ fits \\([0-9.]+.+KiB flash, [0-9.]+.+RAM\\)"));
  const int width = std::stoi(refused.err.substr(at + 8));
  EXPECT_EQ(check(width).exit_code, 0);
  EXPECT_EQ(check(width + (width < 8 ? 1 : 4)).exit_code, 2);
}

// Five cores: the students of the demo, untrained, built and run on each.
TEST(CortexM, TheHallOfTheDemoPassesItsCheck) {
  const Scratch scratch;
  ASSERT_EQ(run_program({"factory", "--out", "hall", "--machines", "5"}, scratch.path()).exit_code, 0);
  const auto job = read_file(source_folder() + "/examples/factory/job.toml");
  ASSERT_TRUE(job && write_file(scratch.path("job.toml"), *job));
  const Finished done = run_program({"check", "job.toml", "--json"}, scratch.path());
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto found = nlohmann::json::parse(done.out);
  EXPECT_TRUE(found.at("warnings").empty());
  std::set<std::string> cores;
  for (const auto& [id, device] : found.at("devices").items()) {
    EXPECT_TRUE(device.at("warnings").empty()) << id;
    EXPECT_EQ(device.at("device_untrained").at("vectors_equal"), device.at("device_untrained").at("vectors")) << id;
    EXPECT_GE(found.at("taught").at("macs").get<int64_t>(), 100 * device.at("student").at("macs").get<int64_t>()) << id;
    cores.insert(device.at("device_untrained").at("core").get<std::string>());
  }
  EXPECT_EQ(cores.size(), 5U);
}

}  // namespace
}  // namespace apprentice::test
