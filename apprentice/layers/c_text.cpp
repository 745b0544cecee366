// SPDX-License-Identifier: Apache-2.0
#include "apprentice/layers/c_text.h"

#include <cstdlib>
#include <limits>

namespace apprentice::layers::c_text {
namespace {

constexpr size_t kBytesPerLine = 24;

}  // namespace

std::string window(const QuantLayer& layer, const QuantTensor& input, const QuantTensor& output) {
  return fmt::format("{{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}}", input.height, input.width, input.channels,
                     output.height, output.width, layer.kernel[0], layer.kernel[1], layer.stride[0], layer.stride[1],
                     layer.padding[0], layer.padding[1], input.params.zero_point);
}

std::string output(const QuantLayer& layer, const QuantTensor& tensor) {
  return fmt::format("{{{}, {}, {}, {}}}", tensor.params.zero_point, layer.shift, layer.activation_min,
                     layer.activation_max);
}

std::string bytes(const std::string& name, const std::vector<int8_t>& values) {
  std::string text = fmt::format("static const int8_t {}[{}] APPRENTICE_ALIGNED = {{", name, values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    text += i % kBytesPerLine == 0 ? "\n  " : " ";
    text += fmt::format("{},", int{values[i]});
  }
  return text + "\n};\n";
}

int64_t outermost(int64_t index, int64_t weights, int64_t channels) { return index / (weights / channels); }
int64_t innermost(int64_t index, int64_t, int64_t channels) { return index % channels; }

Result<std::string> channels(const std::string& name, const QuantLayer& layer, int32_t input_zero_point,
                             int64_t (*weight_channel)(int64_t index, int64_t weights, int64_t channels)) {
  const auto count = static_cast<int64_t>(layer.bias.size());
  const auto weights = static_cast<int64_t>(layer.weights.size());
  std::vector<int64_t> sums(layer.bias.size()), magnitudes(layer.bias.size());
  for (int64_t i = 0; i < weights; ++i) {
    const auto c = static_cast<size_t>(weight_channel(i, weights, count));
    sums[c] += layer.weights[static_cast<size_t>(i)];
    magnitudes[c] += std::abs(int{layer.weights[static_cast<size_t>(i)]});
  }
  std::string text = fmt::format("static const apprentice_channel {}[{}] = {{\n", name, count);
  for (size_t c = 0; c < sums.size(); ++c) {
    const int64_t bias = layer.bias[c] - input_zero_point * sums[c];
    // No partial sum of bias + sum x * w with x in -128 .. 127 lies beyond this.
    if (std::abs(bias) + 128 * magnitudes[c] > std::numeric_limits<int32_t>::max()) {
      return fail(ErrorKind::kUnsupported, fmt::format("layer '{}'", layer.name),
                  "the sums of output channel {} might leave 32 bits (bias {}, weights sum to {} in magnitude); a "
                  "larger scale of its input or weights keeps them inside",
                  c, bias, magnitudes[c]);
    }
    text += fmt::format("  {{{}, {}}},\n", bias, layer.multipliers[c]);
  }
  return text + "};\n";
}

}  // namespace apprentice::layers::c_text
