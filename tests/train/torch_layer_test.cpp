// SPDX-License-Identifier: Apache-2.0
// Every layer kind in libtorch equals the float64 reference, on random geometries.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/base/random.h"
#include "apprentice/layers/layer.h"
#include "apprentice/train/student.h"

namespace apprentice {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

int64_t draw(Rng& rng, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(rng.below(static_cast<uint64_t>(most - least + 1)));
}

// Random kernel, stride and (asymmetric) padding.
void draw_window(model::LayerSpec& layer, bool one_dimensional, Rng& rng) {
  for (size_t axis = one_dimensional ? 1 : 0; axis < 2; ++axis) {
    layer.kernel[axis] = draw(rng, 1, 5);
    layer.stride[axis] = draw(rng, 1, 3);
    layer.padding[axis] = draw(rng, 0, layer.kernel[axis] - 1);
    layer.padding[axis + 2] = rng.below(2) == 0 ? layer.padding[axis] : draw(rng, 0, layer.kernel[axis] - 1);
  }
}

// A net with one layer of the kind, then flatten where it gives more than [features].
model::NetSpec one_layer_net(const std::string& kind, Rng& rng) {
  model::NetSpec spec;
  spec.name = kind;
  const int64_t channels = draw(rng, 1, 6);
  const bool vector = kind == "dense" || kind == "softmax";
  if (vector)
    spec.input_shape = {channels};
  else if (ends_with(kind, "1d"))
    spec.input_shape = {channels, draw(rng, 5, 20)};
  else if (ends_with(kind, "2d"))
    spec.input_shape = {channels, draw(rng, 5, 9), draw(rng, 5, 9)};
  else
    spec.input_shape = rng.below(2) == 0 ? Shape{channels, 7} : Shape{channels, 4, 5};
  for (int64_t c = 0; c < channels; ++c) {
    spec.input_mean.push_back(static_cast<float>(rng.normal()));
    spec.input_scale.push_back(static_cast<float>(rng.uniform(0.5, 3.0)));
  }
  model::LayerSpec layer;
  layer.name = "layer";
  layer.kind = kind;
  layer.inputs.assign(static_cast<size_t>(layers::find_layer_kind(kind)->min_inputs), model::kNetInput);
  if (kind == "dense" || kind == "conv1d" || kind == "conv2d") layer.channels = draw(rng, 1, 7);
  if (ends_with(kind, "1d") || ends_with(kind, "2d")) draw_window(layer, ends_with(kind, "1d"), rng);
  spec.layers = {layer};
  if (!vector && kind != "globalavgpool" && kind != "flatten") {
    model::LayerSpec flatten;
    flatten.name = "flatten";
    flatten.kind = "flatten";
    flatten.inputs = {"layer"};
    spec.layers.push_back(flatten);
  }
  return spec;
}

// Weights, gammas and statistics all random; variances positive.
model::Weights random_weights(const model::NetSpec& spec, Rng& rng) {
  model::Weights weights = *layers::initial_weights(spec, 1);
  for (auto& [name, value] : weights) {
    for (int64_t i = 0; i < value.size(); ++i) {
      const double number = rng.normal();
      value.data<float>()[i] = static_cast<float>(ends_with(name, ".variance") ? 0.5 + number * number : number);
    }
  }
  return weights;
}

void expect_equals_reference(const model::Model& model, Rng& rng) {
  constexpr int64_t kBatch = 3;
  const auto student = train::Student::create(model.spec, model.weights);
  ASSERT_TRUE(student) << student.error().text();
  Shape shape = model.spec.input_shape;
  shape.insert(shape.begin(), kBatch);
  const at::Tensor samples = at::empty(shape);
  for (int64_t i = 0; i < samples.numel(); ++i) samples.data_ptr<float>()[i] = static_cast<float>(3.0 * rng.normal());
  const at::Tensor rows = student->prepare(samples);
  const at::Tensor answers = student->forward(rows, layers::ForwardMode::kEvaluate).detach().contiguous();
  const int64_t outputs = student->outputs(), values = element_count(model.spec.input_shape);
  for (int64_t b = 0; b < kBatch; ++b) {
    const auto expected = layers::run_float_reference(model, samples.data_ptr<float>() + b * values);
    ASSERT_TRUE(expected) << expected.error().text();
    ASSERT_EQ(static_cast<int64_t>(expected->size()), outputs);
    for (int64_t o = 0; o < outputs; ++o) {
      const double right = (*expected)[static_cast<size_t>(o)];
      ASSERT_NEAR(answers.data_ptr<float>()[b * outputs + o], right, 2e-5 * (1.0 + std::abs(right))) << b << " " << o;
    }
  }
}

class TorchLayerTest : public ::testing::TestWithParam<std::string> {};

TEST_P(TorchLayerTest, EqualsTheFloatReference) {
  Rng rng(17, GetParam());
  int checked = 0;
  for (int i = 0; i < 200 && checked < 25; ++i) {
    const model::NetSpec spec = one_layer_net(GetParam(), rng);
    if (!layers::infer_shapes(spec)) continue;  // a kernel larger than its input
    SCOPED_TRACE(model::to_json(spec).dump());
    expect_equals_reference({spec, random_weights(spec, rng)}, rng);
    if (HasFatalFailure()) return;
    ++checked;
  }
  EXPECT_EQ(checked, 25);
}

std::vector<std::string> all_kinds() {
  std::vector<std::string> names;
  for (const layers::LayerKind& kind : layers::layer_kinds()) names.emplace_back(kind.name);
  return names;
}

// A layer of kernel 1 between two others: it steps over its input, or a pool of one value does so before it.
model::NetSpec stepping_net(int64_t channels, bool pool_steps) {
  model::NetSpec spec;
  spec.name = "stepping";
  spec.input_shape = {1, 64, 64};
  const auto add = [&](const char* kind, const char* name, int64_t outputs, int64_t stride) {
    model::LayerSpec layer;
    layer.kind = kind;
    layer.name = name;
    layer.inputs = {spec.layers.empty() ? model::kNetInput : spec.layers.back().name};
    layer.channels = outputs;
    layer.stride = {stride, stride};
    spec.layers.push_back(layer);
  };
  add("conv2d", "first", channels, 1);
  if (pool_steps) add("maxpool2d", "pool", 0, 2);
  add("conv2d", "second", 8, pool_steps ? 1 : 2);
  add("globalavgpool", "mean", 0, 1);
  return spec;
}

at::Tensor gradients_of(const model::NetSpec& spec) {
  const train::Student student = *train::Student::create(spec, *layers::initial_weights(spec, 3));
  const at::Tensor samples = at::arange(32 * 64 * 64).remainder(7).sub(3.0).to(at::kFloat).view({32, 1, 64, 64});
  student.forward(student.prepare(samples), layers::ForwardMode::kTrain).square().sum().backward();
  return student.gradients();
}

// The gradient of this ended the program with fewer than 16 channels: oneDNN 2.6.3 on AVX-512.
TEST(StridedPointwiseConvolution, LearnsWithAnyNumberOfChannels) {
  for (int64_t channels : {1, 3, 4, 8, 12, 16, 24}) {
    const at::Tensor stepping = gradients_of(stepping_net(channels, false));
    const at::Tensor pooled = gradients_of(stepping_net(channels, true));
    EXPECT_TRUE(stepping.allclose(pooled, 1e-4, 1e-4)) << channels;
    EXPECT_GT(stepping.abs().max().item<float>(), 0.0F);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryKind, TorchLayerTest, ::testing::ValuesIn(all_kinds()),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace apprentice
