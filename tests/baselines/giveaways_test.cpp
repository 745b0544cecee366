// SPDX-License-Identifier: Apache-2.0
// Traps that every figure passes: an index in a file sorted by class, a column that is the answer, torn recordings.
#include "apprentice/baselines/giveaways.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "apprentice/base/random.h"
#include "tests/baselines/array_dataset.h"

namespace apprentice {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kRows = 600, kClasses = 3;

struct Row {
  std::vector<float> values;
  int32_t label = 0, group = 0;
};
using RowOf = std::function<Row(int64_t row, Rng& rng)>;
enum class Cut { kAtRandom, kByGroup };

data::Splits splits_of(const RowOf& row_of, const std::vector<std::string>& columns, Cut cut,
                       TaskKind task = TaskKind::kClassification) {
  Rng rng(4, "rows");
  data::DatasetInfo info;
  info.task = task;
  info.sample_shape = {static_cast<int64_t>(columns.size())};
  info.channel_names = columns;
  if (task == TaskKind::kClassification) info.class_names = {"ok", "worn", "broken"};
  std::vector<float> values[3];
  std::vector<data::SampleInfo> infos[3];
  for (int64_t i = 0; i < kRows; ++i) {
    const Row row = row_of(i, rng);
    const int64_t drawn = cut == Cut::kAtRandom ? static_cast<int64_t>(rng.below(5)) : row.group % 5;
    const size_t side = drawn < 3 ? 0 : static_cast<size_t>(drawn - 2);
    values[side].insert(values[side].end(), row.values.begin(), row.values.end());
    data::SampleInfo sample;
    sample.label = task == TaskKind::kClassification ? row.label : -1;
    sample.target = static_cast<float>(row.label);
    sample.group = row.group;
    sample.row = i;
    infos[side].push_back(sample);
  }
  const auto make = [&](size_t side) {
    return std::make_shared<test::ArrayDataset>(info, std::move(values[side]), std::move(infos[side]));
  };
  data::Splits splits;
  splits.train = make(0);
  splits.validation = make(1);
  splits.test = make(2);
  return splits;
}

float noise(Rng& rng) { return static_cast<float>(rng.normal()); }

std::vector<std::string> giveaways(const data::Splits& splits) {
  const auto found = baselines::find_giveaways(splits, {1, 1}, {});
  EXPECT_TRUE(found);
  return found.value_or(std::vector<std::string>{});
}

int32_t by_thirds(int64_t row) { return static_cast<int32_t>(row * kClasses / kRows); }

TEST(Giveaways, AnIndexInAFileSortedByClassIsNamedWithWhatItIsWorth) {
  const auto splits = splits_of(
      [](int64_t i, Rng& rng) {
        return Row{{static_cast<float>(i), noise(rng), noise(rng)}, by_thirds(i), static_cast<int32_t>(i)};
      },
      {"index", "ax", "ay"}, Cut::kAtRandom);
  EXPECT_THAT(giveaways(splits),
              ElementsAre(AllOf(HasSubstr("the input 'index' counts the samples: it never falls from one to the next"),
                                HasSubstr("of the validation samples with it, 0.3"), HasSubstr("leave it out"))));
}

TEST(Giveaways, ACounterThatRestartsInEveryGroupIsNamed) {
  const auto splits = splits_of(
      [](int64_t i, Rng& rng) {
        const auto cycle = static_cast<float>(i % 40);
        return Row{{noise(rng), cycle, noise(rng)}, static_cast<int32_t>(40 - i % 40), static_cast<int32_t>(i / 40)};
      },
      {"s2", "cycle", "s3"}, Cut::kByGroup, TaskKind::kRegression);
  EXPECT_THAT(giveaways(splits), ElementsAre(AllOf(HasSubstr("'cycle' counts the samples of every group"),
                                                   HasSubstr("boosted trees reach an RMSE of"))));
}

TEST(Giveaways, AColumnThatIsSetForOneClassAloneIsNamed) {
  const auto splits = splits_of(
      [](int64_t i, Rng& rng) {
        const auto label = static_cast<int32_t>(rng.below(3));
        const float flag = label == 2 && rng.uniform() < 0.4 ? 1.0F : 0.0F;
        return Row{{noise(rng) + 2.0F * static_cast<float>(label), noise(rng), flag}, label, static_cast<int32_t>(i)};
      },
      {"heat", "speed", "failure"}, Cut::kAtRandom);
  EXPECT_THAT(giveaways(splits), ElementsAre(HasSubstr("the input 'failure' is 1 for class 'broken' alone")));
}

TEST(Giveaways, TheOneColumnWithoutWhichNothingIsKnownIsNamed) {
  const auto splits = splits_of(
      [](int64_t i, Rng& rng) {
        const auto label = static_cast<int32_t>(rng.below(3));
        return Row{{noise(rng), 7.0F + static_cast<float>(label) + 0.1F * noise(rng), noise(rng)},
                   label,
                   static_cast<int32_t>(i)};
      },
      {"ax", "code", "ay"}, Cut::kAtRandom);
  EXPECT_THAT(giveaways(splits), ElementsAre(HasSubstr("the input 'code' alone tells nearly all that can be told")));
}

TEST(Giveaways, HonestColumnsAreLeftAlone) {
  const auto splits = splits_of(
      [](int64_t i, Rng& rng) {
        const int32_t label = by_thirds(i);  // sorted by class, with two sensors that tell it and a switch that helps
        const auto level = static_cast<float>(label);
        const float mode = rng.uniform() < 0.2 + 0.3 * label ? 1.0F : 0.0F;
        return Row{
            {level + 0.5F * noise(rng), -level + 0.5F * noise(rng), mode, noise(rng)}, label, static_cast<int32_t>(i)};
      },
      {"ax", "ay", "mode", "az"}, Cut::kAtRandom);
  EXPECT_THAT(giveaways(splits), IsEmpty());
  EXPECT_THAT(baselines::find_shared_samples(splits), IsEmpty());
}

// Three slow sensors: a row is like the one before it.
RowOf drifting() {
  return [state = std::vector<float>(3, 0.0F)](int64_t i, Rng& rng) mutable {
    for (float& value : state) value = 0.98F * value + 0.2F * noise(rng);
    return Row{state, static_cast<int32_t>(i / 20 % kClasses), static_cast<int32_t>(i / 20)};
  };
}

TEST(SharedSamples, StretchesOfARecordingOnBothSidesAreTold) {
  const auto splits = splits_of(drifting(), {"a", "b", "c"}, Cut::kAtRandom);
  EXPECT_THAT(
      baselines::find_shared_samples(splits),
      ElementsAre(AllOf(HasSubstr("stretches of the same recordings are on both sides"), HasSubstr("as group"))));
}

TEST(SharedSamples, GroupsKeptTogetherAreNot) {
  const auto splits = splits_of(drifting(), {"a", "b", "c"}, Cut::kByGroup);
  EXPECT_THAT(baselines::find_shared_samples(splits), IsEmpty());
}

TEST(SharedSamples, CopiesAreCounted) {
  const auto splits = splits_of(
      [last = std::vector<float>(2, 0.0F)](int64_t i, Rng& rng) mutable {
        if (i % 10 != 9) last = {noise(rng), noise(rng)};
        return Row{last, static_cast<int32_t>(i % kClasses), static_cast<int32_t>(i)};
      },
      {"a", "b"}, Cut::kAtRandom);
  const auto found = baselines::find_shared_samples(splits);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found[0], HasSubstr("validation samples are training samples, too, value for value"));
  EXPECT_THAT(found[1], HasSubstr("test samples are training samples, too, value for value"));
}

}  // namespace
}  // namespace apprentice
