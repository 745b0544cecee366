// SPDX-License-Identifier: Apache-2.0
// avgpool2d in C.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow avgpool2d = {"avgpool2d", c_text::avgpool, nullptr, false};

}  // namespace apprentice::c_layer_rows_table
