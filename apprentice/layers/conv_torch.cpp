// SPDX-License-Identifier: Apache-2.0
// conv1d, conv2d, depthwise1d, depthwise2d in libtorch: all are the 2-d convolution, which is fast channel-last.
#include <ATen/ATen.h>

#include "apprentice/layers/padding_torch.h"
#include "apprentice/layers/torch_layer.h"

namespace apprentice::torch_layers {
namespace {

enum class Groups { kOne, kPerChannel };

at::Tensor convolve(const TorchLayerCall& call, Groups groups) {
  const LayerSpec& spec = call.spec;
  // 1-d weights [out, in, k] get a height of 1.
  const at::Tensor weight = call.weights[0].dim() == 3 ? call.weights[0].unsqueeze(2) : call.weights[0];
  const bool symmetric = has_symmetric_padding(spec);
  const at::Tensor input = symmetric ? call.inputs[0] : padded(call.inputs[0], spec, 0.0);
  const std::vector<int64_t> padding =
      symmetric ? std::vector<int64_t>{spec.padding[0], spec.padding[1]} : std::vector<int64_t>{0, 0};
  return at::conv2d(input, weight, call.weights[1], at::IntArrayRef(spec.stride.data(), 2), padding, {1, 1},
                    groups == Groups::kOne ? 1 : input.size(1));
}

}  // namespace

at::Tensor conv1d(const TorchLayerCall& call) { return convolve(call, Groups::kOne); }
at::Tensor conv2d(const TorchLayerCall& call) { return convolve(call, Groups::kOne); }
at::Tensor depthwise1d(const TorchLayerCall& call) { return convolve(call, Groups::kPerChannel); }
at::Tensor depthwise2d(const TorchLayerCall& call) { return convolve(call, Groups::kPerChannel); }

}  // namespace apprentice::torch_layers
