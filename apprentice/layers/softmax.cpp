// SPDX-License-Identifier: Apache-2.0
// softmax: exp(x_i) / sum exp(x_j) over [classes]. The int8 net ends at the logits, so it has none.
#include <algorithm>
#include <cmath>

#include "apprentice/layers/layer.h"

namespace apprentice::layers::rows {
namespace {

Result<Shape> infer(const model::LayerSpec&, const std::vector<Shape>& inputs) {
  if (inputs[0].size() == 1) return inputs[0];
  return bad_input("", "takes [classes], not {}", to_string(inputs[0]));
}

void run_float(const FloatLayerCall& call) {
  const double* in = call.inputs[0];
  const int64_t count = call.output_shape[0];
  const double largest = *std::max_element(in, in + count);
  double sum = 0.0;
  for (int64_t i = 0; i < count; ++i) sum += call.output[i] = std::exp(in[i] - largest);
  for (int64_t i = 0; i < count; ++i) call.output[i] /= sum;
}

}  // namespace

const LayerKind softmax = [] {
  LayerKind kind;
  kind.name = "softmax";
  kind.summary = "probabilities from logits: [classes]; float only";
  kind.reach = Reach::kAll;
  kind.infer_shape = infer;
  kind.run_float = run_float;
  kind.role = Int8Role::kDrops;
  kind.onnx = {"Softmax", "axis", int64_t{1}};
  return kind;
}();

}  // namespace apprentice::layers::rows
