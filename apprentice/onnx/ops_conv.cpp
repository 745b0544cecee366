// SPDX-License-Identifier: Apache-2.0
// Convolution and transposed convolution.
#include <algorithm>

#include "apprentice/onnx/window.h"

namespace apprentice::onnx_ops {
namespace {

Sizes spatial(const at::Tensor& weight) { return weight.sizes().slice(2).vec(); }

}  // namespace

Values conv(OpCall& call) {
  const at::Tensor& weight = call[1];
  if (weight.dim() < 3) return call.refuse("has weights of {} dimensions; at least 3 were expected", weight.dim());
  Window window = read_window(call, call[0], spatial(weight));
  const int64_t groups = call.integer("group", 1);
  if (groups < 1) return call.refuse("group is {}; at least 1 was expected", groups);
  if (call.failed()) return {};
  const at::Tensor input = window.symmetric() ? call[0] : pad_for(call[0], window, 0.0);
  return {at::convolution(input, weight, call.optional(2), window.stride, window.pad_begin, window.dilation, false,
                          Sizes(window.kernel.size(), 0), groups)};
}

// Computed without padding at full size, then cut (or extended with bias) to the size that the node asks for.
Values conv_transpose(OpCall& call) {
  const at::Tensor& input = call[0];
  const at::Tensor& weight = call[1];
  if (weight.dim() < 3) return call.refuse("has weights of {} dimensions; at least 3 were expected", weight.dim());
  Window window = read_window(call, input, spatial(weight));
  const size_t rank = window.kernel.size();
  const Sizes extra = call.integers("output_padding", Sizes(rank, 0));
  const Sizes asked = call.integers("output_shape", {});
  const std::string automatic = call.text("auto_pad", "NOTSET");
  const int64_t groups = call.integer("group", 1);
  if (groups < 1 || extra.size() != rank || (!asked.empty() && asked.size() < rank))
    return call.refuse("group, output_padding or output_shape does not fit a kernel of {} axes", rank);
  if (call.failed()) return {};
  const Sizes none(rank, 0);
  at::Tensor out = at::convolution(input, weight, call.optional(2), window.stride, none, window.dilation, true, none,
                                   groups);
  for (size_t i = 0; i < rank; ++i) {
    const int64_t axis = static_cast<int64_t>(i) + 2;
    const int64_t full = out.size(axis);
    int64_t begin = window.pad_begin[i];
    int64_t size = full + extra[i] - begin - window.pad_end[i];
    if (!asked.empty() || automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
      size = asked.empty() ? input.size(axis) * window.stride[i] : asked[asked.size() - rank + i];
      const int64_t total = std::max<int64_t>(0, full + extra[i] - size);
      begin = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
    }
    if (size < 1 || begin >= full || !call.may_grow_to({out.numel() / full, size}))
      return call.refuse("would give an output of size {} along axis {}", size, axis);
    out = out.narrow(axis, begin, std::min(size, full - begin));
    const int64_t missing = size - out.size(axis);
    if (missing == 0) continue;
    Sizes shape = out.sizes().vec();
    shape[static_cast<size_t>(axis)] = missing;
    at::Tensor rest = at::zeros(shape, out.options());
    if (call.has(2)) {
      Sizes channels(static_cast<size_t>(out.dim()), 1);
      channels[1] = call[2].numel();
      rest = rest.add(call[2].reshape(channels));
    }
    out = at::cat({out, rest}, axis);
  }
  return {out.contiguous()};
}

}  // namespace apprentice::onnx_ops
