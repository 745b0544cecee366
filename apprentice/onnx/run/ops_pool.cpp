// SPDX-License-Identifier: Apache-2.0
// Pooling. The input is padded first, so libtorch pools without padding of its own.
#include <cmath>
#include <limits>

#include "apprentice/onnx/run/window.h"

namespace apprentice::onnx::run::ops {
namespace {

// Extends the end padding so that ceil_mode's last window is whole; returns by how much per axis. A window that would
// start in the end padding does not exist.
Sizes extend_for_ceil(const at::Tensor& input, Window& window) {
  Sizes extra(window.kernel.size(), 0);
  for (size_t i = 0; i < extra.size(); ++i) {
    const int64_t size = input.size(static_cast<int64_t>(i) + 2) + window.pad_begin[i];
    const int64_t rest = size + window.pad_end[i] - window.span(i);
    int64_t outputs = (rest + window.stride[i] - 1) / window.stride[i] + 1;
    if ((outputs - 1) * window.stride[i] >= size) --outputs;
    extra[i] = std::max<int64_t>(0, (outputs - 1) * window.stride[i] + window.span(i) - size - window.pad_end[i]);
  }
  return extra;
}

void extend(Window& window, const Sizes& extra) {
  for (size_t i = 0; i < extra.size(); ++i) window.pad_end[i] += extra[i];
}

bool pads_less_than_kernel(OpCall& call, const Window& window) {
  for (size_t i = 0; i < window.kernel.size(); ++i)
    if (window.pad_begin[i] >= window.span(i) || window.pad_end[i] >= window.span(i))
      call.refuse("pads {} elements along an axis, which a window of {} does not reach over",
                  std::max(window.pad_begin[i], window.pad_end[i]), window.span(i));
  return !call.failed();
}

// Sum over every window, channel by channel.
at::Tensor window_sum(const at::Tensor& input, Window window) {
  const at::Tensor padded = pad_for(input, window, 0.0);
  Sizes planes = padded.sizes().vec();
  planes[0] = padded.size(0) * padded.size(1);
  planes[1] = 1;
  Sizes kernel = window.kernel;
  kernel.insert(kernel.begin(), {1, 1});
  const Sizes none(window.kernel.size(), 0);
  at::Tensor sums = at::convolution(padded.reshape(planes), at::ones(kernel, padded.options()), {}, window.stride, none,
                                    window.dilation, false, none, 1);
  Sizes shape = sums.sizes().vec();
  shape[0] = input.size(0);
  shape[1] = input.size(1);
  return sums.reshape(shape);
}

// How many elements each window counts; `include_pad` counts the node's own padding, never ceil_mode's.
at::Tensor window_counts(const at::Tensor& input, Window window, const Sizes& extra, bool include_pad) {
  Sizes shape = input.sizes().vec();
  shape[0] = shape[1] = 1;
  at::Tensor ones = at::ones(shape, input.options());
  if (include_pad) ones = pad_for(ones, window, 1.0);
  extend(window, extra);
  return window_sum(ones, window);
}

at::Tensor max_pool_padded(const at::Tensor& input, const Window& window, at::Tensor* indices) {
  const Sizes none(window.kernel.size(), 0);
  if (window.rank() == 3) {
    auto [out, places] = at::max_pool3d_with_indices(input, window.kernel, window.stride, none, window.dilation);
    *indices = places;
    return out;
  }
  auto [out, places] = at::max_pool2d_with_indices(input, window.kernel, window.stride, none, window.dilation);
  *indices = places;
  return out;
}

// From places in the padded plane to places in the whole unpadded input; storage_order 1 counts columns first.
at::Tensor unpadded_places(const at::Tensor& places, const at::Tensor& input, const at::Tensor& padded,
                           const Window& before, bool columns_first) {
  at::Tensor rest = places, out = at::zeros_like(places);
  int64_t stride = 1, column_stride = 1;
  for (int64_t axis = 2; axis < input.dim(); ++axis) column_stride *= input.size(axis);
  for (int64_t axis = input.dim() - 1; axis >= 2; --axis) {
    const at::Tensor along =
        at::remainder(rest, padded.size(axis)).sub(before.pad_begin[static_cast<size_t>(axis - 2)]);
    column_stride /= input.size(axis);
    out = out.add(along.mul(columns_first ? column_stride : stride));
    rest = at::div(rest, padded.size(axis), "floor");
    stride *= input.size(axis);
  }
  const at::Tensor planes = at::arange(input.size(0) * input.size(1), places.options()).mul(stride);
  Sizes shape(static_cast<size_t>(places.dim()), 1);
  shape[0] = input.size(0);
  shape[1] = input.size(1);
  return out.add(planes.reshape(shape));
}

Sizes spatial_axes(const at::Tensor& x) {
  Sizes axes;
  for (int64_t axis = 2; axis < x.dim(); ++axis) axes.push_back(axis);
  return axes;
}

bool has_space(OpCall& call) {
  if (call[0].dim() < 3) call.refuse("needs at least 3 dimensions, but gets {}", call[0].dim());
  return !call.failed();
}

}  // namespace

Values max_pool(OpCall& call) {
  const at::Tensor& given = call[0];
  Window window = read_window(call, given, {});
  if (call.failed()) return {};
  const int64_t rank = window.rank();
  if (rank < 1 || rank > 3) return call.refuse("pools over {} axes; 1 to 3 are supported", rank);
  if (!pads_less_than_kernel(call, window)) return {};
  if (call.integer("ceil_mode", 0) != 0) extend(window, extend_for_ceil(given, window));
  const Window before = window;
  const bool whole = at::isIntegralType(given.scalar_type(), true);
  const at::Tensor input = whole ? given.to(at::kFloat) : given;
  at::Tensor padded = pad_for(input, window, -std::numeric_limits<double>::infinity());
  at::Tensor pooled = padded, places;
  if (rank == 1) {
    pooled = padded.unsqueeze(2);
    for (Sizes* list : {&window.kernel, &window.stride, &window.dilation}) list->insert(list->begin(), 1);
  }
  at::Tensor out = max_pool_padded(pooled, window, &places);
  if (rank == 1) out = out.squeeze(2), places = places.squeeze(2);
  if (whole) out = out.to(given.scalar_type());
  if (!call.wants_output(1)) return {out};
  return {out, unpadded_places(places, input, padded, before, call.integer("storage_order", 0) != 0)};
}

Values average_pool(OpCall& call) {
  const at::Tensor& input = call[0];
  Window window = read_window(call, input, {});
  if (call.failed() || !pads_less_than_kernel(call, window)) return {};
  const bool include_pad = call.integer("count_include_pad", 0) != 0;
  const bool ceil_mode = call.integer("ceil_mode", 0) != 0;
  const Sizes extra = ceil_mode ? extend_for_ceil(input, window) : Sizes(window.kernel.size(), 0);
  const at::Tensor counts = window_counts(input, window, extra, include_pad);
  extend(window, extra);
  return {window_sum(input, window).div(counts)};
}

Values lp_pool(OpCall& call) {
  Window window = read_window(call, call[0], {});
  if (call.failed() || !pads_less_than_kernel(call, window)) return {};
  const double p = call.opset() >= 2 ? static_cast<double>(call.integer("p", 2)) : call.real("p", 2.0);
  if (call.integer("ceil_mode", 0) != 0) extend(window, extend_for_ceil(call[0], window));
  return {window_sum(call[0].abs().pow(p), window).pow(1.0 / p)};
}

Values global_average_pool(OpCall& call) {
  if (!has_space(call)) return {};
  return {call[0].mean(spatial_axes(call[0]), true)};
}

Values global_max_pool(OpCall& call) {
  if (!has_space(call)) return {};
  return {at::amax(call[0], spatial_axes(call[0]), true)};
}

Values global_lp_pool(OpCall& call) {
  if (!has_space(call)) return {};
  const double p = call.opset() >= 2 ? static_cast<double>(call.integer("p", 2)) : call.real("p", 2.0);
  return {call[0].abs().pow(p).sum(spatial_axes(call[0]), true).pow(1.0 / p)};
}

}  // namespace apprentice::onnx::run::ops
