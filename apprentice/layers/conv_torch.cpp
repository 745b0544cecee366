// SPDX-License-Identifier: Apache-2.0
// conv1d, conv2d, depthwise1d, depthwise2d in libtorch: all are the 2-d convolution, which is fast channel-last.
#include <ATen/ATen.h>

#include <array>

#include "apprentice/layers/padding_torch.h"
#include "apprentice/layers/torch_layer.h"

namespace apprentice::layers::torch_layers {
namespace {

enum class Groups { kOne, kPerChannel };

// A kernel of one value that steps over its input sees only every so many values. They are taken out first: the
// gradient of such a convolution in oneDNN 2.6.3 on AVX-512 writes past its buffer where the input is large and has
// less than 16 channels (docs/decisions/0006-channel-last-training.md).
bool only_skips(const model::LayerSpec& spec) {
  return spec.kernel == std::array<int64_t, 2>{1, 1} && spec.stride != std::array<int64_t, 2>{1, 1};
}

at::Tensor seen_of(const TorchLayerCall& call) {
  const model::LayerSpec& spec = call.spec;
  const at::Tensor input = padded(call.inputs[0], spec, 0.0);
  return input.slice(2, 0, input.size(2), spec.stride[0]).slice(3, 0, input.size(3), spec.stride[1]);
}

at::Tensor convolve(const TorchLayerCall& call, Groups groups) {
  const model::LayerSpec& spec = call.spec;
  // 1-d weights [out, in, k] get a height of 1.
  const at::Tensor weight = call.weights[0].dim() == 3 ? call.weights[0].unsqueeze(2) : call.weights[0];
  const int64_t group_count = groups == Groups::kOne ? 1 : call.inputs[0].size(1);
  std::array<int64_t, 2> padding{0, 0}, stride = spec.stride;
  at::Tensor input = call.inputs[0];
  if (only_skips(spec)) {
    input = seen_of(call);
    stride = {1, 1};
  } else if (has_symmetric_padding(spec)) {
    padding = {spec.padding[0], spec.padding[1]};
  } else {
    input = padded(input, spec, 0.0);
  }
  return at::conv2d(input, weight, call.weights[1], at::IntArrayRef(stride.data(), 2),
                    at::IntArrayRef(padding.data(), 2), {1, 1}, group_count);
}

}  // namespace

at::Tensor conv1d(const TorchLayerCall& call) { return convolve(call, Groups::kOne); }
at::Tensor conv2d(const TorchLayerCall& call) { return convolve(call, Groups::kOne); }
at::Tensor depthwise1d(const TorchLayerCall& call) { return convolve(call, Groups::kPerChannel); }
at::Tensor depthwise2d(const TorchLayerCall& call) { return convolve(call, Groups::kPerChannel); }

}  // namespace apprentice::layers::torch_layers
