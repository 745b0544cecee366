// SPDX-License-Identifier: Apache-2.0
// Which integer operations a folded float net becomes: activations fused, flatten and softmax gone. Names and shapes
// only; the numbers come from calibration.
#pragma once

#include <string>
#include <vector>

#include "apprentice/layers/layer.h"

namespace apprentice::quant {

struct QuantStep {
  size_t layer = 0;  // index into the folded NetSpec: where kind, window and weights come from
  size_t last = 0;   // the fused activation after it, or `layer`: whose float output this step's output is
  const layers::LayerKind* kind = nullptr;  // in the QuantNet; what folds stands as another one
  std::vector<int> inputs;                  // tensor indices
  int output = -1;                          // tensor index
  layers::QuantRange range;                 // of its values: its kind's, and the fused activation's
};

struct QuantPlan {
  std::vector<QuantStep> steps;
  std::vector<layers::QuantTensor> tensors;  // [0] is the net's input; params are not set
  std::vector<int> groups;                   // per tensor: tensors of equal number share scale and zero point
  std::vector<layers::QuantRange> fixed;     // per group: the range that its kind fixes, or an empty one
  std::vector<std::string> notes;
};

// `spec` comes from fold_batch_norm. Refuses nets without an int8 form.
Result<QuantPlan> plan_quantization(const model::NetSpec& spec);

}  // namespace apprentice::quant
