// SPDX-License-Identifier: Apache-2.0
// Optimizers against plain loops in float64, and the schedule against its formula.
#include "apprentice/train/optimizer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/base/random.h"
#include "apprentice/families/family.h"
#include "apprentice/layers/layer.h"
#include "apprentice/train/schedule.h"

namespace apprentice {
namespace {

train::Student small_student() {
  Config keys = *Config::parse("family = \"mlp\"", "test");
  const model::NetSpec spec = *families::read_net_spec(keys, {6}, 3);
  return *train::Student::create(spec, *layers::initial_weights(spec, 2));
}

struct Plain {
  std::vector<double> parameters, first, second;
};

Plain start(const train::Student& student) {
  const at::Tensor values = student.state().parameters;
  const float* data = values.data_ptr<float>();
  const auto count = static_cast<size_t>(values.numel());
  return {{data, data + count}, std::vector<double>(count), std::vector<double>(count)};
}

void draw_gradients(const train::Student& student, Rng& rng) {
  const at::Tensor gradients = student.gradients();
  for (int64_t i = 0; i < gradients.numel(); ++i) gradients.data_ptr<float>()[i] = static_cast<float>(rng.normal());
}

void expect_near(const train::Student& student, const Plain& plain) {
  const at::Tensor values = student.state().parameters;
  for (size_t i = 0; i < plain.parameters.size(); ++i) {
    ASSERT_NEAR(values.data_ptr<float>()[i], plain.parameters[i], 2e-6) << i;
  }
}

TEST(AdamW, EqualsItsAlgorithmInFloat64) {
  train::TrainOptions options;
  options.weight_decay = 0.1;
  const train::Student student = small_student();
  const auto optimizer = train::make_optimizer(options, train::trainable(student));
  Plain plain = start(student);
  Rng rng(1, "gradients");
  for (int step = 1; step <= 6; ++step) {
    const double rate = 0.01 / step;
    draw_gradients(student, rng);
    const float* gradients = student.gradients().data_ptr<float>();
    for (size_t i = 0; i < plain.parameters.size(); ++i) {
      const double g = double{gradients[i]};
      if (static_cast<int64_t>(i) < student.decay_count()) plain.parameters[i] -= rate * 0.1 * plain.parameters[i];
      plain.first[i] = 0.9 * plain.first[i] + 0.1 * g;
      plain.second[i] = 0.999 * plain.second[i] + 0.001 * g * g;
      const double m = plain.first[i] / (1.0 - std::pow(0.9, step)),
                   v = plain.second[i] / (1.0 - std::pow(0.999, step));
      plain.parameters[i] -= rate * m / (std::sqrt(v) + 1e-8);
    }
    optimizer->step(rate, step);
    expect_near(student, plain);
  }
}

TEST(Sgd, EqualsItsAlgorithmInFloat64) {
  train::TrainOptions options;
  options.optimizer = "sgd";
  options.weight_decay = 0.05;
  options.momentum = 0.8;
  const train::Student student = small_student();
  const auto optimizer = train::make_optimizer(options, train::trainable(student));
  Plain plain = start(student);
  Rng rng(2, "gradients");
  for (int step = 1; step <= 6; ++step) {
    draw_gradients(student, rng);
    const float* gradients = student.gradients().data_ptr<float>();
    for (size_t i = 0; i < plain.parameters.size(); ++i) {
      const double decay = static_cast<int64_t>(i) < student.decay_count() ? 0.05 * plain.parameters[i] : 0.0;
      plain.first[i] = 0.8 * plain.first[i] + double{gradients[i]} + decay;
      plain.parameters[i] -= 0.02 * plain.first[i];
    }
    optimizer->step(0.02, step);
    expect_near(student, plain);
  }
}

TEST(Schedule, WarmsUpThenFallsAsACosineToZero) {
  train::TrainOptions options;
  options.steps = 100;
  options.warmup = 0.2;
  const train::Schedule schedule = train::make_schedule(options, 640);
  const auto rate = [&](int64_t step) { return train::learning_rate_at(0.5, schedule, step); };
  for (int64_t step = 1; step < 20; ++step) EXPECT_NEAR(rate(step) - rate(step - 1), 0.5 / 21.0, 1e-12);
  EXPECT_DOUBLE_EQ(rate(20), 0.5);
  EXPECT_NEAR(rate(60), 0.25, 1e-12);  // half of the cosine
  for (int64_t step = 21; step < 100; ++step) EXPECT_LT(rate(step), rate(step - 1));
  EXPECT_GT(rate(99), 0.0);
  EXPECT_NEAR(rate(100), 0.0, 1e-12);
}

TEST(Schedule, IsFiniteWhenWarmUpIsLongerThanTheTraining) {
  train::TrainOptions options;
  options.epochs = 2;
  options.least_steps = 0;
  options.warmup_epochs = 50.0;
  const train::Schedule schedule = train::make_schedule(options, 640);
  for (int64_t step = 0; step <= 20; ++step) {
    const double rate = train::learning_rate_at(0.5, schedule, step);
    EXPECT_TRUE(std::isfinite(rate) && rate >= 0.0 && rate <= 0.5) << step;
  }
}

TEST(Schedule, GivesSmallSetsTheLeastStepsAndLargeOnesTheirEpochs) {
  const train::Schedule small = train::make_schedule({}, 400), large = train::make_schedule({}, 64000);
  EXPECT_EQ(small.steps, 2000);  // 40 epochs are 280
  EXPECT_EQ(small.validate_every, 50);
  EXPECT_EQ(large.steps, 40000);
  EXPECT_EQ(large.validate_every, 1000);
  EXPECT_DOUBLE_EQ(large.warmup, 1000.0);
}

TEST(Schedule, OfAJobInEpochsCountsOnlyThem) {
  Config table = *Config::parse("epochs = 60\npatience = 20\nbatch_size = 32", "job.toml");
  const train::Schedule schedule =
      train::make_schedule(*train::read_train_options(table), 330);  // 10 batches and one of 10
  EXPECT_EQ(schedule.steps_per_epoch, 11);
  EXPECT_EQ(schedule.steps, 660);
  EXPECT_EQ(schedule.validate_every, 11);
  EXPECT_EQ(schedule.patience, 220);
  EXPECT_DOUBLE_EQ(schedule.warmup, 11.0);
}

TEST(Schedule, LooksAtLeastOnceAndAtMostAfterEveryStep) {
  train::TrainOptions options;
  options.steps = 3;
  EXPECT_EQ(train::make_schedule(options, 400).validate_every, 1);
  options.validations = 1;
  EXPECT_EQ(train::make_schedule(options, 400).validate_every, 3);
}

}  // namespace
}  // namespace apprentice
