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
std::set<std::string> groups_of(const data::Dataset& data) {
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
)",
                               test::data_folder());
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

TEST(RealData, BearingWindowsOfTheTestLoadAreAllCounted) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "recordings"
path = "cwru_drive_end/index.csv"
label = "class4"
where = { class10 = { from = 1 } }
[data.window]
length = 128
stride = 64
[split]
by = "attribute"
column = "load_hp"
train = [0, 1]
validation = 2
test = 3
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  // index.csv of load 3, classes 1 to 9: samples per recording.
  int64_t expected = 0;
  for (const int64_t rows : {121556, 122136, 122136, 122917, 121701, 121991, 122571, 121991, 121991}) {
    expected += (rows - 128) / 64 + 1;
  }
  EXPECT_EQ(groups_of(*splits->test).size(), 9U);
  EXPECT_EQ(splits->test->size(), expected);
  EXPECT_THAT(splits->description, HasSubstr("split by attribute 'load_hp': train"));
}

TEST(RealData, EnginesHaveTheirCappedRemainingCycles) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "csv"
task = "regression"
group = "c0"
time = "c1"
derived_target = "remaining_cycles"
target_cap = 125
[data.train]
path = "cmapss_fd001/train_FD001.txt"
[data.test]
path = "cmapss_fd001/test_FD001.txt"
remaining_at_end = "cmapss_fd001/RUL_FD001.txt"
[data.window]
length = 30
stride = 1
test = "last"
[split.validation_from_train]
by = "group"
fraction = 0.2
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->info().sample_shape, (Shape{24, 30}));
  EXPECT_EQ(splits->train->size() + splits->validation->size(), 20631 - 100 * 29);
  EXPECT_EQ(groups_of(*splits->validation).size(), 20U);
  ASSERT_EQ(splits->test->size(), 100);
  EXPECT_FLOAT_EQ(splits->test->sample_info(0).target, 112.0F);
  EXPECT_FLOAT_EQ(splits->test->sample_info(1).target, 98.0F);
  EXPECT_EQ(splits->test->sample_info(0).position, 31 - 30);
  float smallest = 1e9F, largest = 0.0F;
  for (int64_t i = 0; i < splits->train->size(); ++i) {
    smallest = std::min(smallest, splits->train->sample_info(i).target);
    largest = std::max(largest, splits->train->sample_info(i).target);
  }
  EXPECT_FLOAT_EQ(smallest, 0.0F);
  EXPECT_FLOAT_EQ(largest, 125.0F);
  const auto fit = data::fit_normalisation(*splits->train, data::ConstantChannels::kRefuse);
  ASSERT_FALSE(fit);
  EXPECT_THAT(fit.error().text(), HasSubstr("channel 'c4' is 100 in all"));
  std::vector<float> first(24 * 30);
  splits->test->get(0, first.data());  // row 2 of engine 1: "1 2 -0.0027 -0.0003 100.0 518.67 641.71"
  EXPECT_FLOAT_EQ(first[0], -0.0027F);
  EXPECT_FLOAT_EQ(first[4 * 30], 641.71F);
}

TEST(RealData, ProcessRunsKeepTheirOwnLabelsPerRow) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "npy"
[data.train]
samples = "tep_braatz/train_X.npy"
labels = "tep_braatz/train_y.npy"
groups = "tep_braatz/train_run.npy"
[data.test]
samples = "tep_braatz/test_X.npy"
labels = "tep_braatz/test_y.npy"
groups = "tep_braatz/test_run.npy"
[data.window]
length = 10
stride = 1
[split.validation_from_train]
by = "time"
fraction = 0.2
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->info().sample_shape, (Shape{52, 10}));
  EXPECT_EQ(splits->test->size(), 21120 - 22 * 9);
  std::vector<int64_t> count(22);
  for (int64_t i = 0; i < splits->test->size(); ++i) ++count[static_cast<size_t>(splits->test->sample_info(i).label)];
  EXPECT_EQ(count[0], 4320 - 22 * 9);  // a window has the label of its last row
  for (size_t fault = 1; fault < 22; ++fault) EXPECT_EQ(count[fault], 800) << fault;
  EXPECT_THAT(splits->description, HasSubstr("at least 10 rows apart"));
}

TEST(RealData, KeywordsComeAsImagesOfOneChannelByRowNumber) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "npy"
path = "speech_commands_kws01/mfcc_int8.npy"
labels = "speech_commands_kws01/labels.npy"
classes = "speech_commands_kws01/classes.txt"
sample_shape = [1, 49, 10]
[split]
by = "attribute"
column = "row"
train = { from = 0, to = 639 }
validation = { from = 640, to = 799 }
test = { from = 800 }
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->size(), 640);
  EXPECT_EQ(splits->validation->size(), 160);
  EXPECT_EQ(splits->test->size(), 200);
  EXPECT_EQ(splits->test->info().class_names.at(11), "_unknown_");
  EXPECT_EQ(splits->test->info().sample_shape, (Shape{1, 49, 10}));
}

TEST(RealData, KeywordClipsAreReadAsSound) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "recordings"
path = "speech_commands_kws01/index.csv"
folder = "wav"
file_column = "wav"
label = "label"
classes = "speech_commands_kws01/classes.txt"
[split]
by = "group"
validation = 0.1
test = 0.2
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->info().sample_shape, (Shape{1, 16000}));
  EXPECT_EQ(splits->train->size() + splits->validation->size() + splits->test->size(), 1000);
  // index.csv holds the peak of every clip as a 16-bit number.
  for (int64_t i = 0; i < splits->validation->size(); i += 10) {
    std::vector<float> clip(16000);
    splits->validation->get(i, clip.data());
    float peak = 0.0F;
    for (const float value : clip) peak = std::max(peak, std::fabs(value));
    const auto& attributes = splits->validation->group_attributes(splits->validation->sample_info(i).group);
    EXPECT_FLOAT_EQ(peak, std::stof(attributes.at("peak"))) << attributes.at("wav");
  }
}

TEST(RealData, PicturesComeFromGivenFiles) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "cifar"
classes = "cifar10_jpeg/classes.txt"
[data.train]
path = "cifar10_jpeg/data_batch_1.bin"
[data.test]
path = ["cifar10_jpeg/test_batch.bin"]
[split.validation_from_train]
fraction = 0.1
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->size(), 9000);
  EXPECT_EQ(splits->validation->size(), 1000);
  EXPECT_EQ(splits->test->size(), 10000);
  EXPECT_EQ(splits->test->info().sample_shape, (Shape{3, 32, 32}));
  std::vector<int64_t> count(10);
  for (int64_t i = 0; i < splits->test->size(); ++i) ++count[static_cast<size_t>(splits->test->sample_info(i).label)];
  EXPECT_EQ(count, std::vector<int64_t>(10, 1000));
}

TEST(RealData, HydraulicTemperaturesAreFourChannelsFromFourFiles) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "csv"
header = "no"
channels = ["hydraulic_temps/TS1.txt", "hydraulic_temps/TS2.txt", "hydraulic_temps/TS3.txt", "hydraulic_temps/TS4.txt"]
labels = "hydraulic_temps/profile.txt"
labels_column = "c0"
groups = "hydraulic_temps/block_id.txt"
attributes_from = { block_side = "hydraulic_temps/split_blockwise.txt" }
[split]
by = "attribute"
column = "block_side"
train = 0
test = 1
[split.validation_from_train]
by = "group"
fraction = 0.2
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->info().sample_shape, (Shape{4, 60}));
  EXPECT_EQ(splits->train->info().channel_names, (std::vector<std::string>{"TS1", "TS2", "TS3", "TS4"}));
  EXPECT_EQ(splits->train->info().class_names, (std::vector<std::string>{"3", "20", "100"}));
  EXPECT_EQ(splits->train->size() + splits->validation->size(), 1325);
  EXPECT_EQ(splits->test->size(), 880);
}

TEST(RealData, PumpRunsAreSemicolonTablesWithLabelsPerRow) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "csv"
path = ["skab/valve1/*.csv", "skab/valve2/*.csv", "skab/other/*.csv"]
label = "anomaly"
ignore = ["changepoint"]
time = "datetime"
label_map = { "0.0" = "normal", "1.0" = "anomaly" }
[data.window]
length = 20
[split]
by = "attribute"
column = "folder"
train = "valve1"
validation = "valve2"
test = "other"
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->info().sample_shape, (Shape{8, 20}));
  EXPECT_EQ(splits->train->info().class_names, (std::vector<std::string>{"anomaly", "normal"}));
  EXPECT_EQ(groups_of(*splits->train).size() + groups_of(*splits->validation).size() + groups_of(*splits->test).size(),
            34U);
}

TEST(RealData, GasTurbineIsSplitByYear) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "csv"
path = "gas_turbine_emissions/gas_turbine_2011_2015.csv"
task = "regression"
target = "NOX"
ignore = "CO"
attributes = "year"
[split]
by = "attribute"
column = "year"
train = { from = 2011, to = 2012 }
validation = 2013
test = [2014, 2015]
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->size(), 7411 + 7628);
  EXPECT_EQ(splits->validation->size(), 7152);
  EXPECT_EQ(splits->test->size(), 7158 + 7384);
  EXPECT_EQ(splits->train->info().channel_names.size(), 9U);
  EXPECT_FLOAT_EQ(splits->train->sample_info(0).target, 81.952F);
  EXPECT_TRUE(data::fit_normalisation(*splits->train, data::ConstantChannels::kRefuse));
}

TEST(RealData, TransposedProcessTextHasOneRowPerSample) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "csv"
path = "tep_braatz/raw_d00.dat"
task = "regression"
transposed = true
derived_target = "remaining_cycles"
[split]
by = "time"
train = [0.0, 0.6]
validation = [0.65, 0.8]
test = [0.85, 1.0]
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->info().sample_shape, (Shape{52}));
  EXPECT_EQ(splits->train->size(), 300);
  std::vector<float> row(52);
  splits->train->get(1, row.data());
  EXPECT_FLOAT_EQ(row[0], 0.25118F);
}

TEST(RealData, MachinesWithATextColumnGetNumbersForIt) {
  APPRENTICE_NEEDS_DATA();
  const auto splits = load_job(R"(
[data]
format = "csv"
path = "ai4i2020/ai4i2020.csv"
label = "Machine_failure"
ignore = ["UDI", "Product ID", "TWF", "HDF", "PWF", "OSF", "RNF"]
numbers = { Type = { L = 0, M = 1, H = 2 } }
[split]
by = "group"
train = 0.6
validation = 0.2
test = 0.2
)",
                               test::data_folder());
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->info().sample_shape, (Shape{6}));
  int64_t failures = 0;
  for (const auto& side : {splits->train, splits->validation, splits->test}) {
    for (int64_t i = 0; i < side->size(); ++i) failures += side->sample_info(i).label;
  }
  EXPECT_EQ(failures, 339);
  EXPECT_EQ(splits->test->size(), 2000);
}

}  // namespace
}  // namespace apprentice
