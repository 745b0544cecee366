// SPDX-License-Identifier: Apache-2.0
// The shared real data with the splits that its README names; figures counted there or from the files themselves.
#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "tests/data/job.h"

namespace apprentice {
namespace {

using test::load_job;
using testing::HasSubstr;

// Groups of a side.
std::set<std::string> groups_of(const Dataset& data) {
  std::set<std::string> names;
  for (int64_t i = 0; i < data.size(); ++i) names.insert(data.group_name(data.sample_info(i).group));
  return names;
}

TEST(RealData, BearingsAreSplitByLoadAndTheNormalRecordingByTime) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "recordings"
path = "cwru_drive_end/index.csv"
label = "class10"
ignore_labels = [-1]
where = { class10 = { from = 0 } }
classes = ["N", "B07", "B14", "B21", "IR07", "IR14", "IR21", "OR07", "OR14", "OR21"]
[data.window]
length = 128
stride = 64
[split]
by = "rules"
[[split.rule]]
where = { fault = "N" }
train = [0.0, 0.5]
validation = [0.52, 0.6]
test = [0.7, 1.0]
[[split.rule]]
where = { load_hp = [0, 1, 2] }
train = [0.0, 0.8]
validation = [0.82, 1.0]
[[split.rule]]
where = { load_hp = 3 }
side = "test"
)", test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->info().sample_shape, (Shape{1, 128}));
  EXPECT_EQ(splits->train->info().class_names.size(), 10U);
  EXPECT_THAT(splits->description, HasSubstr("lie at least"));
  EXPECT_EQ(splits->leak_warning, "");
  EXPECT_EQ(groups_of(*splits->train).size(), 28U);
  EXPECT_EQ(groups_of(*splits->test).count("load0_N"), 1U);
  std::vector<float> window(128);
  splits->test->get(0, window.data());
  for (const float value : window) EXPECT_TRUE(std::isfinite(value));
}

}  // namespace
}  // namespace apprentice
