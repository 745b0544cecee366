// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/window.h"

#include <algorithm>

namespace apprentice::onnx::run {
namespace {

constexpr int64_t kLargest = int64_t{1} << 24;

void check_list(OpCall& call, const char* name, const Sizes& list, size_t length, int64_t least) {
  if (list.size() != length) call.refuse("{} has {} entries where {} were expected", name, list.size(), length);
  for (const int64_t value : list)
    if (value < least || value > kLargest) call.refuse("{} {} is out of range", name, value);
}

void pad_to_same(const at::Tensor& input, bool more_at_end, Window& window) {
  for (size_t i = 0; i < window.kernel.size(); ++i) {
    const int64_t size = input.size(static_cast<int64_t>(i) + 2);
    const int64_t outputs = (size + window.stride[i] - 1) / window.stride[i];
    const int64_t total = std::max<int64_t>(0, (outputs - 1) * window.stride[i] + window.span(i) - size);
    window.pad_begin[i] = more_at_end ? total / 2 : total - total / 2;
    window.pad_end[i] = total - window.pad_begin[i];
  }
}

// Padding and kernels made of nothing may not fill the memory.
void check_growth(OpCall& call, const at::Tensor& input, const Window& window) {
  Sizes padded = input.sizes().vec();
  for (size_t i = 0; i < window.kernel.size(); ++i) padded[i + 2] += window.pad_begin[i] + window.pad_end[i];
  if (call.may_grow_to(padded)) call.may_grow_to(window.kernel);
}

}  // namespace

Window read_window(OpCall& call, const at::Tensor& input, const Sizes& kernel) {
  Window window;
  window.kernel = call.integers("kernel_shape", kernel);
  const size_t rank = window.kernel.size();
  window.stride = call.integers("strides", Sizes(rank, 1));
  window.dilation = call.integers("dilations", Sizes(rank, 1));
  const Sizes pads = call.integers("pads", Sizes(2 * rank, 0));
  if (input.dim() != static_cast<int64_t>(rank) + 2)
    call.refuse("has a kernel of {} axes, but its input has {} dimensions", rank, input.dim());
  if (!kernel.empty() && kernel != window.kernel)
    call.refuse("kernel_shape {} differs from the weights' {}", to_string(window.kernel), to_string(kernel));
  check_list(call, "kernel_shape", window.kernel, rank, 1);
  check_list(call, "strides", window.stride, rank, 1);
  check_list(call, "dilations", window.dilation, rank, 1);
  check_list(call, "pads", pads, 2 * rank, 0);
  const std::string automatic = call.text("auto_pad", "NOTSET");
  window.pad_begin = window.pad_end = Sizes(rank, 0);
  if (call.failed()) return window;
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    pad_to_same(input, automatic == "SAME_UPPER", window);
  } else if (automatic == "NOTSET" || automatic.empty()) {
    const auto middle = pads.begin() + static_cast<std::ptrdiff_t>(rank);
    window.pad_begin.assign(pads.begin(), middle);
    window.pad_end.assign(middle, pads.end());
  } else if (automatic != "VALID") {
    call.refuse("auto_pad '{}' is not known; known: NOTSET, SAME_UPPER, SAME_LOWER, VALID", automatic);
  }
  check_growth(call, input, window);
  return window;
}

at::Tensor pad_for(const at::Tensor& input, Window& window, double value) {
  const auto zero = [](int64_t pad) { return pad == 0; };
  if (std::all_of(window.pad_begin.begin(), window.pad_begin.end(), zero) &&
      std::all_of(window.pad_end.begin(), window.pad_end.end(), zero))
    return input;
  Sizes pads;  // libtorch counts from the last axis
  for (size_t i = window.kernel.size(); i-- > 0;) {
    pads.push_back(window.pad_begin[i]);
    pads.push_back(window.pad_end[i]);
  }
  window.pad_begin = window.pad_end = Sizes(window.kernel.size(), 0);
  return at::constant_pad_nd(input, pads, value);
}

}  // namespace apprentice::onnx::run
