// SPDX-License-Identifier: Apache-2.0
// depthwise2d in C.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow depthwise2d = {"depthwise2d", c_text::depthwise, c_text::depthwise_scratch, false};

}  // namespace apprentice::c_layer_rows_table
