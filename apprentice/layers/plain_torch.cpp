// SPDX-License-Identifier: Apache-2.0
// The layers that are one operator of libtorch.
#include <ATen/ATen.h>

#include "apprentice/layers/layer.h"
#include "apprentice/layers/torch_layer.h"

namespace apprentice::layers::torch_layers {

constexpr double kBatchNormMomentum = 0.1;  // of the running statistics

at::Tensor dense(const TorchLayerCall& call) { return at::linear(call.inputs[0], call.weights[0], call.weights[1]); }

at::Tensor batchnorm(const TorchLayerCall& call) {
  const auto& [gamma, beta, mean, variance] =
      std::tie(call.weights[0], call.weights[1], call.weights[2], call.weights[3]);
  return at::batch_norm(call.inputs[0], gamma, beta, mean, variance, call.mode == ForwardMode::kTrain,
                        kBatchNormMomentum, kBatchNormEpsilon, false);
}

at::Tensor relu(const TorchLayerCall& call) { return at::relu(call.inputs[0]); }

// hardtanh, not clamp: the gradient of clamp is 15 times slower in libtorch 1.13.
at::Tensor relu6(const TorchLayerCall& call) { return at::hardtanh(call.inputs[0], 0.0, 6.0); }

at::Tensor add(const TorchLayerCall& call) { return call.inputs[0] + call.inputs[1]; }

at::Tensor concat(const TorchLayerCall& call) { return at::cat(call.inputs, 1); }

// Channel-first order, whatever the memory.
at::Tensor flatten(const TorchLayerCall& call) { return call.inputs[0].reshape({call.inputs[0].size(0), -1}); }

at::Tensor softmax(const TorchLayerCall& call) { return at::softmax(call.inputs[0], 1); }

}  // namespace apprentice::layers::torch_layers
