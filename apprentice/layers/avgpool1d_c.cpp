// SPDX-License-Identifier: Apache-2.0
// avgpool1d in C.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow avgpool1d = {"avgpool1d", c_text::avgpool, nullptr, false};

}  // namespace apprentice::c_layer_rows_table
