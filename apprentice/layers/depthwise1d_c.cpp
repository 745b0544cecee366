// SPDX-License-Identifier: Apache-2.0
// depthwise1d in C: a depthwise convolution over a window of height 1.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow depthwise1d = {"depthwise1d", c_text::depthwise, c_text::depthwise_scratch, false};

}  // namespace apprentice::c_layer_rows_table
