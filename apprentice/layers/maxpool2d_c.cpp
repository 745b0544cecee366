// SPDX-License-Identifier: Apache-2.0
// maxpool2d in C.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow maxpool2d = {"maxpool2d", c_text::maxpool, nullptr, false};

}  // namespace apprentice::c_layer_rows_table
