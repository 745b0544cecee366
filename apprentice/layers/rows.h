// SPDX-License-Identifier: Apache-2.0
// Declares the row of every layer kind; <name>.cpp defines it.
#pragma once

#include "apprentice/layers/layer.h"

namespace apprentice::layer_rows {

#define APPRENTICE_LAYER(name) extern const LayerKind name;
#include "apprentice/layers/kinds.def"
#undef APPRENTICE_LAYER

}  // namespace apprentice::layer_rows
