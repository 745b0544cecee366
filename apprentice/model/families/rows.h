// SPDX-License-Identifier: Apache-2.0
// Declares the row of every family; <name>.cpp defines it.
#pragma once

#include "apprentice/model/families/family.h"

namespace apprentice::family_rows {

extern const FamilyKind mlp, conv1d, dscnn1d, dscnn2d, resnet1d, resnet2d, inceptiontime;

}  // namespace apprentice::family_rows
