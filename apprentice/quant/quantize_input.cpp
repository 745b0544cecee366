// SPDX-License-Identifier: Apache-2.0
// Input quantization. This file alone is compiled with -ffp-contract=off: a compiler that fuses the subtraction and the
// product would round once instead of twice, and the device would disagree.
#include <algorithm>
#include <cmath>

#include "apprentice/quant/quant_net.h"

namespace apprentice::quant {
namespace {

int8_t quantize(float x, float mean, float factor, int32_t zero_point) {
  const float centered = x - mean;
  const float scaled = centered * factor;
  if (std::isnan(scaled)) return static_cast<int8_t>(zero_point);
  // Beyond 512 every zero point saturates; the clamp keeps the conversion to an integer defined.
  const float bounded = std::min(std::max(scaled, -512.0F), 512.0F);
  const auto q = static_cast<int32_t>(std::nearbyint(bounded)) + zero_point;
  return static_cast<int8_t>(std::min(std::max(q, -128), 127));
}

}  // namespace

void QuantNet::quantize_input(const float* sample, int8_t* out) const {
  if (frontend != nullptr) {
    std::vector<float> channel_first(static_cast<size_t>(element_count(spec.input_shape)));
    to_channel_first(sample, spec.input_shape, channel_first.data());
    const std::vector<int8_t> bytes = quantize_sample(channel_first.data());
    std::copy(bytes.begin(), bytes.end(), out);
    return;
  }
  const size_t channels = input.mean.size();
  const auto positions = static_cast<size_t>(tensors[0].height * tensors[0].width);
  for (size_t position = 0; position < positions; ++position) {
    for (size_t c = 0; c < channels; ++c) {
      *out++ = quantize(*sample++, input.mean[c], input.factor[c], input.zero_point);
    }
  }
}

}  // namespace apprentice::quant
