// SPDX-License-Identifier: Apache-2.0
// batchnorm has no C text: it is folded into the layer before it.
#include "apprentice/layers/c_text.h"

namespace apprentice::c_layer_rows_table {

const CLayerRow batchnorm = {"batchnorm", nullptr, nullptr, false};

}  // namespace apprentice::c_layer_rows_table
