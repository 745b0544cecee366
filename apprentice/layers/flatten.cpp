// SPDX-License-Identifier: Apache-2.0
// flatten: [channels, ...] to [features], channel-first order. The int8 net has none: bytes stay channel-last and the
// weights of the dense layer after it are permuted instead.
#include <algorithm>

#include "apprentice/layers/layer.h"

namespace apprentice::layers::rows {
namespace {

Result<Shape> infer(const model::LayerSpec&, const std::vector<Shape>& inputs) {
  return Shape{element_count(inputs[0])};
}

void run_float(const FloatLayerCall& call) {
  std::copy_n(call.inputs[0], element_count(call.output_shape), call.output);
}

}  // namespace

const LayerKind flatten = [] {
  LayerKind kind;
  kind.name = "flatten";
  kind.summary = "[channels, ...] to [features]";
  kind.reach = Reach::kAll;
  kind.infer_shape = infer;
  kind.run_float = run_float;
  kind.role = Int8Role::kReshapes;
  kind.onnx = {"Flatten"};
  return kind;
}();

}  // namespace apprentice::layers::rows
