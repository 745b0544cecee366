// SPDX-License-Identifier: Apache-2.0
// Pad: constant, reflect, edge and wrap.
#include <algorithm>
#include <numeric>

#include "apprentice/onnx/op.h"

namespace apprentice::onnx_ops {
namespace {

// Where the element at `place` (outside 0..size-1 too) comes from.
int64_t source_of(int64_t place, int64_t size, const std::string& mode) {
  if (mode == "edge") return std::clamp<int64_t>(place, 0, size - 1);
  if (mode == "wrap") return ((place % size) + size) % size;
  const int64_t period = std::max<int64_t>(1, 2 * (size - 1));  // reflect, without repeating the edge
  const int64_t folded = ((place % period) + period) % period;
  return std::min(folded, period - folded);
}

at::Tensor pad_axis(const at::Tensor& x, int64_t axis, int64_t before, int64_t after, const std::string& mode) {
  const int64_t size = x.size(axis);
  Sizes sources;
  for (int64_t place = -before; place < size + after; ++place) sources.push_back(source_of(place, size, mode));
  return x.index_select(axis, at::tensor(sources, at::kLong));
}

}  // namespace

Values pad(OpCall& call) {
  const at::Tensor& x = call[0];
  const std::string mode = call.text("mode", "constant");
  const Sizes given = call.opset() < 2 ? call.integers("paddings", {}) : call.integers_by_opset(11, 1, "pads");
  Sizes axes = call.axes_of(call.integers_of(3), x.dim());
  if (!call.has(3)) {
    axes.resize(static_cast<size_t>(x.dim()));
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (given.size() != 2 * axes.size())
    return call.refuse("has {} pads for {} axes; two for each were expected", given.size(), axes.size());
  if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
    return call.refuse("mode '{}' is not known; known: constant, reflect, edge, wrap", mode);
  Sizes begin(static_cast<size_t>(x.dim()), 0), end = begin, shape = x.sizes().vec();
  for (size_t i = 0; i < axes.size(); ++i) {
    const size_t axis = static_cast<size_t>(axes[i]);
    begin[axis] = std::clamp<int64_t>(given[i], -(1 << 28), 1 << 28);
    end[axis] = std::clamp<int64_t>(given[axes.size() + i], -(1 << 28), 1 << 28);
    shape[axis] += begin[axis] + end[axis];
    if (mode != "constant" && x.size(axes[i]) == 0 && shape[axis] > 0)
      return call.refuse("cannot fill axis {} of size 0 by mode {}", axes[i], mode);
  }
  if (call.failed() || !call.may_grow_to(shape)) return {};
  if (mode == "constant") {
    Sizes pads;  // libtorch counts from the last axis
    for (size_t axis = begin.size(); axis-- > 0;) pads.insert(pads.end(), {begin[axis], end[axis]});
    const double value = call.opset() < 11 ? call.real("value", 0.0) : call.has(2) ? call.number_of(2) : 0.0;
    return {at::constant_pad_nd(x, pads, value)};
  }
  at::Tensor out = x;
  for (int64_t axis = 0; axis < x.dim(); ++axis) {
    const size_t i = static_cast<size_t>(axis);
    if (begin[i] != 0 || end[i] != 0) out = pad_axis(out, axis, begin[i], end[i], mode);
  }
  return {out};
}

}  // namespace apprentice::onnx_ops
