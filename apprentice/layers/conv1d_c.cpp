// SPDX-License-Identifier: Apache-2.0
// conv1d in C: a convolution over a window of height 1.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow conv1d = {"conv1d", c_text::convolution, c_text::convolution_scratch, false};

}  // namespace apprentice::c_layer_rows_table
