// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "tests/data/job.h"

namespace apprentice {
namespace {

// Recordings "r0", "r1", ... of 40 rows; channel 0 counts rows, channel 1 is 1000 * recording + row.
class Recordings : public testing::Test {
 protected:
  void SetUp() override {
    std::string index = "file,state,load\n";
    for (int r = 0; r < 4; ++r) {
      Tensor rows(DType::kF32, {40, 2});
      for (int i = 0; i < 40; ++i) {
        rows.data<float>()[2 * i] = static_cast<float>(i);
        rows.data<float>()[2 * i + 1] = static_cast<float>(1000 * r + i);
      }
      ASSERT_TRUE(data::write_npy(scratch_.path("r" + std::to_string(r) + ".npy"), rows));
      index += fmt::format("r{}.npy,{},{}\n", r, r % 2 == 0 ? "ok" : "bad", r / 2);
    }
    ASSERT_TRUE(write_file(scratch_.path("index.csv"), index));
  }

  Result<data::Splits> load(const std::string& more) {
    return test::load_job(
        "[data]\nformat = 'recordings'\npath = 'index.csv'\nlabel = 'state'\n"
        "channel_names = ['count', 'id']\n[data.window]\nlength = 8\nstride = 4\n" +
            more,
        scratch_.path());
  }

  const std::string by_time_ =
      "[split]\nby = 'time'\ntrain = [0.0, 0.4]\nvalidation = [0.6, 0.8]\n"
      "test = [0.8, 1.0]\nallow_leak = true\n";
  test::Scratch scratch_;
};

TEST_F(Recordings, WindowsAreChannelFirstAndStayOnTheirSide) {
  const auto splits = load(by_time_);
  ASSERT_TRUE(splits) << splits.error().text();
  const data::Dataset& train = *splits->train;
  ASSERT_EQ(train.size(), 4 * 3);  // 16 rows of each: windows at 0, 4, 8
  EXPECT_EQ(train.info().sample_shape, (Shape{2, 8}));
  std::vector<float> window(16);
  for (int64_t i = 0; i < train.size(); ++i) {
    train.get(i, window.data());
    const data::SampleInfo info = train.sample_info(i);
    for (int t = 0; t < 8; ++t) {
      EXPECT_EQ(window[static_cast<size_t>(t)], static_cast<float>(info.position + t));
      EXPECT_EQ(window[static_cast<size_t>(8 + t)], static_cast<float>(1000 * info.group + info.position + t));
    }
    EXPECT_LT(info.position + 7, 16);
    EXPECT_EQ(train.group_name(info.group), "r" + std::to_string(info.group));
    EXPECT_EQ(train.info().class_names[static_cast<size_t>(info.label)], info.group % 2 == 0 ? "ok" : "bad");
  }
  EXPECT_EQ(train.group_attributes(3).at("load"), "1");
}

TEST_F(Recordings, FingerprintsFollowValuesAndSamplesNotPlaces) {
  const auto first = load(by_time_), again = load(by_time_);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->train->info().fingerprint, again->train->info().fingerprint);
  EXPECT_EQ(first->train->info().fingerprint.size(), 64U);
  EXPECT_NE(first->train->info().fingerprint, first->test->info().fingerprint);
  ASSERT_TRUE(data::write_npy(scratch_.path("r3.npy"), Tensor(DType::kF32, {40, 2})));
  const auto other = load(by_time_);
  ASSERT_TRUE(other);
  EXPECT_NE(first->train->info().fingerprint, other->train->info().fingerprint);
}

TEST_F(Recordings, SubsetAndGatherKeepTheOrderAsked) {
  const auto splits = load(by_time_);
  ASSERT_TRUE(splits);
  const auto few = data::subset(splits->train, {5, 0, 5}, "few");
  ASSERT_EQ(few->size(), 3);
  EXPECT_EQ(few->sample_info(1).position, splits->train->sample_info(0).position);
  const Tensor batch = data::gather(*few, {0, 1, 2});
  EXPECT_EQ(batch.shape(), (Shape{3, 2, 8}));
  std::vector<float> window(16);
  splits->train->get(5, window.data());
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(batch.data<float>()[i], window[static_cast<size_t>(i)]);
    EXPECT_EQ(batch.data<float>()[32 + i], window[static_cast<size_t>(i)]);
  }
  EXPECT_NE(few->info().fingerprint, splits->train->info().fingerprint);
  EXPECT_NE(few->info().fingerprint, data::subset(splits->train, {0, 5, 5}, "few")->info().fingerprint);
  EXPECT_THROW(data::subset(splits->train, {99}, "few"), BrokenPromise);
  EXPECT_THROW(few->sample_info(3), BrokenPromise);
}

TEST_F(Recordings, NormalisationEqualsTwoPassesInDouble) {
  const auto splits = load(by_time_);
  ASSERT_TRUE(splits);
  const auto fit = data::fit_normalisation(*splits->train, data::ConstantChannels::kRefuse);
  ASSERT_TRUE(fit) << fit.error().text();
  for (int channel = 0; channel < 2; ++channel) {
    std::vector<double> all;
    std::vector<float> window(16);
    for (int64_t i = 0; i < splits->train->size(); ++i) {
      splits->train->get(i, window.data());
      for (int t = 0; t < 8; ++t) all.push_back(static_cast<double>(window[static_cast<size_t>(8 * channel + t)]));
    }
    double mean = 0.0, variance = 0.0;
    for (const double value : all) mean += value / static_cast<double>(all.size());
    for (const double value : all) variance += (value - mean) * (value - mean) / static_cast<double>(all.size());
    const auto c = static_cast<size_t>(channel);
    EXPECT_NEAR(fit->mean[c], mean, 1e-6 * std::fabs(mean));
    EXPECT_NEAR(fit->scale[c], 1.0 / std::sqrt(variance), 1e-6 / std::sqrt(variance));
  }
}

TEST_F(Recordings, ConstantChannelsAreRefusedByNameOrGetWeightZero) {
  for (int r = 0; r < 4; ++r) {
    Tensor rows(DType::kF32, {40, 2});
    for (int i = 0; i < 40; ++i) {
      rows.data<float>()[2 * i] = 0.1F;
      rows.data<float>()[2 * i + 1] = static_cast<float>(i);
    }
    ASSERT_TRUE(data::write_npy(scratch_.path("r" + std::to_string(r) + ".npy"), rows));
  }
  const auto splits = load(by_time_);
  ASSERT_TRUE(splits);
  const auto refused = data::fit_normalisation(*splits->train, data::ConstantChannels::kRefuse);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text(),
            "[data]: channel 'count' is 0.10000000149011612 in all 12 training samples; leave it out with ignore = "
            "[\"count\"], or set allow_constant = true to give it weight 0");
  const auto allowed = data::fit_normalisation(*splits->train, data::ConstantChannels::kAllow);
  ASSERT_TRUE(allowed);
  EXPECT_EQ(allowed->scale[0], 0.0F);
  EXPECT_GT(allowed->scale[1], 0.0F);
}

TEST_F(Recordings, OnlyTheLastWindowOfEachTestRecordingWhenTold) {
  const auto splits = load("test = 'last'\n" + by_time_);
  ASSERT_TRUE(splits);
  ASSERT_EQ(splits->test->size(), 4);
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(splits->test->sample_info(i).position, 32);
}

}  // namespace
}  // namespace apprentice
