// SPDX-License-Identifier: Apache-2.0
// The whole chain onto an emulated Cortex-M4.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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
  EXPECT_FALSE(file_exists(scratch.path("run/teacher")));
}

}  // namespace
}  // namespace apprentice::test
