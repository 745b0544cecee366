// SPDX-License-Identifier: Apache-2.0
// The table of layer kinds, made from kinds.def, and what most rows leave as it is.
#include "apprentice/layers/layer.h"

namespace apprentice::layers {

Result<Shape> same_shape(const model::LayerSpec&, const std::vector<Shape>& inputs) { return inputs[0]; }
LayerCost no_cost(const model::LayerSpec&, const std::vector<Shape>&, const Shape&) { return {}; }
std::vector<ParameterInfo> no_parameters(const model::LayerSpec&, const std::vector<Shape>&) { return {}; }

const std::vector<LayerKind>& layer_kinds() {
  static const std::vector<LayerKind> kinds = {
#define APPRENTICE_LAYER(name) rows::name,
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

const LayerKind& layer_kind(const std::string& name) {
  const LayerKind* kind = find_layer_kind(name);
  promise(kind != nullptr, "a checked net has known kinds of layers");
  return *kind;
}

}  // namespace apprentice::layers
