// SPDX-License-Identifier: Apache-2.0
// softmax has no C text: the int8 net ends at the logits.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow softmax = {"softmax", nullptr, nullptr, false};

}  // namespace apprentice::c_layer_rows_table
