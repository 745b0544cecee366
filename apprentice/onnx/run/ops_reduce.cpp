// SPDX-License-Identifier: Apache-2.0
// Reductions over axes.
#include <algorithm>
#include <limits>
#include <numeric>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

using Reduce = at::Tensor (*)(const at::Tensor&, const Sizes& axes, bool keep);

Values reduce(OpCall& call, int64_t axes_input_since, Reduce function) {
  const at::Tensor& x = call[0];
  Sizes axes = call.axes_of(call.integers_by_opset(axes_input_since, 1, "axes"), x.dim());
  const bool keep = call.integer("keepdims", 1) != 0;
  if (call.failed()) return {};
  if (axes.empty()) {
    if (call.integer("noop_with_empty_axes", 0) != 0) return {function(x, {}, true)};
    axes.resize(static_cast<size_t>(x.dim()));
    std::iota(axes.begin(), axes.end(), 0);
  }
  return {function(x, axes, keep)};
}

// libtorch takes an empty list of axes for all of them.
at::Tensor sum_over(const at::Tensor& x, const Sizes& axes, bool keep) {
  return axes.empty() ? x : x.sum(axes, keep, x.scalar_type());
}

// The largest (or smallest) value; of nothing it is the least (greatest) of the type.
at::Tensor extreme_over(const at::Tensor& x, const Sizes& axes, bool keep, bool largest) {
  if (axes.empty()) return x;
  if (x.scalar_type() == at::kBool) return extreme_over(x.to(at::kByte), axes, keep, largest).to(at::kBool);
  if (x.numel() > 0) return largest ? at::amax(x, axes, keep) : at::amin(x, axes, keep);
  const double infinite = std::numeric_limits<double>::infinity();
  const at::Tensor shape = x.to(at::kByte).sum(axes, keep);
  if (at::isFloatingType(x.scalar_type())) return at::full(shape.sizes(), largest ? -infinite : infinite, x.options());
  const bool wide = x.scalar_type() == at::kLong;
  const int64_t low = wide ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int32_t>::min();
  const int64_t high = wide ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int32_t>::max();
  return at::full(shape.sizes(), largest ? low : high, x.options());
}

Values extreme_index(OpCall& call, bool largest) {
  const int64_t axis = call.axis_of(call.integer("axis", 0), call[0].dim());
  const bool keep = call.integer("keepdims", 1) != 0;
  if (call.integer("select_last_index", 0) == 0)
    return {largest ? at::argmax(call[0], axis, keep) : at::argmin(call[0], axis, keep)};
  const at::Tensor turned = call[0].flip(axis);
  const at::Tensor from_end = largest ? at::argmax(turned, axis, keep) : at::argmin(turned, axis, keep);
  return {from_end.neg().add(call[0].size(axis) - 1)};
}

}  // namespace

Values reduce_sum(OpCall& call) { return reduce(call, 13, sum_over); }
Values reduce_mean(OpCall& call) {
  return reduce(call, 18, [](const at::Tensor& x, const Sizes& axes, bool keep) {
    if (axes.empty()) return x;
    if (at::isFloatingType(x.scalar_type())) return x.mean(axes, keep);
    return x.to(at::kDouble).mean(axes, keep).trunc().to(x.scalar_type());
  });
}
Values reduce_max(OpCall& call) {
  return reduce(call, 18,
                [](const at::Tensor& x, const Sizes& axes, bool keep) { return extreme_over(x, axes, keep, true); });
}
Values reduce_min(OpCall& call) {
  return reduce(call, 18,
                [](const at::Tensor& x, const Sizes& axes, bool keep) { return extreme_over(x, axes, keep, false); });
}
Values reduce_prod(OpCall& call) {
  return reduce(call, 18, [](const at::Tensor& x, const Sizes& axes, bool keep) {
    at::Tensor out = x;
    Sizes last_first = axes;
    std::sort(last_first.rbegin(), last_first.rend());
    for (const int64_t axis : last_first) out = out.prod(axis, keep, x.scalar_type());
    return out;
  });
}
Values reduce_l1(OpCall& call) {
  return reduce(call, 18,
                [](const at::Tensor& x, const Sizes& axes, bool keep) { return sum_over(x.abs(), axes, keep); });
}
Values reduce_l2(OpCall& call) {
  return reduce(call, 18, [](const at::Tensor& x, const Sizes& axes, bool keep) {
    return sum_over(x.square(), axes, keep).sqrt().to(x.scalar_type());
  });
}
Values reduce_sum_square(OpCall& call) {
  return reduce(call, 18,
                [](const at::Tensor& x, const Sizes& axes, bool keep) { return sum_over(x.square(), axes, keep); });
}
Values reduce_log_sum(OpCall& call) {
  return reduce(call, 18,
                [](const at::Tensor& x, const Sizes& axes, bool keep) { return sum_over(x, axes, keep).log(); });
}
Values reduce_log_sum_exp(OpCall& call) {
  return reduce(call, 18, [](const at::Tensor& x, const Sizes& axes, bool keep) {
    return axes.empty() ? x : at::logsumexp(x, axes, keep);
  });
}
Values arg_max(OpCall& call) { return extreme_index(call, true); }
Values arg_min(OpCall& call) { return extreme_index(call, false); }

}  // namespace apprentice::onnx::run::ops
