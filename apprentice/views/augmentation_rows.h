// SPDX-License-Identifier: Apache-2.0
// Declares the row of every augmentation; <name>.cpp defines it.
#pragma once

#include "apprentice/views/augmentation.h"

namespace apprentice::views::rows {

#define APPRENTICE_AUGMENTATION(name) extern const AugmentationKind name;
#include "apprentice/views/kinds.def"
#undef APPRENTICE_AUGMENTATION

}  // namespace apprentice::views::rows
