// SPDX-License-Identifier: Apache-2.0
// Pools in libtorch. Padding counts neither for the largest value nor for the mean.
#include <ATen/ATen.h>

#include <limits>

#include "apprentice/layers/padding_torch.h"
#include "apprentice/layers/torch_layer.h"

namespace apprentice::layers {

at::Tensor padded(const at::Tensor& input, const model::LayerSpec& spec, double value) {
  const auto& pad = spec.padding;
  return at::constant_pad_nd(input, {pad[1], pad[3], pad[0], pad[2]}, value);
}

namespace torch_layers {
namespace {

bool is_padded(const model::LayerSpec& spec) { return spec.padding != std::array<int64_t, 4>{0, 0, 0, 0}; }

at::Tensor largest(const TorchLayerCall& call) {
  const model::LayerSpec& spec = call.spec;
  const double lowest = -std::numeric_limits<double>::infinity();
  const at::Tensor input = is_padded(spec) ? padded(call.inputs[0], spec, lowest) : call.inputs[0];
  return at::max_pool2d(input, at::IntArrayRef(spec.kernel.data(), 2), at::IntArrayRef(spec.stride.data(), 2));
}

// Padded mean = mean over all taps * taps / (taps inside the input), the latter from pooling ones.
at::Tensor mean(const TorchLayerCall& call) {
  const model::LayerSpec& spec = call.spec;
  const auto pool = [&](const at::Tensor& input) {
    return at::avg_pool2d(input, at::IntArrayRef(spec.kernel.data(), 2), at::IntArrayRef(spec.stride.data(), 2));
  };
  const at::Tensor& input = call.inputs[0];
  if (!is_padded(spec)) return pool(input);
  const at::Tensor ones = at::ones({1, 1, input.size(2), input.size(3)}, input.options());
  return pool(padded(input, spec, 0.0)) / pool(padded(ones, spec, 0.0));
}

}  // namespace

at::Tensor maxpool1d(const TorchLayerCall& call) { return largest(call); }
at::Tensor maxpool2d(const TorchLayerCall& call) { return largest(call); }
at::Tensor avgpool1d(const TorchLayerCall& call) { return mean(call); }
at::Tensor avgpool2d(const TorchLayerCall& call) { return mean(call); }
at::Tensor globalavgpool(const TorchLayerCall& call) { return call.inputs[0].mean({2, 3}); }

}  // namespace torch_layers
}  // namespace apprentice::layers
