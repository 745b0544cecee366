// SPDX-License-Identifier: Apache-2.0
// A teacher's answers over some of its classes, against probabilities taken by hand in float64.
#include "apprentice/targets/restricted.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "apprentice/base/random.h"
#include "tests/support/memory_dataset.h"

namespace apprentice {
namespace {

// softmax(logits / T), straight from the definition.
std::vector<double> soften(const std::vector<float>& logits, double temperature) {
  const double most = double{*std::max_element(logits.begin(), logits.end())};
  std::vector<double> p;
  for (const float z : logits) p.push_back(std::exp((double{z} - most) / temperature));
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  for (double& value : p) value /= sum;
  return p;
}

std::vector<float> restricted(const data::KeptClasses& classes, const std::vector<float>& logits) {
  std::vector<float> out(static_cast<size_t>(classes.outputs()));
  targets::restrict_logits(classes, logits.data(), out.data());
  return out;
}

// Probabilities first, restricted then: kept ones as they are, all others summed or dropped with renormalisation.
std::vector<double> restricted_by_hand(const data::KeptClasses& classes, const std::vector<float>& logits) {
  const std::vector<double> all = soften(logits, 1.0);
  std::vector<double> kept;
  double rest = 1.0;
  for (const int64_t k : classes.kept) {
    kept.push_back(all[static_cast<size_t>(k)]);
    rest -= kept.back();
  }
  if (classes.has_other)
    kept.push_back(rest);
  else
    for (double& p : kept) p /= 1.0 - rest;
  return kept;
}

std::vector<float> draw_logits(Rng& rng, int64_t count, double scale) {
  std::vector<float> logits;
  for (int64_t i = 0; i < count; ++i) logits.push_back(static_cast<float>(scale * rng.normal()));
  return logits;
}

const data::KeptClasses kWithOther{{1, 2, 5}, true, 7}, kDropped{{1, 2, 5}, false, 7};

TEST(RestrictLogits, GivesTheProbabilitiesThatAreRestrictedByHand) {
  Rng rng(1, "logits");
  for (int round = 0; round < 200; ++round) {
    const std::vector<float> logits = draw_logits(rng, 7, 2.0);
    for (const data::KeptClasses& classes : {kWithOther, kDropped}) {
      const std::vector<double> expected = restricted_by_hand(classes, logits);
      const std::vector<double> found = soften(restricted(classes, logits), 1.0);
      ASSERT_EQ(found.size(), expected.size());
      EXPECT_NEAR(std::accumulate(found.begin(), found.end(), 0.0), 1.0, 1e-12);
      for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6);
    }
  }
}

// Restrict, then soften: p_k^(1/T) over the sum of the same of all outcomes of the device's task.
TEST(RestrictLogits, IsSoftenedAfterwards) {
  Rng rng(2, "logits");
  for (int round = 0; round < 200; ++round) {
    const std::vector<float> logits = draw_logits(rng, 7, 3.0);
    for (const data::KeptClasses& classes : {kWithOther, kDropped}) {
      std::vector<double> expected = restricted_by_hand(classes, logits);
      for (double& p : expected) p = std::pow(p, 1.0 / 4.0);
      const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
      const std::vector<double> found = soften(restricted(classes, logits), 4.0);
      for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i] / sum, 1e-4);
    }
  }
}

// The other order would give "other" four sevenths at any great temperature.
TEST(RestrictLogits, GivesAllOutcomesTheSameMassAtAGreatTemperature) {
  const std::vector<float> logits = {0.3F, 2.0F, -1.0F, 0.9F, 0.0F, 0.5F, -2.0F};
  for (const double p : soften(restricted(kWithOther, logits), 1e6)) EXPECT_NEAR(p, 0.25, 1e-5);
}

TEST(RestrictLogits, KeepsKeptLogitsToTheBitAndAllOfThemWhenAllAreKept) {
  const std::vector<float> logits = {0.1F, 80.0F, -80.0F, 3.0F};
  EXPECT_EQ(restricted({{0, 1, 2, 3}, false, 4}, logits), logits);
  const std::vector<float> some = restricted({{0, 3}, true, 4}, logits);
  EXPECT_EQ(some[0], 0.1F);
  EXPECT_EQ(some[1], 3.0F);
}

TEST(RestrictLogits, StandsExtremeLogitsAndMovesWithAShift) {
  const std::vector<float> sure = restricted({{0}, true, 3}, {80.0F, -80.0F, -80.0F});
  EXPECT_NEAR(sure[1], -80.0F + std::log(2.0F), 1e-5);
  const std::vector<float> logs = restricted({{0}, true, 3}, {std::log(0.7F), std::log(0.2F), std::log(0.1F)});
  EXPECT_NEAR(logs[1], std::log(0.3F), 1e-6);  // logarithms of probabilities stay such
  const std::vector<float> shifted = restricted({{0}, true, 3}, {90.0F, -70.0F, -70.0F});
  EXPECT_NEAR(shifted[1] - sure[1], 10.0F, 1e-5);
}

// Answer c to view v of sample i is 100 i + 10 v + c.
class NumberedStore final : public targets::TargetStore {
 public:
  explicit NumberedStore(int64_t classes) : classes_(classes) {
    for (int64_t i = 0; i < size(); ++i) {
      for (int view = 0; view < views(); ++view) {
        for (int64_t c = 0; c < classes; ++c) answers_.push_back(static_cast<float>(100 * i + 10 * view + c));
      }
    }
  }
  int64_t size() const override { return 6; }
  int64_t classes() const override { return classes_; }
  int views() const override { return 2; }
  const float* logits(int64_t index, int view) const override {
    return answers_.data() + (index * 2 + view) * classes_;
  }
  // Its one feature is what it answers.
  const std::vector<teacher::TeacherFeature>& features() const override { return features_; }
  const float* feature(size_t, int64_t index, int view) const override { return logits(index, view); }
  const std::string& folder() const override { return name_; }
  const std::string& identity() const override { return name_; }

 private:
  int64_t classes_;
  std::vector<teacher::TeacherFeature> features_{{"answer", {classes_}}};
  std::vector<float> answers_;
  std::string name_ = "numbered";
};

std::shared_ptr<const data::RelevantDataset> part_of(const data::KeptClasses& classes, std::vector<int64_t> indices,
                                                     TaskKind task = TaskKind::kClassification) {
  const auto full = make_memory_dataset(task, {1, 4}, 3, 6, 1);
  return std::make_shared<const data::RelevantDataset>(full, classes, data::KeptValues{{0}, 1, 4}, std::move(indices));
}

TEST(RestrictStore, AnswersTheKeptSamplesAndTheirViewsInTheirOrder) {
  const auto store = targets::restrict_store(std::make_shared<NumberedStore>(3), part_of({{1}, true, 3}, {1, 4}));
  EXPECT_EQ(store->size(), 2);
  EXPECT_EQ(store->classes(), 2);
  EXPECT_EQ(store->views(), 2);
  EXPECT_EQ(store->logits(0, 0)[0], 101.0F);
  EXPECT_EQ(store->logits(1, 1)[0], 411.0F);
  EXPECT_NEAR(store->logits(1, 1)[1], 412.0 + std::log1p(std::exp(-2.0)), 1e-4);
  EXPECT_THROW(static_cast<void>(store->logits(2, 0)), BrokenPromise);
}

TEST(RestrictStore, GivesTheWholeFeaturesOfTheKeptSamples) {
  const auto store = targets::restrict_store(std::make_shared<NumberedStore>(3), part_of({{1}, true, 3}, {1, 4}));
  ASSERT_EQ(store->features().size(), 1U);
  EXPECT_EQ(store->features()[0].shape, Shape{3});
  EXPECT_EQ(store->feature(0, 1, 1)[0], 410.0F);
  EXPECT_EQ(store->feature(0, 1, 1)[2], 412.0F);
}

TEST(RestrictStore, HandsOutTheStoresOwnValuesWhereAllClassesAreKept) {
  const auto inner = std::make_shared<NumberedStore>(3);
  const auto store = targets::restrict_store(inner, part_of({{0, 1, 2}, false, 3}, {0, 1, 2, 3, 4, 5}));
  for (int64_t i = 0; i < 6; ++i) EXPECT_EQ(store->logits(i, 1), inner->logits(i, 1));
  const auto values = std::make_shared<NumberedStore>(1);
  const auto regression = targets::restrict_store(values, part_of({{}, false, 0}, {2, 5}, TaskKind::kRegression));
  EXPECT_EQ(regression->classes(), 1);
  EXPECT_EQ(*regression->logits(1, 0), 500.0F);
}

TEST(RestrictStore, HasAnIdentityOfWhatIsKept) {
  const auto inner = std::make_shared<NumberedStore>(3);
  const auto one = targets::restrict_store(inner, part_of({{1}, true, 3}, {1, 4}));
  EXPECT_EQ(one->identity(), targets::restrict_store(inner, part_of({{1}, true, 3}, {1, 4}))->identity());
  EXPECT_NE(one->identity(), targets::restrict_store(inner, part_of({{2}, true, 3}, {1, 4}))->identity());
  EXPECT_NE(one->identity(), targets::restrict_store(inner, part_of({{1}, true, 3}, {1, 3}))->identity());
}

}  // namespace
}  // namespace apprentice
