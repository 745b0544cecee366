// SPDX-License-Identifier: Apache-2.0
// Pad: constant, reflect, edge and wrap.
#include <algorithm>
#include <numeric>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

constexpr int64_t kMostPadding = int64_t{1} << 28;

// Where the elements at `places` (outside 0..size-1 too) come from.
at::Tensor sources_of(const at::Tensor& places, int64_t size, const std::string& mode) {
  if (mode == "edge") return at::clamp(places, 0, size - 1);
  if (mode == "wrap") return at::remainder(places, size);
  const int64_t period = std::max<int64_t>(1, 2 * (size - 1));  // reflect, without repeating the edge
  const at::Tensor folded = at::remainder(places, period);
  return at::minimum(folded, folded.neg().add(period));
}

at::Tensor pad_axis(const at::Tensor& x, int64_t axis, int64_t before, int64_t after, const std::string& mode) {
  const int64_t size = x.size(axis);
  const auto options = at::TensorOptions(at::kLong).device(x.device());
  const at::Tensor places = at::arange(-before, std::max(size + after, -before), options);
  return x.index_select(axis, sources_of(places, size, mode));
}

// Elements to add (or, below zero, to drop) per axis.
struct Amounts {
  Sizes begin, end, shape;
};

Amounts read_amounts(OpCall& call, const std::string& mode) {
  const at::Tensor& x = call[0];
  const Sizes given = call.opset() < 2 ? call.integers("paddings", {}) : call.integers_by_opset(11, 1, "pads");
  Sizes axes = call.axes_of(call.integers_of(3), x.dim());
  if (!call.has(3)) {
    axes.resize(static_cast<size_t>(x.dim()));
    std::iota(axes.begin(), axes.end(), 0);
  }
  Amounts out{Sizes(static_cast<size_t>(x.dim()), 0), Sizes(static_cast<size_t>(x.dim()), 0), x.sizes().vec()};
  if (given.size() != 2 * axes.size())
    call.refuse("has {} pads for {} axes; two for each were expected", given.size(), axes.size());
  for (size_t i = 0; i < axes.size() && !call.failed(); ++i) {
    const size_t axis = static_cast<size_t>(axes[i]);
    out.begin[axis] = std::clamp(given[i], -kMostPadding, kMostPadding);
    out.end[axis] = std::clamp(given[axes.size() + i], -kMostPadding, kMostPadding);
    out.shape[axis] += out.begin[axis] + out.end[axis];
    if (mode != "constant" && x.size(axes[i]) == 0 && out.shape[axis] > 0)
      call.refuse("cannot fill axis {} of size 0 by mode {}", axes[i], mode);
  }
  return out;
}

at::Tensor pad_constant(const OpCall& call, const Amounts& amounts, double value) {
  Sizes pads;  // libtorch counts from the last axis
  for (size_t axis = amounts.begin.size(); axis-- > 0;)
    pads.insert(pads.end(), {amounts.begin[axis], amounts.end[axis]});
  return at::constant_pad_nd(call[0], pads, value);
}

}  // namespace

Values pad(OpCall& call) {
  const std::string mode = call.text("mode", "constant");
  if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
    return call.refuse("mode '{}' is not known; known: constant, reflect, edge, wrap", mode);
  const Amounts amounts = read_amounts(call, mode);
  if (call.failed() || !call.may_grow_to(amounts.shape)) return {};
  if (mode == "constant") {
    const double given = call.has(2) ? call.number_of(2) : 0.0;
    return {pad_constant(call, amounts, call.opset() < 11 ? call.real("value", 0.0) : given)};
  }
  at::Tensor out = call[0];
  for (int64_t axis = 0; axis < out.dim(); ++axis) {
    const int64_t before = amounts.begin[static_cast<size_t>(axis)], after = amounts.end[static_cast<size_t>(axis)];
    if (before != 0 || after != 0) out = pad_axis(out, axis, before, after, mode);
  }
  return {out};
}

}  // namespace apprentice::onnx::run::ops
