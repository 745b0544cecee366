// SPDX-License-Identifier: Apache-2.0
// The training side of a layer kind, in libtorch: <name>(call) for every row of kinds.def. Built into the target of
// train/, so this folder stays free of libtorch.
//
// Activations are [batch, features], or [batch, channels, height, width] in channel-last memory; 1-d layers are 2-d
// with height 1. Why: docs/decisions/0006-channel-last-training.md.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "apprentice/model/net_spec.h"

namespace apprentice::layers {

enum class ForwardMode { kTrain, kEvaluate };  // batch norm by batch statistics (and updating the running ones), or not

struct TorchLayerCall {
  const model::LayerSpec& spec;
  std::vector<at::Tensor> inputs;
  const std::vector<at::Tensor>& weights;  // in the order of LayerKind::parameters and of their shapes
  ForwardMode mode = ForwardMode::kEvaluate;
};

using TorchLayer = at::Tensor (*)(const TorchLayerCall& call);
// Null when there is no such kind.
TorchLayer find_torch_layer(const std::string& kind);

namespace torch_layers {
#define APPRENTICE_LAYER(name) at::Tensor name(const TorchLayerCall& call);
#include "apprentice/layers/kinds.def"
#undef APPRENTICE_LAYER
}  // namespace torch_layers

}  // namespace apprentice::layers
