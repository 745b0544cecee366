// SPDX-License-Identifier: Apache-2.0
// Contract of the table of steps.
#include "apprentice/pipeline/steps/step.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "tests/support/real_data.h"

namespace apprentice {
namespace {

TEST(Steps, HaveNamesOfTheirOwnAndAVerbEach) {
  std::set<std::string> names;
  for (const pipeline::StepKind& step : pipeline::step_kinds()) {
    EXPECT_TRUE(names.insert(step.name).second) << step.name;
    EXPECT_FALSE(step.parts.empty()) << step.name;
    for (const pipeline::StepPart& part : step.parts) EXPECT_NE(part.units, nullptr) << step.name;
    EXPECT_FALSE(std::string(step.summary).empty());
    EXPECT_TRUE(std::filesystem::exists(test::source_folder() + "/apps/apprentice/" + step.name + ".cpp")) << step.name;
    EXPECT_TRUE(std::filesystem::exists(test::source_folder() + "/apprentice/pipeline/steps/" + step.name + ".cpp"));
  }
}

TEST(Steps, TrainOneArmOrTwo) {
  pipeline::Job job;
  EXPECT_EQ(pipeline::arms(job).size(), 2U);
  EXPECT_TRUE(pipeline::arms(job).front().distilled);
  job.control = false;
  EXPECT_EQ(pipeline::arms(job).size(), 1U);
}

}  // namespace
}  // namespace apprentice
