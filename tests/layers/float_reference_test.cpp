// SPDX-License-Identifier: Apache-2.0
// The float reference against plain nested loops written straight from the definitions, on random shapes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "apprentice/base/random.h"
#include "apprentice/layers/float_net.h"

namespace apprentice {
namespace {

struct Case {
  model::Model model;
  std::vector<float> sample;
  Shape in{1, 1, 1}, out{1, 1, 1};  // [channels, height, width] of the layer
  const model::LayerSpec& layer() const { return model.spec.layers[0]; }
  double x(int64_t c, int64_t y, int64_t x) const {
    return double{sample[static_cast<size_t>((c * in[1] + y) * in[2] + x)]};
  }
};

// A net of one layer of the kind, with random geometry, weights and sample.
Case random_case(const std::string& kind, uint64_t seed) {
  Rng rng(seed, "case/" + kind);
  const auto pick = [&](int64_t most) { return 1 + static_cast<int64_t>(rng.below(static_cast<uint64_t>(most))); };
  const bool over_time = kind.find("1d") != std::string::npos;
  Case c;
  model::LayerSpec layer;
  layer.name = "layer";
  layer.kind = kind;
  layer.inputs = {model::kNetInput};
  layer.kernel = {over_time ? 1 : pick(4), pick(5)};
  layer.stride = {over_time ? 1 : pick(3), pick(3)};
  for (size_t i = 0; i < 4; ++i) {
    const int64_t kernel = layer.kernel[i % 2];
    layer.padding[i] = over_time && i % 2 == 0 ? 0 : static_cast<int64_t>(rng.below(static_cast<uint64_t>(kernel)));
  }
  if (kind.find("conv") == 0) layer.channels = pick(5);
  c.in = {pick(4), over_time ? 1 : 4 + pick(6), 5 + pick(9)};
  c.model.spec.input_shape = over_time ? Shape{c.in[0], c.in[2]} : c.in;
  c.model.spec.layers = {layer};
  const Result<std::vector<Shape>> shapes = layers::infer_shapes(c.model.spec);
  EXPECT_TRUE(shapes) << shapes.error().text();
  const Shape& out = shapes->front();
  c.out = {out[0], over_time ? 1 : out[1], out.back()};
  c.model.weights = *layers::initial_weights(c.model.spec, seed);
  for (auto& item : c.model.weights) {
    for (int64_t i = 0; i < item.second.size(); ++i) item.second.data<float>()[i] = static_cast<float>(rng.normal());
  }
  for (int64_t i = 0; i < element_count(c.in); ++i) c.sample.push_back(static_cast<float>(rng.normal()));
  return c;
}

// Calls visit(value, ky, kx) for each tap of an output position that lies inside the input.
template <typename Visit>
void visit_taps(const Case& c, int64_t channel, int64_t oy, int64_t ox, Visit visit) {
  const model::LayerSpec& layer = c.layer();
  for (int64_t ky = 0; ky < layer.kernel[0]; ++ky) {
    for (int64_t kx = 0; kx < layer.kernel[1]; ++kx) {
      const int64_t y = oy * layer.stride[0] + ky - layer.padding[0], x = ox * layer.stride[1] + kx - layer.padding[1];
      if (y >= 0 && y < c.in[1] && x >= 0 && x < c.in[2]) visit(c.x(channel, y, x), ky, kx);
    }
  }
}

double expected(const Case& c, int64_t o, int64_t oy, int64_t ox) {
  const model::LayerSpec& layer = c.layer();
  const int64_t taps = layer.kernel[0] * layer.kernel[1];
  double sum = 0.0, largest = -HUGE_VAL, count = 0.0;
  if (layer.kind.find("pool") != std::string::npos) {
    visit_taps(c, o, oy, ox, [&](double value, int64_t, int64_t) {
      sum += value;
      largest = std::max(largest, value);
      count += 1.0;
    });
    return layer.kind.find("max") == 0 ? largest : sum / count;
  }
  const float* weight = c.model.weights.at("layer.weight").data<float>();
  const bool depthwise = layer.kind.find("depthwise") == 0;
  for (int64_t i = depthwise ? o : 0; i < (depthwise ? o + 1 : c.in[0]); ++i) {
    const int64_t filter = depthwise ? o : o * c.in[0] + i;
    visit_taps(c, i, oy, ox, [&](double value, int64_t ky, int64_t kx) {
      sum += value * double{weight[filter * taps + ky * layer.kernel[1] + kx]};
    });
  }
  return sum + double{c.model.weights.at("layer.bias").data<float>()[o]};
}

TEST(FloatReference, WindowedLayersEqualTheirDefinitionOnRandomShapes) {
  for (const char* kind :
       {"conv1d", "conv2d", "depthwise1d", "depthwise2d", "maxpool1d", "maxpool2d", "avgpool1d", "avgpool2d"}) {
    for (uint64_t seed = 0; seed < 60; ++seed) {
      const Case c = random_case(kind, seed);
      const std::vector<double> values = *layers::run_float_reference(c.model, c.sample.data());
      ASSERT_EQ(static_cast<int64_t>(values.size()), element_count(c.out));
      for (int64_t i = 0; i < element_count(c.out); ++i) {
        const int64_t plane = c.out[1] * c.out[2];
        const double want = expected(c, i / plane, i % plane / c.out[2], i % c.out[2]);
        ASSERT_NEAR(values[static_cast<size_t>(i)], want, 1e-12 * (1.0 + std::abs(want))) << kind << " seed " << seed;
      }
    }
  }
}

TEST(FloatReference, CostCountsEveryTapOfEveryOutput) {
  for (const char* kind : {"conv1d", "conv2d", "depthwise1d", "depthwise2d"}) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const Case c = random_case(kind, seed);
      int64_t counted = 0;
      const int64_t inputs = std::string(kind).find("depthwise") == 0 ? 1 : c.in[0];
      for (int64_t i = 0; i < element_count(c.out) * inputs; ++i) counted += c.layer().kernel[0] * c.layer().kernel[1];
      int64_t numbers = 0;
      for (const auto& item : c.model.weights) numbers += item.second.size();
      const layers::NetCost cost = *layers::net_cost(c.model.spec);
      EXPECT_EQ(cost.macs, counted);
      EXPECT_EQ(cost.parameters, numbers);
    }
  }
}

// Runs layers of kinds without windows on one small net; returns the output.
std::vector<double> run_kind(const std::string& kind, const Shape& input, const std::vector<float>& sample,
                             const model::Weights& weights = {}, int64_t channels = 0) {
  model::Model model;
  model.spec.input_shape = input;
  model::LayerSpec layer;
  layer.name = "layer";
  layer.kind = kind;
  layer.inputs.assign(kind == "add" || kind == "concat" ? 2 : 1, model::kNetInput);
  layer.channels = channels;
  model.spec.layers = {layer};
  model.weights = weights;
  const Result<std::vector<double>> output = layers::run_float_reference(model, sample.data());
  EXPECT_TRUE(output) << output.error().text();
  return output ? *output : std::vector<double>{};
}

TEST(FloatReference, OtherLayersEqualValuesWorkedOutByHand) {
  using V = std::vector<double>;
  const model::Weights dense = {{"layer.weight", Tensor::from({2, 3}, {1, 2, 3, -1, 0, 4})},
                                {"layer.bias", Tensor::from({2}, {10, 20})}};
  EXPECT_EQ(run_kind("dense", {3}, {1, 10, 100}, dense, 2), (V{331, 419}));
  EXPECT_EQ(run_kind("relu", {3}, {-1, 0, 9}), (V{0, 0, 9}));
  EXPECT_EQ(run_kind("relu6", {3}, {-1, 5, 9}), (V{0, 5, 6}));
  EXPECT_EQ(run_kind("sigmoid", {2}, {0, -1000}), (V{0.5, 0}));
  EXPECT_DOUBLE_EQ(run_kind("sigmoid", {1}, {2})[0], 0.88079707797788244);
  EXPECT_EQ(run_kind("tanh", {2}, {0, 1000}), (V{0, 1}));
  EXPECT_DOUBLE_EQ(run_kind("tanh", {1}, {0.5F})[0], 0.46211715726000975);
  EXPECT_EQ(run_kind("add", {2}, {1, -4}), (V{2, -8}));
  EXPECT_EQ(run_kind("concat", {2, 2}, {1, 2, 3, 4}), (V{1, 2, 3, 4, 1, 2, 3, 4}));
  EXPECT_EQ(run_kind("flatten", {2, 2}, {1, 2, 3, 4}), (V{1, 2, 3, 4}));
  EXPECT_EQ(run_kind("globalavgpool", {2, 1, 2}, {1, 2, 3, 5}), (V{1.5, 4}));
  const V soft = run_kind("softmax", {3}, {1000, 1000, -1000});
  EXPECT_DOUBLE_EQ(soft[0], 0.5);
  EXPECT_EQ(soft[2], 0.0);
  const model::Weights norm = {{"layer.gamma", Tensor::from({2}, {2, 3})},
                               {"layer.beta", Tensor::from({2}, {1, 0})},
                               {"layer.mean", Tensor::from({2}, {5, -1})},
                               {"layer.variance", Tensor::from({2}, {4, 0})}};
  const V normed = run_kind("batchnorm", {2, 2}, {5, 9, -1, 0}, norm);
  EXPECT_DOUBLE_EQ(normed[0], 1.0);
  EXPECT_NEAR(normed[1], 1.0 + 8.0 / std::sqrt(4.00001), 1e-12);
  EXPECT_NEAR(normed[3], 3.0 / std::sqrt(1e-5), 1e-9);
}

TEST(FloatReference, NormalisesRawSamplesPerChannel) {
  model::Model model;
  model.spec.input_shape = {2, 2};
  model.spec.input_mean = {1.0F, 10.0F};
  model.spec.input_scale = {2.0F, 0.5F};
  model::LayerSpec flat;
  flat.name = "flat";
  flat.kind = "flatten";
  flat.inputs = {model::kNetInput};
  model.spec.layers = {flat};
  const float sample[] = {1, 2, 10, 14};
  EXPECT_EQ(*layers::run_float_reference(model, sample), (std::vector<double>{0, 2, 0, 2}));
}

}  // namespace
}  // namespace apprentice
