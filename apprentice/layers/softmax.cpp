// SPDX-License-Identifier: Apache-2.0
// softmax: exp(x_i) / sum exp(x_j) over [classes]. The int8 net ends at the logits, so it has none.
#include <algorithm>
#include <cmath>

#include "apprentice/layers/pool.h"
#include "apprentice/layers/rows.h"

namespace apprentice::layer_rows {
namespace {

Result<Shape> infer(const LayerSpec&, const std::vector<Shape>& inputs) {
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

const LayerKind softmax = {
    "softmax", "probabilities from logits: [classes]; float only", 1, 1, infer, no_cost, no_parameters, run_float,
    nullptr};

}  // namespace apprentice::layer_rows
