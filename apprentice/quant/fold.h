// SPDX-License-Identifier: Apache-2.0
// Batch-norm folding: the same function with fewer layers (Jacob et al. 2018, section 3.2).
#pragma once

#include "apprentice/model/net_spec.h"

namespace apprentice::quant {

// Folds every batch norm that can be folded exactly: into the conv, depthwise or dense before it when nobody else reads
// that layer, else into the unpadded conv, depthwise or dense after it when that is its only reader. Others stay. The
// arithmetic is float64, the weights stay float32. Layers that do not lead to the output are left out.
// Refuses models that infer_shapes or check_weights refuse.
Result<model::Model> fold_batch_norm(const model::Model& model);

}  // namespace apprentice::quant
