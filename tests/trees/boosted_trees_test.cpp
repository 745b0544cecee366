// SPDX-License-Identifier: Apache-2.0
// Boosted trees against the formulas of Chen and Guestrin (2016), computed here in float64.
#include "apprentice/trees/boosted_trees.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <limits>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"

namespace apprentice {
namespace {

// Class 1 where exactly one of two columns is positive, which no linear model tells; a third column is noise.
trees::TreeRows exclusive_or(int64_t rows, const char* stream) {
  Rng rng(7, stream);
  trees::TreeRows data;
  data.values = Tensor(DType::kF32, {rows, 3});
  for (int64_t i = 0; i < rows; ++i) {
    float* row = data.values.data<float>() + 3 * i;
    for (int c = 0; c < 3; ++c) row[c] = static_cast<float>(rng.uniform()) - 0.5F;
    data.labels.push_back((row[0] > 0.0F) != (row[1] > 0.0F) ? 1 : 0);
    data.targets.push_back(row[0] > 0.0F ? 10.0F : -2.0F);
  }
  return data;
}

double accuracy(const Tensor& logits, const std::vector<int32_t>& labels) {
  const int64_t classes = logits.shape()[1];
  double right = 0.0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const float* row = logits.data<float>() + static_cast<int64_t>(i) * classes;
    right += std::max_element(row, row + classes) - row == labels[i] ? 1.0 : 0.0;
  }
  return right / static_cast<double>(labels.size());
}

trees::TreeOptions one_thread() {
  trees::TreeOptions options;
  options.threads = 1;
  return options;
}

TEST(BoostedTrees, LearnWhatNoLinearModelCan) {
  const trees::TreeRows train = exclusive_or(800, "train"), validation = exclusive_or(200, "validation");
  const trees::TreeRows test = exclusive_or(400, "test");
  const auto model = trees::train_trees(train, validation, 2, one_thread(), {});
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_GT(accuracy(*trees::predict_trees(*model, test.values), test.labels), 0.95);
  EXPECT_LT(model->gains[2], 0.1);
  EXPECT_NEAR(model->gains[0] + model->gains[1] + model->gains[2], 1.0, 1e-9);
}

TEST(BoostedTrees, OneStumpHasTheLeavesOfTheFormula) {
  const trees::TreeRows rows = exclusive_or(300, "stump");
  trees::TreeOptions options = one_thread();
  options.rounds = 1;
  options.depth = 1;
  options.learning_rate = 1.0;
  const auto model = trees::train_trees(rows, rows, 0, options, {});
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->trees, 1);
  EXPECT_EQ(model->nodes, 3);
  const auto answers = trees::predict_trees(*model, rows.values);
  ASSERT_TRUE(answers);
  // Leaf weight -G / (H + lambda) with lambda = 1, from the mean as base score (equation 5).
  double mean = 0.0, sum[2] = {0.0, 0.0}, count[2] = {0.0, 0.0};
  for (const float target : rows.targets) mean += double{target} / 300.0;
  for (size_t i = 0; i < rows.targets.size(); ++i) {
    const int side = rows.targets[i] > 0.0F ? 1 : 0;
    sum[side] += double{rows.targets[i]} - mean;
    count[side] += 1.0;
  }
  for (size_t i = 0; i < rows.targets.size(); ++i) {
    const int side = rows.targets[i] > 0.0F ? 1 : 0;
    EXPECT_NEAR(answers->data<float>()[i], mean + sum[side] / (count[side] + 1.0), 1e-4);
  }
}

TEST(BoostedTrees, ValidationDecidesHowManyRoundsAreKept) {
  trees::TreeRows train = exclusive_or(60, "few"), validation = exclusive_or(400, "validation");
  Rng rng(3, "wrong labels");
  for (int32_t& label : train.labels) label = rng.uniform() < 0.3 ? 1 - label : label;
  trees::TreeOptions options = one_thread();
  options.least_weight = 0.0;
  options.rounds = 200;
  const auto model = trees::train_trees(train, validation, 2, options, {});
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_LT(model->rounds, 200);
  const auto logits = trees::predict_trees(*model, validation.values);
  ASSERT_TRUE(logits);
  double loss = 0.0;
  for (size_t i = 0; i < validation.labels.size(); ++i) {
    const double margin = double{logits->data<float>()[2 * i + 1]};
    loss += std::log1p(std::exp(validation.labels[i] == 1 ? -margin : margin));
  }
  EXPECT_NEAR(model->validation_loss, loss / 400.0, 1e-5);
}

TEST(BoostedTrees, SameRowsGiveTheSameBytes) {
  trees::TreeRows rows = exclusive_or(300, "train");
  for (size_t i = 0; i < rows.labels.size(); ++i) rows.labels[i] += i % 3 == 0 ? 1 : 0;
  trees::TreeOptions options = one_thread();
  options.row_share = options.column_share = 0.7;
  const auto first = trees::train_trees(rows, rows, 3, options, {}),
             second = trees::train_trees(rows, rows, 3, options, {});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->json, second->json);
  EXPECT_EQ(trees::predict_trees(*first, rows.values)->shape(), (Shape{300, 3}));
}

// Stops after `rounds` rounds, as a kill would, but in the middle of a stretch.
RunControl stopped_after(int64_t rounds, std::atomic<bool>& stop) {
  RunControl control;
  control.stop = &stop;
  control.on_progress = [rounds, &stop](const Progress& progress) { stop = progress.done >= rounds; };
  return control;
}

TEST(BoostedTrees, ResumeToTheBytesOfAnUninterruptedTraining) {
  trees::TreeRows rows = exclusive_or(300, "train");
  for (size_t i = 0; i < rows.labels.size(); ++i) rows.labels[i] += i % 3 == 0 ? 1 : 0;
  trees::TreeOptions options = one_thread();
  options.rounds = 60;
  options.patience = 60;
  options.row_share = options.column_share = 0.7;
  const auto whole = trees::train_trees(rows, rows, 3, options, {});
  const std::string checkpoint = ::testing::TempDir() + "apprentice_trees_checkpoint";
  for (const int64_t rounds : {10, 40, 55}) {
    std::atomic<bool> stop{false};
    const auto stopped = trees::train_trees(rows, rows, 3, options, stopped_after(rounds, stop), checkpoint);
    ASSERT_FALSE(stopped);
  }
  const auto resumed = trees::train_trees(rows, rows, 3, options, {}, checkpoint);
  ASSERT_TRUE(whole && resumed);
  EXPECT_EQ(resumed->json, whole->json);
  ASSERT_TRUE(write_file(checkpoint, "{\"model\": \"{}\", \"rounds\": 60}"));  // damaged: from the start
  const auto again = trees::train_trees(rows, rows, 3, options, {}, checkpoint);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->json, whole->json);
  std::remove(checkpoint.c_str());
}

TEST(BoostedTrees, TakeRowsWithUnknownValuesAndWeights) {
  trees::TreeRows rows = exclusive_or(200, "train");
  rows.values.data<float>()[4] = std::numeric_limits<float>::quiet_NaN();
  rows.weights.assign(200, 1.0F);
  for (size_t i = 0; i < 200; ++i) rows.weights[i] = rows.labels[i] == 1 ? 0.0F : 1.0F;
  const auto model = trees::train_trees(rows, rows, 2, one_thread(), {});
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_NEAR(accuracy(*trees::predict_trees(*model, rows.values), std::vector<int32_t>(200, 0)), 1.0, 1e-9);
}

TEST(BoostedTrees, StopWhenAsked) {
  const std::atomic<bool> stop{true};
  RunControl control;
  control.stop = &stop;
  const trees::TreeRows rows = exclusive_or(50, "train");
  const auto model = trees::train_trees(rows, rows, 2, one_thread(), control);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().kind, ErrorKind::kInterrupted);
}

}  // namespace
}  // namespace apprentice
