// SPDX-License-Identifier: Apache-2.0
// The table of torch layers, made from kinds.def.
#include "apprentice/layers/torch_layer.h"

namespace apprentice::layers {

TorchLayer find_torch_layer(const std::string& kind) {
#define APPRENTICE_LAYER(name) \
  if (kind == #name) return torch_layers::name;
#include "apprentice/layers/kinds.def"
#undef APPRENTICE_LAYER
  return nullptr;
}

}  // namespace apprentice::layers
