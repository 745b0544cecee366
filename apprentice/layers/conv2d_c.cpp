// SPDX-License-Identifier: Apache-2.0
// conv2d in C.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow conv2d = {"conv2d", c_text::convolution, c_text::convolution_scratch, false};

}  // namespace apprentice::c_layer_rows_table
