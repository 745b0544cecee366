// SPDX-License-Identifier: Apache-2.0
// Convolution and transposed convolution.
#include <algorithm>

#include "apprentice/onnx/run/window.h"

namespace apprentice::onnx::run::ops {
namespace {

Sizes spatial(const at::Tensor& weight) { return weight.sizes().slice(2).vec(); }

// What the node asks of one axis of a transposed convolution's output.
struct Cut {
  int64_t begin = 0;  // elements of the full output to drop at the front
  int64_t size = 0;
};

struct CutRequest {
  Sizes extra, asked;  // output_padding, output_shape
  std::string automatic;
};

// onnx.ai, operator ConvTranspose: total_padding is shared out by auto_pad, else pads say.
Cut cut_of(const CutRequest& request, const Window& window, size_t i, int64_t input_size, int64_t full) {
  const int64_t padded = full + request.extra[i];
  const bool same = request.automatic == "SAME_UPPER" || request.automatic == "SAME_LOWER";
  if (request.asked.empty() && !same) return {window.pad_begin[i], padded - window.pad_begin[i] - window.pad_end[i]};
  const size_t rank = window.kernel.size();
  const int64_t size =
      request.asked.empty() ? input_size * window.stride[i] : request.asked[request.asked.size() - rank + i];
  const int64_t total = std::max<int64_t>(0, padded - size);
  return {request.automatic == "SAME_UPPER" ? total / 2 : total - total / 2, size};
}

// Shape of the output before it is cut.
Sizes full_shape(const at::Tensor& input, const at::Tensor& weight, const Window& window, int64_t groups) {
  Sizes shape = {input.size(0), weight.size(1) * groups};
  for (size_t i = 0; i < window.kernel.size(); ++i)
    shape.push_back((input.size(static_cast<int64_t>(i) + 2) - 1) * window.stride[i] + window.span(i));
  return shape;
}

// `out` cut to size along an axis, or extended with what the bias alone gives.
at::Tensor cut_axis(const at::Tensor& out, int64_t axis, const Cut& cut, const at::Tensor& bias) {
  const at::Tensor kept = out.narrow(axis, cut.begin, std::min(cut.size, out.size(axis) - cut.begin));
  if (kept.size(axis) == cut.size) return kept;
  Sizes shape = kept.sizes().vec();
  shape[static_cast<size_t>(axis)] = cut.size - kept.size(axis);
  at::Tensor rest = at::zeros(shape, out.options());
  if (bias.defined()) {
    Sizes channels(static_cast<size_t>(out.dim()), 1);
    channels[1] = bias.numel();
    rest = rest.add(bias.reshape(channels));
  }
  return at::cat({kept, rest}, axis);
}

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
  const Window window = read_window(call, input, spatial(weight));
  const size_t rank = window.kernel.size();
  const CutRequest request{call.integers("output_padding", Sizes(rank, 0)), call.integers("output_shape", {}),
                           call.text("auto_pad", "NOTSET")};
  const int64_t groups = call.integer("group", 1);
  if (groups < 1 || groups > weight.size(0) || request.extra.size() != rank ||
      (!request.asked.empty() && request.asked.size() < rank))
    return call.refuse("group, output_padding or output_shape does not fit a kernel of {} axes", rank);
  if (call.failed() || !call.may_grow_to(full_shape(input, weight, window, groups))) return {};
  const Sizes none(rank, 0);
  at::Tensor out =
      at::convolution(input, weight, call.optional(2), window.stride, none, window.dilation, true, none, groups);
  for (size_t i = 0; i < rank; ++i) {
    const int64_t axis = static_cast<int64_t>(i) + 2, full = out.size(axis);
    const Cut cut = cut_of(request, window, i, input.size(axis), full);
    if (cut.size < 1 || cut.begin < 0 || cut.begin >= full || !call.may_grow_to({out.numel() / full, cut.size}))
      return call.refuse("would give an output of size {} along axis {}", cut.size, axis);
    out = cut_axis(out, axis, cut, call.optional(2));
  }
  return {out.contiguous()};
}

}  // namespace apprentice::onnx::run::ops
