// SPDX-License-Identifier: Apache-2.0
// relu6 in C, where no layer before it could take it in.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow relu6 = {"relu6", c_text::clamp, nullptr, true};

}  // namespace apprentice::c_layer_rows_table
