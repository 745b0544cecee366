// SPDX-License-Identifier: Apache-2.0
// A look finds what small synthetic data are made for.
#include "apprentice/pipeline/look/look.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/pipeline/look/drift.h"
#include "apprentice/pipeline/look/trial.h"
#include "tests/support/memory_dataset.h"

namespace apprentice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kLength = 24, kWindowsOfGroup = 20;

// The first channel tells two classes apart by its frequency. The second one is a temperature: nearly still inside a
// window, another level in every group; in training it happens to be higher where the class is 1.
std::shared_ptr<MemoryDataset> with_temperature(int32_t groups, bool telling, uint64_t seed, int32_t first_group = 0) {
  data::DatasetInfo info;
  info.sample_shape = {2, kLength};
  info.channel_names = {"vibration", "temperature"};
  info.class_names = {"ok", "worn"};
  info.fingerprint = fmt::format("with temperature {} {}", groups, seed);
  Rng rng(seed, "windows");
  std::vector<std::vector<float>> samples;
  std::vector<data::SampleInfo> infos;
  for (int32_t group = 0; group < groups; ++group) {
    const int32_t label = group % 2;
    const double level = 20.0 * rng.uniform() + (telling ? 20.0 * label : 20.0 * (1 - label));
    for (int64_t i = 0; i < kWindowsOfGroup; ++i) {
      std::vector<float> sample;
      const double phase = 6.0 * rng.uniform(), pace = label == 0 ? 0.5 : 0.8;
      for (int64_t t = 0; t < kLength; ++t)
        sample.push_back(static_cast<float>(std::sin(phase + pace * static_cast<double>(t)) + 0.3 * rng.normal()));
      for (int64_t t = 0; t < kLength; ++t) sample.push_back(static_cast<float>(level + 0.05 * rng.normal()));
      infos.push_back({label, 0.0F, first_group + group, i, static_cast<int64_t>(infos.size())});
      samples.push_back(std::move(sample));
    }
  }
  return std::make_shared<MemoryDataset>(std::move(info), std::move(samples), std::move(infos));
}

data::Splits splits_of(std::shared_ptr<const data::Dataset> train, std::shared_ptr<const data::Dataset> validation) {
  data::Splits splits;
  splits.train = std::move(train);
  splits.validation = splits.test = std::move(validation);
  return splits;
}

pipeline::LookOptions students_only() {
  pipeline::LookOptions options;
  options.teach = false;
  return options;
}

TEST(Look, FindsChannelsWhoseLevelTellsGroupsApart) {
  const auto train = with_temperature(12, true, 1), validation = with_temperature(6, false, 2);
  const std::vector<pipeline::ChannelDrift> found = pipeline::drifting_channels(*train, *validation, 1.5);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].channel, 1);
  EXPECT_GT(found[0].ratio, 10.0);
}

TEST(Look, LeavesOutAChannelThatDriftsBetweenGroups) {
  const data::Splits splits = splits_of(with_temperature(12, true, 1), with_temperature(6, false, 2));
  const auto found = pipeline::look(splits, students_only(), {});
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->channels.tried.size(), 2U);
  EXPECT_THAT(found->channels.answer().keys, ElementsAre("temperature"));
  EXPECT_GT(found->channels.tried[1].score, found->channels.tried[0].score + 0.2);
  EXPECT_GT(found->students.answer().score, 0.9);
  EXPECT_THAT(found->teachers.tried, IsEmpty());
}

TEST(Look, GivesTheSameFiguresAgain) {
  const auto train = make_memory_dataset(TaskKind::kClassification, {1, 16}, 3, 150, 1);
  const auto validation = make_memory_dataset(TaskKind::kClassification, {1, 16}, 3, 60, 2);
  const auto first = pipeline::look(splits_of(train, validation), students_only(), {});
  const auto second = pipeline::look(splits_of(train, validation), students_only(), {});
  ASSERT_TRUE(first && second);
  EXPECT_THAT(first->channels.tried, IsEmpty());
  ASSERT_GE(first->students.tried.size(), 3U);
  for (size_t i = 0; i < first->students.tried.size(); ++i)
    EXPECT_EQ(first->students.tried[i].score, second->students.tried[i].score) << first->students.tried[i].name;
  ASSERT_EQ(first->ways.tried.size(), 4U);
  for (size_t i = 0; i < first->ways.tried.size(); ++i)
    EXPECT_EQ(first->ways.tried[i].score, second->ways.tried[i].score) << first->ways.tried[i].name;
  EXPECT_EQ(first->students.best, second->students.best);
}

// Exactly one of two columns is positive, among columns of noise.
std::shared_ptr<MemoryDataset> exclusive_or(int64_t rows, uint64_t seed) {
  data::DatasetInfo info;
  info.sample_shape = {8};
  info.class_names = {"no", "yes"};
  info.fingerprint = fmt::format("exclusive or {} {}", rows, seed);
  Rng rng(seed, "rows");
  std::vector<std::vector<float>> samples;
  std::vector<data::SampleInfo> infos;
  for (int64_t i = 0; i < rows; ++i) {
    std::vector<float> row;
    for (int c = 0; c < 8; ++c) row.push_back(static_cast<float>(rng.normal()));
    infos.push_back({(row[0] > 0.0F) != (row[1] > 0.0F) ? 1 : 0, 0.0F, static_cast<int32_t>(i), 0, i});
    samples.push_back(std::move(row));
  }
  return std::make_shared<MemoryDataset>(std::move(info), std::move(samples), std::move(infos));
}

TEST(Look, LetsTreesCompeteAsTeacherOfRows) {
  const auto found =
      pipeline::look(splits_of(exclusive_or(1200, 1), exclusive_or(400, 2)), pipeline::LookOptions(), {});
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->teachers.tried.size(), 3U);
  EXPECT_EQ(found->teachers.tried[0].keys.size(), 2U);  // the mean of both
  EXPECT_THAT(found->teachers.tried[1].keys, ElementsAre(::testing::HasSubstr("family = \"trees\"\n")));
  EXPECT_GT(found->teachers.tried[1].score, 0.9);  // a linear model is right half of the time
  EXPECT_GE(found->teachers.answer().score, found->teachers.tried[1].score);
  EXPECT_EQ(found->ways.tried.size(), 2U);  // with and without mixed rows
}

TEST(Look, LetsGroupsTakeTurnsWhereASplitKeepsThemWhole) {
  const auto folds = [](int32_t groups) {
    const auto found = pipeline::look(splits_of(with_temperature(groups, true, 1), with_temperature(6, false, 2, 100)),
                                      students_only(), {});
    return found ? found->folds : -1;
  };
  EXPECT_EQ(folds(12), 3);
  EXPECT_EQ(folds(4), 0);  // too few
}

TEST(Look, TellsLongTrainingsTheirSteps) {
  const auto steps = [](const char* keys, int64_t samples) {
    const auto data = make_memory_dataset(TaskKind::kClassification, {4}, 2, samples, 1);
    return pipeline::steps_within_minutes({"net", keys}, *data, pipeline::Effort::kStudent).value_or(-1);
  };
  EXPECT_EQ(steps("family = \"trees\"\n", 20'000), 0);
  EXPECT_EQ(steps("family = \"mlp\"\nwidth = 16\ndepth = 2\n", 20'000), 0);
  EXPECT_EQ(steps("family = \"mlp\"\nwidth = 4096\ndepth = 2\n", 20'000), 2000);
  EXPECT_EQ(steps("family = \"mlp\"\nwidth = 4096\ndepth = 2\n", 100), 0);  // fewer than that
}

TEST(Look, JudgesUnequalClassesByTheirMeanRecall) {
  const auto even = make_memory_dataset(TaskKind::kClassification, {4}, 2, 200, 1);
  const auto judged_by = [](std::shared_ptr<const data::Dataset> data) {
    const auto found = pipeline::look(splits_of(data, data), students_only(), {});
    return found ? metrics::to_string(found->metric) : found.error().text();
  };
  EXPECT_EQ(judged_by(even), "accuracy");
  for (size_t i = 0; i < 160; ++i) even->infos()[i].label = 0;
  EXPECT_EQ(judged_by(even), "balanced_accuracy");
  EXPECT_EQ(judged_by(make_memory_dataset(TaskKind::kRegression, {4}, 1, 80, 1)), "rmse");
}

TEST(Look, StopsWhenAsked) {
  const std::atomic<bool> stop{true};
  RunControl control;
  control.stop = &stop;
  const auto data = make_memory_dataset(TaskKind::kClassification, {4}, 2, 50, 1);
  const auto found = pipeline::look(splits_of(data, data), pipeline::LookOptions(), control);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kInterrupted);
}

}  // namespace
}  // namespace apprentice
