// SPDX-License-Identifier: Apache-2.0
// The target store with several views of each sample, and with features beside the logits.
#include <cmath>

#include "tests/targets/fixture.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

TEST_F(TargetStoreTest, AnswersEveryViewAsTheStudentWillSeeIt) {
  options_.views = make_views(3, 5);
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  ASSERT_EQ((*store)->views(), 3);
  EXPECT_EQ(teacher_.answered, 3 * kSamples);
  for (int64_t i = 0; i < kSamples; ++i) {
    for (int view = 0; view < 3; ++view) {
      std::vector<float> sample(4);
      static_cast<void>(options_.views->make(i, view, sample.data()));
      const float row = view == 0 ? static_cast<float>(i) : -1.0F;  // a view is in no row of the data
      EXPECT_EQ((*store)->logits(i, view)[2], 1000.0F * row + 2.0F + sample[0]) << i << " " << view;
    }
  }
}

TEST_F(TargetStoreTest, ResumesAllViewsAtTheLastSealedShard) {
  options_.views = make_views(3, 5);  // shards of two samples
  std::atomic<bool> stop{false};
  RunControl control;
  control.stop = &stop;
  control.on_progress = [&](const Progress& progress) { stop = progress.done >= 20; };
  ASSERT_FALSE(build(control));
  const int64_t before = teacher_.answered;
  ASSERT_GE(before, 20);
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  EXPECT_EQ(teacher_.answered - before, 3 * kSamples - before / 6 * 6);
}

TEST_F(TargetStoreTest, KeepsFeaturesOfEveryViewBesideTheLogits) {
  options_.views = make_views(2, 5);
  options_.features = {{"vector", {3}}, {"maps", {2, 1, 5}}};
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  ASSERT_EQ((*store)->features().size(), 2U);
  EXPECT_EQ((*store)->features()[1].name, "maps");
  for (int64_t i = 0; i < kSamples; ++i) {
    for (int view = 0; view < 2; ++view) {
      std::vector<float> sample(4);
      static_cast<void>(options_.views->make(i, view, sample.data()));
      const float row = view == 0 ? static_cast<float>(i) : -1.0F;
      EXPECT_EQ((*store)->logits(i, view)[1], 1000.0F * row + 1.0F + sample[0]);
      EXPECT_EQ((*store)->feature(0, i, view)[2], 3.0F * row + 2.0F);
      EXPECT_EQ((*store)->feature(1, i, view)[5 + 3], 100.0F * row + 13.0F + sample[0]);
    }
  }
}

TEST_F(TargetStoreTest, AlignsEveryBlockForVectorUnits) {
  options_.features = {{"vector", {3}}, {"maps", {2, 1, 5}}};
  const auto store = build();
  ASSERT_TRUE(store);
  for (int64_t first = 0; first < kSamples; first += options_.shard_samples) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>((*store)->feature(0, first)) % 64, 0U);
    EXPECT_EQ(reinterpret_cast<uintptr_t>((*store)->feature(1, first)) % 64, 0U);
  }
}

TEST_F(TargetStoreTest, KeepsMapsAsMeansOverThePlacesThatLossesCompare) {
  options_.features = {{"maps", {2, 1, 2}}};
  const auto halves = build();
  ASSERT_TRUE(halves) << halves.error().text();
  options_.features = {{"maps", {2}}};
  const auto means = build();
  ASSERT_TRUE(means) << means.error().text();
  EXPECT_NE((*halves)->identity(), (*means)->identity());
  for (int64_t i = 0; i < kSamples; ++i) {
    const float base = 100.0F * static_cast<float>(i) + data_->samples()[static_cast<size_t>(i)][0];
    const float* two = (*halves)->feature(0, i);
    EXPECT_FLOAT_EQ(two[0], base + 1.0F);  // places 0, 1, 2
    EXPECT_FLOAT_EQ(two[1], base + 3.0F);  // places 2, 3, 4
    EXPECT_FLOAT_EQ(two[2], base + 11.0F);
    EXPECT_FLOAT_EQ((*means)->feature(0, i)[1], base + 12.0F);
  }
}

TEST_F(TargetStoreTest, ResumesFeaturesAtTheLastSealedShard) {
  options_.features = {{"maps", {2, 1, 5}}};
  std::atomic<bool> stop{false};
  RunControl control;
  control.stop = &stop;
  control.on_progress = [&](const Progress& progress) { stop = progress.done >= 20; };
  ASSERT_FALSE(build(control));
  EXPECT_FALSE(targets::TargetStore::is_finished(store_folder()));
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  EXPECT_TRUE(targets::TargetStore::is_finished(store_folder()));
  EXPECT_EQ(teacher_.answered, 20 + (kSamples - 16));
  EXPECT_EQ((*store)->feature(0, 24)[0], 2400.0F + data_->samples()[24][0]);
}

TEST_F(TargetStoreTest, RefusesFeaturesThatAreNotNumbersOrOfAnotherShape) {
  options_.features = {{"maps", {2, 1, 5}}};
  teacher_.poisoned_feature = 13;
  const auto poisoned = build();
  ASSERT_FALSE(poisoned);
  EXPECT_THAT(poisoned.error().text(), HasSubstr("the teacher answered inf for sample 13, feature 'maps' 0"));
  teacher_.poisoned_feature = -2;
  options_.features = {{"maps", {3, 1, 5}}};
  const auto other = build();
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().text(),
              HasSubstr("gave feature 'maps' as [4, 2, 5] of float32 for 4 samples; expected [3, 1, 5]"));
}

TEST_F(TargetStoreTest, MakesShardsOfLargeAnswersSmall) {
  options_.features = {{"maps", {2, 1, 5}}};
  const int64_t bytes = targets::answer_bytes(1, 3, options_);
  EXPECT_EQ(bytes, (3 + 10) * 4);
  EXPECT_EQ(targets::answer_bytes(7, 3, options_), 7 * bytes);
  targets::TargetOptions large = options_;
  large.shard_samples = int64_t{1} << 40;
  large.features = {{"maps", {1024, 64, 64}}};  // 16 MB a sample
  const auto store = targets::TargetStore::build(scratch_.path(), teacher_, *data_, large, {});
  ASSERT_FALSE(store);  // the teacher has no such feature, but the manifest is written
  const std::string text = *read_file(
      scratch_.path() + "/" + targets::TargetStore::address(teacher_.info(), data_->info(), large) + "/store.json");
  EXPECT_THAT(text, HasSubstr("\"shard_samples\": 3"));
}

TEST_F(TargetStoreTest, RefusesAChangedListOfFeatures) {
  options_.features = {{"maps", {2, 1, 5}}};
  ASSERT_TRUE(build());
  expect_manifest_is_checked("        2,", "        1099511627776,");
}

}  // namespace
}  // namespace apprentice::test
