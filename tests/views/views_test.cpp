// SPDX-License-Identifier: Apache-2.0
// Views of a data set: deterministic, plain first, shown in turn, mixed with training samples only.
#include "apprentice/views/views.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/support/memory_dataset.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kSamples = 12;
const char* const kSteps =
    "[[augment]]\nname = \"shift\"\n[[augment]]\nname = \"jitter\"\nchance = 0.5\n[[augment]]\nname = \"mixup\"\n";

class ViewsTest : public ::testing::Test {
 protected:
  Result<std::shared_ptr<const views::Views>> create(const std::string& text, uint64_t seed = 1) const {
    Config table = *Config::parse(text, "job.toml");
    return views::Views::create(table, data_, seed);
  }
  std::string refusal(const std::string& text) const {
    const auto views = create(text);
    return views ? "accepted" : views.error().text();
  }
  std::vector<float> see(const views::Views& views, int64_t sample, int64_t view, views::ViewMix* mix = nullptr) const {
    std::vector<float> out(64);
    const views::ViewMix made = views.make(sample, view, out.data());
    if (mix != nullptr) *mix = made;
    return out;
  }
  std::shared_ptr<MemoryDataset> data_ = make_memory_dataset(TaskKind::kClassification, {2, 32}, 3, kSamples, 1);
};

TEST_F(ViewsTest, ShowThePlainSampleFirst) {
  const auto views = *create(std::string("count = 4\n") + kSteps);
  for (int64_t i = 0; i < kSamples; ++i) {
    views::ViewMix mix;
    EXPECT_EQ(see(*views, i, 0, &mix), data_->samples()[static_cast<size_t>(i)]);
    EXPECT_EQ(mix.other, -1);
    EXPECT_EQ(mix.own_share, 1.0F);
  }
}

TEST_F(ViewsTest, RepeatToTheBitInAnyOrderAndDifferBySampleViewAndSeed) {
  const std::string text = std::string("count = 4\n") + kSteps;
  const auto views = *create(text), again = *create(text), other = *create(text, 2);
  std::set<std::vector<float>> seen;
  for (int64_t i = kSamples - 1; i >= 0; --i) {
    for (int64_t view = 3; view >= 1; --view) {
      EXPECT_EQ(see(*views, i, view), see(*again, i, view));
      EXPECT_NE(see(*views, i, view), see(*other, i, view));
      seen.insert(see(*views, i, view));
    }
  }
  EXPECT_EQ(seen.size(), static_cast<size_t>(3 * kSamples));
  EXPECT_EQ(views->identity(), again->identity());
  EXPECT_NE(views->identity(), other->identity());
}

TEST_F(ViewsTest, AreTheSameWhateverTheirNumber) {
  const auto few = *create(std::string("count = 2\n") + kSteps), many = *create(std::string("count = 9\n") + kSteps);
  EXPECT_EQ(see(*few, 3, 1), see(*many, 3, 1));
  EXPECT_EQ(few->identity(), many->identity());
}

TEST_F(ViewsTest, HaveAnIdentityThatCoversEveryKey) {
  std::set<std::string> identities;
  for (const char* keys : {"most = 0.1", "most = 0.2", "fill = \"wrap\"", "chance = 0.5", ""}) {
    identities.insert((*create(fmt::format("count = 2\n[[augment]]\nname = \"shift\"\n{}", keys)))->identity());
  }
  EXPECT_EQ(identities.size(), 4U);  // 0.1 is the default
}

TEST_F(ViewsTest, AreShownInTurnEachEquallyOften) {
  const auto views = *create(std::string("count = 5\n") + kSteps);
  std::set<int64_t> starts;
  for (int64_t i = 0; i < kSamples; ++i) {
    starts.insert(views->view_at(i, 1));
    std::set<int64_t> shown;
    for (int64_t epoch = 1; epoch <= 5; ++epoch) shown.insert(views->view_at(i, epoch));
    EXPECT_EQ(shown.size(), 5U);
    EXPECT_EQ(views->view_at(i, 6), views->view_at(i, 1));
  }
  EXPECT_GT(starts.size(), 2U);
}

TEST_F(ViewsTest, MixIsTheWeightedMeanOfTwoSamples) {
  const auto views = *create("count = 40\n[[augment]]\nname = \"mixup\"");
  std::set<int64_t> partners;
  for (int64_t view = 1; view < 40; ++view) {
    views::ViewMix mix;
    const std::vector<float> mixed = see(*views, 5, view, &mix);
    ASSERT_GE(mix.other, 0);
    ASSERT_LT(mix.other, kSamples);
    partners.insert(mix.other);
    const auto& own = data_->samples()[5];
    const auto& other = data_->samples()[static_cast<size_t>(mix.other)];
    for (size_t k = 0; k < mixed.size(); ++k) {
      EXPECT_NEAR(mixed[k], mix.own_share * own[k] + (1.0F - mix.own_share) * other[k], 1e-5);
    }
  }
  EXPECT_GT(partners.size(), 8U);
}

TEST_F(ViewsTest, AreNoneWhenTheJobAsksForOne) {
  EXPECT_EQ(*create(""), nullptr);
  EXPECT_EQ(*create(std::string("count = 1\n") + kSteps), nullptr);
}

TEST_F(ViewsTest, RefuseWhatCannotBe) {
  EXPECT_THAT(refusal("count = 3"),
              HasSubstr("job.toml:1:9: 3 views are asked for, but there is no [[views.augment]]"));
  EXPECT_THAT(refusal("count = 0"), HasSubstr("'count' is 0; expected 1"));
  EXPECT_THAT(refusal("count = 2\n[[augment]]\nname = \"shfit\""),
              HasSubstr("job.toml:3:8: unknown augmentation 'shfit'; did you mean 'shift'? known augmentations: "
                        "channel_dropout, crop"));
  EXPECT_THAT(refusal("count = 2\n[[augment]]\nmost = 0.1"), HasSubstr("'name'"));
  EXPECT_THAT(refusal("count = 2\n[[augment]]\nname = \"crop\""),
              HasSubstr("augmentation 'crop' needs images [channels, height, width]; the samples here are [2, 32]"));
  EXPECT_THAT(refusal("count = 2\n[[augment]]\nname = \"shift\"\nmots = 0.1"), HasSubstr("unknown key 'mots'"));
  EXPECT_THAT(refusal("count = 2\n[[augment]]\nname = \"shift\"\naxis = 1"), HasSubstr("unknown key 'axis'"));
  EXPECT_THAT(refusal("count = 2\n[[augment]]\nname = \"mixup\"\n[[augment]]\nname = \"mixup\""),
              HasSubstr("'mixup' is there twice"));
}

TEST_F(ViewsTest, LeaveConstantChannelsUsable) {
  for (auto& sample : data_->samples()) std::fill_n(sample.begin(), 32, 7.0F);
  const auto views = *create("count = 2\n[[augment]]\nname = \"jitter\"");
  const std::vector<float> view = see(*views, 0, 1);
  EXPECT_THAT(std::vector<float>(view.begin(), view.begin() + 32), ::testing::Each(7.0F));
}

}  // namespace
}  // namespace apprentice
