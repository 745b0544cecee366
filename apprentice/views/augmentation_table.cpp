// SPDX-License-Identifier: Apache-2.0
// The table of augmentations, made from kinds.def.
#include <algorithm>

#include "apprentice/views/augmentation_rows.h"

namespace apprentice::views {

const std::vector<AugmentationKind>& augmentation_kinds() {
  static const std::vector<AugmentationKind> kKinds = {
#define APPRENTICE_AUGMENTATION(name) rows::name,
#include "apprentice/views/kinds.def"
#undef APPRENTICE_AUGMENTATION
  };
  return kKinds;
}

const AugmentationKind* find_augmentation_kind(const std::string& name) {
  const auto& kinds = augmentation_kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const AugmentationKind& k) { return name == k.name; });
  return kind == kinds.end() ? nullptr : &*kind;
}

}  // namespace apprentice::views
