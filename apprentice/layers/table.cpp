// SPDX-License-Identifier: Apache-2.0
// The table of layer kinds, made from kinds.def.
#include "apprentice/layers/rows.h"

namespace apprentice {

const std::vector<LayerKind>& layer_kinds() {
  static const std::vector<LayerKind> kinds = {
#define APPRENTICE_LAYER(name) layer_rows::name,
#include "apprentice/layers/kinds.def"
#undef APPRENTICE_LAYER
  };
  return kinds;
}

const LayerKind* find_layer_kind(const std::string& name) {
  for (const LayerKind& kind : layer_kinds()) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

}  // namespace apprentice
