// SPDX-License-Identifier: Apache-2.0
// batchnorm: y = gamma * (x - mean) / sqrt(variance + kBatchNormEpsilon) + beta per channel (Ioffe and Szegedy 2015).
// In the int8 net it is folded into a neighbour, or becomes a depthwise layer with a 1x1 kernel.
#include <cmath>

#include "apprentice/layers/layer.h"

namespace apprentice::layers::rows {
namespace {

std::vector<ParameterInfo> parameters(const model::LayerSpec&, const std::vector<Shape>& inputs) {
  const Shape channels{inputs[0][0]};
  return {{"gamma", channels, true, ParameterInfo::Init::kOnes},
          {"beta", channels},
          {"mean", channels, false},
          {"variance", channels, false, ParameterInfo::Init::kOnes}};
}

// `weights` in the order of parameters().
ChannelAffine affine_of(const std::vector<const float*>& weights, int64_t channels) {
  ChannelAffine affine;
  for (int64_t c = 0; c < channels; ++c) {
    affine.factor.push_back(double{weights[0][c]} / std::sqrt(double{weights[3][c]} + kBatchNormEpsilon));
    affine.offset.push_back(double{weights[1][c]} - affine.factor.back() * double{weights[2][c]});
  }
  return affine;
}

ChannelAffine affine(const model::Weights& weights, const std::string& layer) {
  std::vector<const float*> values;
  for (const char* suffix : {".gamma", ".beta", ".mean", ".variance"}) {
    values.push_back(weights.at(layer + suffix).data<float>());
  }
  return affine_of(values, weights.at(layer + ".gamma").size());
}

void run_float(const FloatLayerCall& call) {
  const int64_t channels = call.output_shape[0], plane = element_count(call.output_shape) / channels;
  const ChannelAffine affine = affine_of(call.weights, channels);
  for (int64_t i = 0; i < channels * plane; ++i) {
    const auto c = static_cast<size_t>(i / plane);
    call.output[i] = affine.factor[c] * call.inputs[0][i] + affine.offset[c];
  }
}

}  // namespace

const LayerKind batchnorm = [] {
  LayerKind kind;
  kind.name = "batchnorm";
  kind.summary = "normalises each channel; folded away for the device";
  kind.reach = Reach::kPlace;
  kind.parameters = parameters;
  kind.run_float = run_float;
  kind.role = Int8Role::kFolds;
  kind.affine = affine;
  kind.stands_as = "depthwise2d";
  kind.onnx = {"BatchNormalization", "epsilon", static_cast<float>(kBatchNormEpsilon)};
  return kind;
}();

}  // namespace apprentice::layers::rows
