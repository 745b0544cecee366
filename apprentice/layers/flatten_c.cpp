// SPDX-License-Identifier: Apache-2.0
// flatten has no C text: bytes stay channel-last and the next dense layer's weights are permuted.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow flatten = {"flatten", nullptr, nullptr, false};

}  // namespace apprentice::c_layer_rows_table
