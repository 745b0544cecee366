// SPDX-License-Identifier: Apache-2.0
// What every row of the table of augmentations promises, and what each one does to a sample.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>

#include "apprentice/views/augmentation.h"
#include "apprentice/views/curve.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

using ::testing::Each;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

using Values = std::vector<float>;

views::SampleFacts facts_of(const Shape& shape) {
  views::SampleFacts facts{shape, {}, {}};
  for (int64_t c = 0; c < shape[0]; ++c) {
    facts.mean.push_back(static_cast<float>(10 * c + 1));
    facts.deviation.push_back(static_cast<float>(c + 2));
  }
  return facts;
}

// Values 0, 1, 2, ... in the order of memory.
Values ramp(const Shape& shape) {
  Values sample(static_cast<size_t>(element_count(shape)));
  std::iota(sample.begin(), sample.end(), 0.0F);
  return sample;
}

std::unique_ptr<views::Augmentation> make(const std::string& name, const std::string& keys, const Shape& shape) {
  Config config = *Config::parse(keys, "job.toml");
  auto made = views::find_augmentation_kind(name)->make(config, facts_of(shape));
  EXPECT_TRUE(made && config.finish()) << name;
  return std::move(*made);
}

Values apply(const std::string& name, const std::string& keys, const Shape& shape, Values sample, uint64_t seed = 1) {
  Rng rng(seed, "test");
  make(name, keys, shape)->apply(sample.data(), rng);
  return sample;
}

double deviation_of(const Values& a, const Values& b, size_t first, size_t count) {
  double squares = 0.0;
  for (size_t i = first; i < first + count; ++i) squares += std::pow(double{a[i]} - double{b[i]}, 2.0);
  return std::sqrt(squares / static_cast<double>(count));
}

class AugmentationContract : public ::testing::TestWithParam<std::string> {
 protected:
  const views::AugmentationKind& kind() const { return *views::find_augmentation_kind(GetParam()); }
  std::vector<Shape> shapes() const {
    const std::vector<Shape> all = {{7}, {1}, {3, 40}, {1, 1}, {2, 9, 8}, {1, 1, 1}, {3, 1, 5}};
    std::vector<Shape> fitting;
    std::copy_if(all.begin(), all.end(), std::back_inserter(fitting),
                 [&](const Shape& shape) { return shape.size() >= kind().least_rank; });
    return fitting;
  }
};

TEST_P(AugmentationContract, HasASummaryASourceAndAChance) {
  EXPECT_GT(std::string(kind().summary).size(), 10U);
  EXPECT_GT(std::string(kind().source).size(), 10U);
  EXPECT_GT(kind().chance, 0.0);
  EXPECT_LE(kind().chance, 1.0);
}

TEST_P(AugmentationContract, RepeatsToTheBitAndStaysFinite) {
  for (const Shape& shape : shapes()) {
    for (uint64_t seed = 1; seed < 20; ++seed) {
      const Values once = apply(GetParam(), "", shape, ramp(shape), seed);
      EXPECT_EQ(once, apply(GetParam(), "", shape, ramp(shape), seed)) << to_string(shape);
      for (float value : once) ASSERT_TRUE(std::isfinite(value)) << to_string(shape);
    }
  }
}

TEST_P(AugmentationContract, ChangesSamplesAndGivesSharesInRange) {
  Rng rng(3, "test");
  const Shape shape{2, 30, 8};
  const auto augmentation = make(GetParam(), "", shape);
  bool changes = false;
  for (int i = 0; i < 50; ++i) {
    Values sample = ramp(shape);
    augmentation->apply(sample.data(), rng);
    const double share = augmentation->draw_share(rng);
    EXPECT_GE(share, 0.0);
    EXPECT_LE(share, 1.0);
    changes = changes || sample != ramp(shape) || share < 1.0;
  }
  EXPECT_TRUE(changes);
}

TEST_P(AugmentationContract, RefusesUnknownKeysAndNumbersOutOfRange) {
  Config config = *Config::parse("strength = 0.5", "job.toml");
  ASSERT_TRUE(kind().make(config, facts_of({2, 9, 8})));
  EXPECT_THAT(config.finish().error().text(), HasSubstr("job.toml:1:1: unknown key 'strength'"));
  Config defaults;
  ASSERT_TRUE(kind().make(defaults, facts_of({2, 9, 8})));
  const nlohmann::ordered_json keys = defaults.resolved();
  for (const auto& [key, value] : keys.items()) {
    if (!value.is_number()) continue;
    for (const char* bad : {"-1000", "1000000"}) {
      Config wrong = *Config::parse(fmt::format("{} = {}", key, bad), "job.toml");
      ASSERT_TRUE(kind().make(wrong, facts_of({2, 9, 8})));
      EXPECT_FALSE(wrong.finish()) << key << " = " << bad;
    }
  }
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const views::AugmentationKind& kind : views::augmentation_kinds()) names.emplace_back(kind.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Every, AugmentationContract, ::testing::ValuesIn(all_names()),
                         [](const auto& each) { return each.param; });

TEST(AugmentationTable, HasOneFilePerRowAndOneRowPerFile) {
  std::set<std::string> rows, files;
  for (const views::AugmentationKind& kind : views::augmentation_kinds()) rows.insert(kind.name);
  for (const auto& entry : std::filesystem::directory_iterator(test::source_folder() + "/apprentice/views")) {
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string stem = entry.path().stem();
    if (text.find("const AugmentationKind " + stem + " =") != std::string::npos) files.insert(stem);
  }
  EXPECT_EQ(rows, files);
  EXPECT_EQ(rows.size(), views::augmentation_kinds().size()) << "a name is there twice";
}

TEST(Shift, MovesAllChannelsAlike) {
  const Shape shape{2, 10};
  std::set<float> firsts;
  for (uint64_t seed = 1; seed < 60; ++seed) {
    const Values out = apply("shift", "most = 0.3\nfill = \"wrap\"", shape, ramp(shape), seed);
    const auto steps = static_cast<size_t>(out[0]);
    firsts.insert(out[0]);
    for (size_t t = 0; t < 10; ++t) {
      EXPECT_EQ(out[t], static_cast<float>((t + steps) % 10));
      EXPECT_EQ(out[10 + t], out[t] + 10.0F);
    }
  }
  EXPECT_EQ(firsts, (std::set<float>{0, 1, 2, 3, 7, 8, 9}));
}

TEST(Shift, RepeatsTheEdgeInTheGap) {
  const Shape shape{1, 10};
  for (uint64_t seed = 1; seed < 30; ++seed) {
    const Values out = apply("shift", "most = 0.3", shape, ramp(shape), seed);
    for (size_t t = 0; t < 10; ++t) {
      const float steps = out[5] - 5.0F;  // the middle never meets an edge
      EXPECT_EQ(out[t], std::clamp(static_cast<float>(t) + steps, 0.0F, 9.0F));
    }
  }
}

TEST(Shift, RunsOverTheAxisThatIsNamed) {
  const Shape shape{1, 4, 5};  // value = 5 y + x
  const Values down = apply("shift", "most = 0.9\nfill = \"wrap\"\naxis = 1", shape, ramp(shape), 3);
  const Values along = apply("shift", "most = 0.9\nfill = \"wrap\"\naxis = 2", shape, ramp(shape), 3);
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(static_cast<int>(down[i]) % 5, static_cast<int>(i % 5));
    EXPECT_EQ(static_cast<int>(along[i]) / 5, static_cast<int>(i / 5));
  }
  EXPECT_NE(down, ramp(shape));
  EXPECT_NE(along, ramp(shape));
}

TEST(Jitter, HasTheChannelsStrength) {
  const Shape shape{2, 20000};
  const Values in(40000, 5.0F), out = apply("jitter", "deviation = 0.5", shape, in);
  EXPECT_NEAR(deviation_of(in, out, 0, 20000), 0.5 * 2.0, 0.02);
  EXPECT_NEAR(deviation_of(in, out, 20000, 20000), 0.5 * 3.0, 0.03);
}

TEST(Noise, HasTheRatioThatWasAskedFor) {
  const Shape shape{1, 20000};
  Values in(20000);
  for (size_t i = 0; i < in.size(); ++i) in[i] = 100.0F + 4.0F * std::sin(static_cast<float>(i));
  const Values out = apply("noise", "least_db = 20.0\nmost_db = 20.0", shape, in);
  EXPECT_NEAR(deviation_of(in, out, 0, 20000), 4.0 / std::sqrt(2.0) * 0.1, 0.005);  // 20 dB: a tenth of the amplitude
}

TEST(Noise, RefusesAnEmptyRange) {
  Config config = *Config::parse("least_db = 30.0\nmost_db = 10.0", "job.toml");
  ASSERT_TRUE(views::find_augmentation_kind("noise")->make(config, facts_of({1, 8})));
  EXPECT_THAT(config.finish().error().text(), HasSubstr("'least_db' is 30, above 'most_db' 10"));
}

TEST(Scale, MultipliesAroundTheMean) {
  const Shape shape{2, 3};
  const Values out = apply("scale", "deviation = 0.3", shape, ramp(shape));
  const float gain0 = (out[0] - 1.0F) / (0.0F - 1.0F), gain1 = (out[3] - 11.0F) / (3.0F - 11.0F);
  EXPECT_NE(gain0, gain1);
  EXPECT_NEAR(out[2], 1.0F + (2.0F - 1.0F) * gain0, 1e-5);
  EXPECT_NEAR(out[5], 11.0F + (5.0F - 11.0F) * gain1, 1e-5);
  const Values alike = apply("scale", "deviation = 0.3\nper_channel = false", shape, ramp(shape));
  EXPECT_NEAR((alike[0] - 1.0F) / -1.0F, (alike[3] - 11.0F) / -8.0F, 1e-5);
}

TEST(MagnitudeWarp, IsSmoothAndLeavesTheMeanAlone) {
  const Shape shape{1, 100};
  const Values at_mean(100, 1.0F), above(100, 2.0F);
  EXPECT_THAT(apply("magnitude_warp", "", shape, at_mean), Each(1.0F));
  const Values out = apply("magnitude_warp", "deviation = 0.5", shape, above);
  for (size_t t = 1; t < 100; ++t) EXPECT_LT(std::abs(out[t] - out[t - 1]), 0.1F);
  EXPECT_GT(*std::max_element(out.begin(), out.end()) - *std::min_element(out.begin(), out.end()), 0.1F);
}

TEST(TimeWarp, KeepsOrderAndBothEnds) {
  const Shape shape{2, 50};
  for (uint64_t seed = 1; seed < 20; ++seed) {
    const Values out = apply("time_warp", "deviation = 1.0", shape, ramp(shape), seed);
    EXPECT_EQ(out[0], 0.0F);
    EXPECT_NEAR(out[49], 49.0F, 1e-4);
    for (size_t t = 1; t < 50; ++t) {
      EXPECT_GT(out[t], out[t - 1]);
      EXPECT_NEAR(out[50 + t] - out[t], 50.0F, 1e-4);  // both channels go together
    }
  }
}

TEST(ChannelDropout, SetsChannelsToTheirMeanAndKeepsOne) {
  const Shape shape{4, 3};
  for (uint64_t seed = 1; seed < 20; ++seed) {
    const Values out = apply("channel_dropout", "share = 1.0", shape, ramp(shape), seed);
    int kept = 0;
    for (size_t c = 0; c < 4; ++c) {
      const bool whole = out[3 * c] == static_cast<float>(3 * c);
      kept += whole ? 1 : 0;
      EXPECT_EQ(out[3 * c + 2], static_cast<float>(whole ? 3 * c + 2 : 10 * c + 1));
    }
    EXPECT_EQ(kept, 1);
  }
}

TEST(Crop, MovesTheImageAndFillsWithTheMean) {
  const Shape shape{1, 6, 5};
  std::set<Values> seen;
  for (uint64_t seed = 1; seed < 200; ++seed) {
    const Values out = apply("crop", "padding = 1", shape, ramp(shape), seed);
    seen.insert(out);
    const int move = static_cast<int>(out[2 * 5 + 2]) - 12, down = (move + 7) / 5 - 1, right = move - 5 * down;
    for (int y = 0; y < 6; ++y) {
      for (int x = 0; x < 5; ++x) {
        const bool inside = y + down >= 0 && y + down < 6 && x + right >= 0 && x + right < 5;
        EXPECT_EQ(out[static_cast<size_t>(5 * y + x)], inside ? static_cast<float>(5 * (y + down) + x + right) : 1.0F);
      }
    }
  }
  EXPECT_EQ(seen.size(), 9U);
}

TEST(Flip, MirrorsEachRow) {
  EXPECT_THAT(apply("flip", "", {1, 2, 3}, {1, 2, 3, 4, 5, 6}), ElementsAreArray({3, 2, 1, 6, 5, 4}));
}

TEST(Cutout, BlanksARectangleInAllChannels) {
  const Shape shape{2, 8, 8};
  for (uint64_t seed = 1; seed < 30; ++seed) {
    const Values out = apply("cutout", "size = 0.5", shape, Values(128, 99.0F), seed);
    const auto blank = std::count(out.begin(), out.begin() + 64, 1.0F);
    EXPECT_GE(blank, 4);
    EXPECT_LE(blank, 16);
    for (size_t i = 0; i < 64; ++i) EXPECT_EQ(out[i] == 1.0F, out[64 + i] == 11.0F);
  }
}

TEST(Mixup, SharesAreBetaDistributed) {
  for (double beta : {0.2, 1.0, 2.0}) {
    const auto mixup = make("mixup", fmt::format("beta = {:f}", beta), {4});
    Rng rng(2, "test");
    double sum = 0.0, squares = 0.0;
    constexpr int kDraws = 20000;
    for (int i = 0; i < kDraws; ++i) {
      const double share = mixup->draw_share(rng);
      sum += share;
      squares += (share - 0.5) * (share - 0.5);
    }
    EXPECT_NEAR(sum / kDraws, 0.5, 0.01);
    EXPECT_NEAR(squares / kDraws, 1.0 / (4.0 * (2.0 * beta + 1.0)), 0.004);  // the variance of Beta(b, b)
  }
}

TEST(SmoothCurve, GoesThroughItsKnotsAndIsStraightThroughALine) {
  const std::vector<double> curve = views::smooth_curve({1.0, 3.0, -2.0, 0.5}, 31);
  EXPECT_NEAR(curve[0], 1.0, 1e-12);
  EXPECT_NEAR(curve[10], 3.0, 1e-12);
  EXPECT_NEAR(curve[20], -2.0, 1e-12);
  EXPECT_NEAR(curve[30], 0.5, 1e-12);
  const std::vector<double> line = views::smooth_curve({1.0, 2.0, 3.0, 4.0, 5.0}, 9);
  for (size_t i = 0; i < line.size(); ++i) EXPECT_NEAR(line[i], 1.0 + 0.5 * static_cast<double>(i), 1e-12);
}

// Natural spline through 0, 1, 0: the middle second derivative is -3, so halfway between it is 0.6875.
TEST(SmoothCurve, IsTheNaturalCubicSpline) {
  const std::vector<double> curve = views::smooth_curve({0.0, 1.0, 0.0}, 5);
  EXPECT_NEAR(curve[1], 0.6875, 1e-12);
  EXPECT_NEAR(curve[3], 0.6875, 1e-12);
}

}  // namespace
}  // namespace apprentice
