// SPDX-License-Identifier: Apache-2.0
// The student: weights in and out, gradients, batch statistics, families against the float reference.
#include "apprentice/train/student.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <cmath>

#include "apprentice/base/random.h"
#include "apprentice/families/family.h"
#include "apprentice/layers/layer.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;

model::NetSpec family_net(const std::string& name, const Shape& shape) {
  Config keys = *Config::parse("family = \"" + name + "\"", "test");
  model::NetSpec spec = *families::read_net_spec(keys, shape, 4);
  for (int64_t c = 0; c < shape[0]; ++c) {
    spec.input_mean.push_back(0.25F * static_cast<float>(c));
    spec.input_scale.push_back(1.0F / static_cast<float>(c + 1));
  }
  return spec;
}

at::Tensor random_samples(const Shape& sample, int64_t count, uint64_t seed) {
  Shape shape = sample;
  shape.insert(shape.begin(), count);
  const at::Tensor samples = at::empty(shape);
  Rng rng(seed, "samples");
  for (int64_t i = 0; i < samples.numel(); ++i) samples.data_ptr<float>()[i] = static_cast<float>(rng.normal());
  return samples;
}

bool equal(const model::Weights& a, const model::Weights& b) {
  if (a.size() != b.size()) return false;
  return std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.shape() == y.second.shape() &&
           std::equal(x.second.bytes(), x.second.bytes() + x.second.byte_count(), y.second.bytes());
  });
}

TEST(Student, GivesItsWeightsBackUnchanged) {
  const model::NetSpec spec = family_net("dscnn1d", {3, 64});
  const model::Weights weights = *layers::initial_weights(spec, 5);
  const auto student = train::Student::create(spec, weights);
  ASSERT_TRUE(student) << student.error().text();
  EXPECT_TRUE(equal(student->weights(), weights));
}

TEST(Student, EqualsTheFloatReferenceForEveryFamily) {
  for (const families::FamilyKind& family : families::family_kinds()) {
    for (const Shape& shape : {Shape{6}, Shape{3, 40}, Shape{3, 12, 10}}) {
      Config keys = *Config::parse(fmt::format("family = \"{}\"", family.name), "test");
      if (!families::read_net_spec(keys, shape, 4)) continue;  // made for another rank
      const model::NetSpec spec = family_net(family.name, shape);
      const model::Model model{spec, *layers::initial_weights(spec, 2)};
      const auto student = train::Student::create(spec, model.weights);
      ASSERT_TRUE(student) << student.error().text();
      const at::Tensor samples = random_samples(shape, 2, 3);
      const at::Tensor answers = student->forward(student->prepare(samples), layers::ForwardMode::kEvaluate).detach();
      for (int64_t b = 0; b < 2; ++b) {
        const auto expected = *layers::run_float_reference(model, samples[b].contiguous().data_ptr<float>());
        for (int64_t o = 0; o < 4; ++o) {
          const double right = expected[static_cast<size_t>(o)];
          EXPECT_NEAR(answers[b][o].item<double>(), right, 1e-4 * (1.0 + std::abs(right))) << family.name;
        }
      }
    }
  }
}

TEST(Student, HasTheGradientOfTheFloatReference) {
  const model::NetSpec spec = family_net("conv1d", {2, 16});
  model::Model model{spec, *layers::initial_weights(spec, 2)};
  const auto student = train::Student::create(spec, model.weights);
  const at::Tensor samples = random_samples({2, 16}, 1, 4);
  student->forward(student->prepare(samples), layers::ForwardMode::kEvaluate).sum().backward();
  EXPECT_GT(student->gradients().abs().max().item<double>(), 0.0);
  // The flat gradient, read back under the names of the weights.
  auto gradients = train::Student::create(spec, model.weights);
  gradients->load({student->gradients(), student->state().statistics});
  const model::Weights named = gradients->weights();
  const auto output_sum = [&] {
    double sum = 0.0;
    const auto outputs = *layers::run_float_reference(model, samples.data_ptr<float>());
    for (double value : outputs) sum += value;
    return sum;
  };
  Rng rng(9, "coordinates");
  for (auto& [name, value] : model.weights) {
    if (name.find(".mean") != std::string::npos || name.find(".variance") != std::string::npos) continue;
    float& weight = value.data<float>()[rng.below(static_cast<uint64_t>(value.size()))];
    const float slope = named.at(name).data<float>()[&weight - value.data<float>()];
    const float middle = weight;
    weight = middle + 1e-3F;
    const double above = output_sum(), right = double{weight};
    weight = middle - 1e-3F;
    const double expected = (above - output_sum()) / (right - double{weight});
    weight = middle;
    EXPECT_NEAR(double{slope}, expected, 2e-2 * (1.0 + std::abs(expected))) << name;
  }
}

TEST(Student, PutsDecayingWeightsFirst) {
  const model::NetSpec spec = family_net("dscnn1d", {3, 64});
  const model::Weights weights = *layers::initial_weights(spec, 5);
  const auto student = train::Student::create(spec, weights);
  int64_t decaying = 0, statistics = 0, all = 0;
  for (const auto& [name, value] : weights) {
    all += value.size();
    if (name.find(".weight") != std::string::npos) decaying += value.size();
    if (name.find(".mean") != std::string::npos || name.find(".variance") != std::string::npos)
      statistics += value.size();
  }
  EXPECT_EQ(student->decay_count(), decaying);
  EXPECT_EQ(student->state().statistics.numel(), statistics);
  EXPECT_EQ(student->state().parameters.numel(), all - statistics);
}

TEST(Student, UpdatesRunningStatisticsInTrainingOnly) {
  const model::NetSpec spec = family_net("conv1d", {2, 16});
  const auto student = train::Student::create(spec, *layers::initial_weights(spec, 2));
  const at::Tensor rows = student->prepare(random_samples({2, 16}, 8, 4));
  const at::Tensor before = student->state().statistics.clone();
  student->forward(rows, layers::ForwardMode::kEvaluate);
  EXPECT_TRUE(student->state().statistics.equal(before));
  student->forward(rows, layers::ForwardMode::kTrain);
  EXPECT_FALSE(student->state().statistics.equal(before));
}

TEST(Student, NormalisesEachChannel) {
  const model::NetSpec spec = family_net("conv1d", {2, 16});
  const auto student = train::Student::create(spec, *layers::initial_weights(spec, 2));
  const at::Tensor samples = random_samples({2, 16}, 1, 4);
  const at::Tensor rows = student->prepare(samples).reshape({16, 2});
  for (int64_t t = 0; t < 16; ++t) {
    for (int64_t c = 0; c < 2; ++c) {
      const float expected = (samples[0][c][t].item<float>() - spec.input_mean[static_cast<size_t>(c)]) *
                             spec.input_scale[static_cast<size_t>(c)];
      EXPECT_FLOAT_EQ(rows[t][c].item<float>(), expected);
    }
  }
}

TEST(Student, RefusesMissingAndMisshapenWeights) {
  const model::NetSpec spec = family_net("mlp", {6});
  model::Weights weights = *layers::initial_weights(spec, 2);
  const std::string name = weights.begin()->first;
  weights.at(name) = Tensor(DType::kF32, {1, 2, 3});
  const auto misshapen = train::Student::create(spec, weights);
  ASSERT_FALSE(misshapen);
  EXPECT_THAT(misshapen.error().text(), HasSubstr("'" + name + "' is float32 [1, 2, 3]"));
  weights.erase(name);
  const auto missing = train::Student::create(spec, weights);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().text(), HasSubstr("'" + name + "' is missing"));
}

}  // namespace
}  // namespace apprentice
