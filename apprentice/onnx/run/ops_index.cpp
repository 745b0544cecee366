// SPDX-License-Identifier: Apache-2.0
// Operators that pick or place elements by index.
#include <algorithm>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

// Negative indices count from the end.
at::Tensor from_front(const at::Tensor& indices, int64_t size) {
  const at::Tensor wide = indices.to(at::kLong);
  return at::where(wide.lt(0), wide.add(size), wide);
}

bool inside(OpCall& call, const at::Tensor& indices, int64_t size) {
  if (indices.numel() == 0) return true;
  const int64_t least = indices.min().item<int64_t>(), most = indices.max().item<int64_t>();
  if (least < 0 || most >= size) call.refuse("index {} is outside an axis of size {}", least < 0 ? least : most, size);
  return !call.failed();
}

int64_t product(const at::Tensor& x, int64_t begin, int64_t end) {
  int64_t count = 1;
  for (int64_t axis = begin; axis < end; ++axis) count *= x.size(axis);
  return count;
}

// Tuples along the last axis of `indices` [batch, n, k] as places in the k axes of `x` that follow `first`.
at::Tensor linear_places(OpCall& call, const at::Tensor& indices, const at::Tensor& x, int64_t first) {
  const int64_t k = indices.size(-1);
  at::Tensor places = at::zeros(indices.sizes().slice(0, static_cast<size_t>(indices.dim() - 1)), at::kLong);
  for (int64_t i = 0; i < k; ++i) {
    const int64_t size = x.size(first + i);
    const at::Tensor one = from_front(indices.select(-1, i), size);
    if (!inside(call, one, size)) return places;
    places = places.mul(size).add(one);
  }
  return places;
}

// scatter with the reduction that the attribute names.
at::Tensor scatter(OpCall& call, const at::Tensor& x, int64_t axis, const at::Tensor& indices,
                   const at::Tensor& updates) {
  const std::string reduction = call.text("reduction", "none");
  if (reduction == "none") return x.scatter(axis, indices, updates);
  if (reduction == "add") return x.scatter_add(axis, indices, updates);
  if (reduction == "mul") return x.scatter_reduce(axis, indices, updates, "prod");
  if (reduction == "max") return x.scatter_reduce(axis, indices, updates, "amax");
  if (reduction == "min") return x.scatter_reduce(axis, indices, updates, "amin");
  call.refuse("reduction '{}' is not known; known: none, add, mul, max, min", reduction);
  return x;
}

}  // namespace

Values gather(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t axis = call.axis_of(call.integer("axis", 0), x.dim());
  if (call.failed()) return {};
  const at::Tensor indices = from_front(call[1], x.size(axis));
  if (!inside(call, indices, x.size(axis))) return {};
  Sizes shape = x.sizes().vec();
  const Sizes picked = indices.sizes().vec();
  shape.erase(shape.begin() + axis);
  shape.insert(shape.begin() + axis, picked.begin(), picked.end());
  return {x.index_select(axis, indices.reshape({-1})).reshape(shape)};
}

Values gather_elements(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t axis = call.axis_of(call.integer("axis", 0), x.dim());
  if (call.failed()) return {};
  const at::Tensor indices = from_front(call[1], x.size(axis));
  if (!inside(call, indices, x.size(axis))) return {};
  return {at::gather(x, axis, indices)};
}

Values gather_nd(OpCall& call) {
  const at::Tensor &x = call[0], indices = call[1].to(at::kLong);
  const int64_t batch_axes = call.integer("batch_dims", 0);
  if (indices.dim() < 1 || batch_axes < 0 || batch_axes >= indices.dim() || batch_axes + indices.size(-1) > x.dim())
    return call.refuse("indices of shape {} do not fit data of shape {}", to_string(indices.sizes().vec()),
                       to_string(x.sizes().vec()));
  const int64_t k = indices.size(-1), batch = product(x, 0, batch_axes);
  const at::Tensor places = linear_places(call, indices.reshape({batch, -1, k}), x, batch_axes);
  if (call.failed()) return {};
  const int64_t spread = product(x, batch_axes, batch_axes + k), rest = product(x, batch_axes + k, x.dim());
  const at::Tensor offsets = at::arange(batch, at::kLong).mul(spread).reshape({batch, 1});
  Sizes shape = indices.sizes().slice(0, static_cast<size_t>(indices.dim() - 1)).vec();
  for (int64_t axis = batch_axes + k; axis < x.dim(); ++axis) shape.push_back(x.size(axis));
  return {x.reshape({batch * spread, rest}).index_select(0, places.add(offsets).reshape({-1})).reshape(shape)};
}

Values scatter_elements(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t axis = call.axis_of(call.integer("axis", 0), x.dim());
  if (call.failed()) return {};
  const at::Tensor indices = from_front(call[1], x.size(axis));
  if (!inside(call, indices, x.size(axis))) return {};
  return {scatter(call, x, axis, indices, call[2])};
}

Values scatter_nd(OpCall& call) {
  const at::Tensor &x = call[0], indices = call[1].to(at::kLong);
  if (indices.dim() < 1 || indices.size(-1) > x.dim())
    return call.refuse("indices of shape {} do not fit data of shape {}", to_string(indices.sizes().vec()),
                       to_string(x.sizes().vec()));
  const int64_t k = indices.size(-1), spread = product(x, 0, k), rest = product(x, k, x.dim());
  const at::Tensor places = linear_places(call, indices.reshape({1, -1, k}), x, 0).reshape({-1, 1});
  if (call.failed()) return {};
  const at::Tensor updates = call[2].reshape({places.size(0), rest});
  return {
      scatter(call, x.reshape({spread, rest}), 0, places.expand({places.size(0), rest}), updates).reshape(x.sizes())};
}

// Equal values keep the order of their indices.
Values top_k(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t axis = call.axis_of(call.integer("axis", -1), x.dim());
  const int64_t k = call.opset() >= 10 ? call.integer_of(1) : call.integer("k", -1);
  if (call.failed() || k < 0 || k > x.size(axis)) return call.refuse("cannot take the first {} of its input", k);
  const auto [values, indices] = at::sort(x, true, axis, call.integer("largest", 1) != 0);
  return {values.narrow(axis, 0, k).contiguous(), indices.narrow(axis, 0, k).contiguous()};
}

Values one_hot(OpCall& call) {
  const int64_t depth = call.integer_of(1);
  if (depth < 1 || call[2].numel() != 2) return call.refuse("needs a depth of at least 1 and two values");
  const int64_t axis = call.axis_of(call.integer("axis", -1), call[0].dim() + 1);
  Sizes shape = call[0].sizes().vec();
  shape.insert(shape.begin() + axis, depth);
  if (call.failed() || !call.may_grow_to(shape)) return {};
  const at::Tensor given = call[0].to(at::kLong);
  const at::Tensor indices = at::where(given.lt(0), given.add(depth), given).unsqueeze(axis);
  Sizes counting(shape.size(), 1);
  counting[static_cast<size_t>(axis)] = depth;
  const at::Tensor hot = at::arange(depth, at::kLong).reshape(counting).eq(indices);
  const at::Tensor values = call[2].reshape({2});
  return {at::where(hot, values[1], values[0])};
}

Values non_zero(OpCall& call) { return {at::nonzero(call[0]).t().contiguous()}; }

Values cumulative_sum(OpCall& call) {
  const int64_t axis = call.axis_of(call.integer_of(1), call[0].dim());
  if (call.failed()) return {};
  const bool reverse = call.integer("reverse", 0) != 0;
  const at::Tensor x = reverse ? call[0].flip(axis) : call[0];
  at::Tensor sums = at::cumsum(x, axis, x.scalar_type());
  if (call.integer("exclusive", 0) != 0) sums = sums.sub(x);
  return {reverse ? sums.flip(axis) : sums};
}

Values triangle(OpCall& call) {
  const int64_t k = call.has(1) ? call.integer_of(1) : 0;
  return {call.integer("upper", 1) != 0 ? at::triu(call[0], k) : at::tril(call[0], k)};
}

}  // namespace apprentice::onnx::run::ops
