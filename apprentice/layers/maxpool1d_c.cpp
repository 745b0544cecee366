// SPDX-License-Identifier: Apache-2.0
// maxpool1d in C.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow maxpool1d = {"maxpool1d", c_text::maxpool, nullptr, false};

}  // namespace apprentice::c_layer_rows_table
