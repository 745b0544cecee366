// SPDX-License-Identifier: Apache-2.0
// The table of layer kinds, and what is refused before anything runs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "apprentice/layers/float_net.h"

namespace apprentice {
namespace {

model::LayerSpec layer_of(const std::string& name, const std::string& kind, std::vector<std::string> inputs) {
  model::LayerSpec layer;
  layer.name = name;
  layer.kind = kind;
  layer.inputs = std::move(inputs);
  return layer;
}

std::string refusal(const Shape& input, const std::vector<model::LayerSpec>& layers) {
  model::NetSpec spec;
  spec.input_shape = input;
  spec.layers = layers;
  const Result<std::vector<Shape>> shapes = layers::infer_shapes(spec);
  return shapes ? "accepted" : shapes.error().text();
}

TEST(LayerTable, EveryRowHasItsNameAndItsFunctions) {
  const std::set<std::string> without_int8 = {"batchnorm", "flatten", "softmax"};
  std::set<std::string> names;
  for (const layers::LayerKind& kind : layers::layer_kinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_EQ(layers::find_layer_kind(kind.name), &kind);
    EXPECT_GT(std::string(kind.summary).size(), 5U);
    EXPECT_TRUE(kind.infer_shape && kind.cost && kind.parameters && kind.run_float) << kind.name;
    EXPECT_EQ(kind.run_int8 == nullptr, without_int8.count(kind.name) == 1) << kind.name;
    EXPECT_EQ(kind.affine != nullptr, kind.role == layers::Int8Role::kFolds) << kind.name;
    EXPECT_EQ(kind.stands_as != nullptr, kind.role == layers::Int8Role::kFolds) << kind.name;
    EXPECT_EQ(kind.value != nullptr, kind.role == layers::Int8Role::kLooksUp) << kind.name;
    EXPECT_NE(kind.onnx.op, nullptr) << kind.name;
    EXPECT_LE(kind.min_inputs, kind.max_inputs);
  }
  EXPECT_EQ(names.size(), 19U);
  EXPECT_EQ(layers::find_layer_kind("lstm"), nullptr);
}

TEST(Net, RefusesShapesThatDoNotFitWithAClearSentence) {
  model::LayerSpec conv = layer_of("c", "conv1d", {"input"});
  conv.channels = 4;
  conv.kernel = {1, 9};
  EXPECT_EQ(refusal({2, 8}, {conv}), "layer 'c': conv1d a kernel of 9 does not fit the width 8 with padding 0 and 0");
  EXPECT_EQ(refusal({2, 8, 8}, {conv}), "layer 'c': conv1d takes an input of shape [channels, time], not [2, 8, 8]");
  conv.padding = {0, 9, 0, 0};
  EXPECT_EQ(refusal({2, 8}, {conv}),
            "layer 'c': conv1d padding 9 and 0 along the width must be smaller than the kernel 9");
  conv.kernel = {2, 3};
  EXPECT_EQ(refusal({2, 8}, {conv}),
            "layer 'c': conv1d is one-dimensional: kernel, stride and padding of the height must be 1, 1 and 0");
  conv.channels = 0;
  EXPECT_EQ(refusal({2, 8}, {conv}), "layer 'c': conv1d needs channels of at least 1");
  model::LayerSpec dense = layer_of("d", "dense", {"input"});
  dense.channels = 3;
  EXPECT_EQ(refusal({2, 8}, {dense}),
            "layer 'd': dense takes [features], not [2, 8]; put a flatten or globalavgpool layer before it");
  model::LayerSpec depthwise = layer_of("w", "depthwise1d", {"input"});
  depthwise.channels = 3;
  EXPECT_EQ(refusal({2, 8}, {depthwise}), "layer 'w': depthwise1d keeps the 2 channels of its input, but channels = 3");
  EXPECT_EQ(refusal({2, 8}, {layer_of("p", "globalavgpool", {"input"}), layer_of("a", "add", {"input", "p"})}),
            "layer 'a': add adds two inputs of the same shape, not [2, 8] and [2]");
  EXPECT_EQ(refusal({2, 8}, {layer_of("p", "globalavgpool", {"input"}), layer_of("a", "concat", {"input", "p"})}),
            "layer 'a': concat joins inputs that differ in their channels only, not [2, 8] and [2]");
}

TEST(Net, RefusesGraphsThatAreNotInOrder) {
  EXPECT_EQ(refusal({2}, {}), "the net has no layers");
  EXPECT_EQ(refusal({}, {layer_of("r", "relu", {"input"})}),
            "the net's input shape [] must have 1 to 3 sizes and 1 to 8388608 elements");
  EXPECT_EQ(refusal({2}, {layer_of("r", "relu", {"s"}), layer_of("s", "relu", {"r"})}),
            "layer 'r': its input 's' is not an earlier layer");
  EXPECT_EQ(refusal({2}, {layer_of("r", "relu", {"input"}), layer_of("r", "relu", {"r"})}),
            "layer 'r': its name is used twice");
  EXPECT_EQ(refusal({2}, {layer_of("r", "relu", {"input", "input"})}), "layer 'r': relu takes 1 to 1 inputs, not 2");
  model::LayerSpec huge = layer_of("h", "dense", {"input"});
  huge.channels = int64_t{1} << 40;
  EXPECT_EQ(refusal({2}, {huge}), "layer 'h': its output [1099511627776] must have 1 to 8388608 elements");
  huge.channels = 1 << 20;
  EXPECT_EQ(refusal({1 << 20}, {huge}),
            "layer 'h': its weight of shape [1048576, 1048576] must have 1 to 268435456 numbers");
}

TEST(Net, RefusesWeightsThatDoNotFitTheLayers) {
  model::Model model;
  model.spec.input_shape = {3};
  model::LayerSpec dense = layer_of("d", "dense", {"input"});
  dense.channels = 2;
  model.spec.layers = {dense};
  model.weights = *layers::initial_weights(model.spec, 1);
  const float sample[3] = {0, 0, 0};
  EXPECT_TRUE(layers::run_float_reference(model, sample));
  model::Model bad = model;
  bad.weights["d.weight"] = Tensor(DType::kF32, {3, 2});
  EXPECT_EQ(layers::run_float_reference(bad, sample).error().text(),
            "the model's parameter 'd.weight' is float32 [3, 2], not float32 [2, 3]");
  bad = model;
  bad.weights.erase("d.bias");
  EXPECT_EQ(layers::run_float_reference(bad, sample).error().text(), "the model's parameter 'd.bias' is missing");
  bad = model;
  bad.weights["e.bias"] = Tensor(DType::kF32, {1});
  EXPECT_EQ(layers::run_float_reference(bad, sample).error().text(),
            "the model's parameter 'e.bias' belongs to no layer");
}

TEST(Net, InitialWeightsFollowTheSeedAndTheirBound) {
  model::NetSpec spec;
  spec.input_shape = {50};
  model::LayerSpec dense = layer_of("d", "dense", {"input"});
  dense.channels = 200;
  spec.layers = {dense, layer_of("n", "batchnorm", {"d"})};
  const model::Weights weights = *layers::initial_weights(spec, 7), again = *layers::initial_weights(spec, 7),
                       other = *layers::initial_weights(spec, 8);
  const Tensor& w = weights.at("d.weight");
  double largest = 0.0, squares = 0.0;
  for (int64_t i = 0; i < w.size(); ++i) {
    const double value = double{w.data<float>()[i]};
    EXPECT_EQ(w.data<float>()[i], again.at("d.weight").data<float>()[i]);
    largest = std::max(largest, std::abs(value));
    squares += value * value;
  }
  EXPECT_NE(w.data<float>()[0], other.at("d.weight").data<float>()[0]);
  EXPECT_LE(largest, std::sqrt(6.0 / 50.0));
  EXPECT_NEAR(squares / static_cast<double>(w.size()), 2.0 / 50.0, 0.002);  // He's variance: 2 / fan-in
  EXPECT_EQ(weights.at("n.variance").data<float>()[0], 1.0F);
  EXPECT_EQ(weights.at("d.bias").data<float>()[0], 0.0F);
}

}  // namespace
}  // namespace apprentice
