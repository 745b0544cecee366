// SPDX-License-Identifier: Apache-2.0
// sigmoid and tanh in libtorch.
#include <ATen/ATen.h>

#include "apprentice/layers/torch_layer.h"

namespace apprentice::layers::torch_layers {

at::Tensor sigmoid(const TorchLayerCall& call) { return at::sigmoid(call.inputs[0]); }
at::Tensor tanh(const TorchLayerCall& call) { return at::tanh(call.inputs[0]); }

}  // namespace apprentice::layers::torch_layers
