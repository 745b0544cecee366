// SPDX-License-Identifier: Apache-2.0
// Operators that move elements without computing with them.
#include <algorithm>
#include <numeric>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

at::Tensor index_tensor(const Sizes& values) { return at::tensor(values, at::kLong); }

// A Reshape exported for a fixed number of samples names that number first; in a run of other size it is replaced.
// The model checks the batched run against single runs before it relies on it.
void follow_batch(const OpCall& call, const at::Tensor& x, Sizes& shape) {
  if (call.batch == 0 || shape.empty() || x.dim() == 0) return;
  if (shape[0] == call.exported_batch && x.size(0) == call.batch) shape[0] = call.batch;
}

}  // namespace

Values reshape(OpCall& call) {
  const at::Tensor& x = call[0];
  Sizes shape = call.integers_by_opset(5, 1, "shape");
  if (call.integer("allowzero", 0) == 0)
    for (size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == 0 && static_cast<int64_t>(i) >= x.dim())
        return call.refuse("shape {} copies an axis that the input does not have", to_string(shape));
      if (shape[i] == 0) shape[i] = x.size(static_cast<int64_t>(i));
    }
  follow_batch(call, x, shape);
  return {x.reshape(shape)};
}

Values flatten(OpCall& call) {
  const at::Tensor& x = call[0];
  int64_t axis = call.integer("axis", 1);
  if (axis < 0) axis += x.dim();
  if (axis < 0 || axis > x.dim()) return call.refuse("axis {} is outside {} dimensions", axis, x.dim());
  int64_t rows = 1, columns = 1;
  for (int64_t i = 0; i < x.dim(); ++i) (i < axis ? rows : columns) *= x.size(i);
  return {x.reshape({rows, columns})};
}

Values squeeze(OpCall& call) {
  const at::Tensor& x = call[0];
  Sizes axes = call.axes_of(call.integers_by_opset(13, 1, "axes"), x.dim());
  const bool all = axes.empty();
  Sizes shape;
  for (int64_t i = 0; i < x.dim(); ++i) {
    const bool named = std::find(axes.begin(), axes.end(), i) != axes.end();
    if (named && x.size(i) != 1) return call.refuse("axis {} has size {}; only size 1 can go", i, x.size(i));
    if (!named && !(all && x.size(i) == 1)) shape.push_back(x.size(i));
  }
  return {x.reshape(shape)};
}

Values unsqueeze(OpCall& call) {
  const at::Tensor& x = call[0];
  const Sizes given = call.integers_by_opset(13, 1, "axes");
  const int64_t rank = x.dim() + static_cast<int64_t>(given.size());
  Sizes axes = call.axes_of(given, rank);
  if (axes.size() != given.size()) return call.refuse("an axis is named twice");
  std::sort(axes.begin(), axes.end());
  Sizes shape = x.sizes().vec();
  for (const int64_t axis : axes) shape.insert(shape.begin() + axis, 1);
  return {x.reshape(shape)};
}

Values transpose(OpCall& call) {
  const at::Tensor& x = call[0];
  Sizes reversed(static_cast<size_t>(x.dim()));
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  return {x.permute(call.integers("perm", reversed)).contiguous()};
}

Values concat(OpCall& call) {
  Values parts;
  for (size_t i = 0; i < call.input_count(); ++i)
    if (call.has(i)) parts.push_back(call[i]);
  const int64_t axis = call.axis_of(call.integer("axis", 1), parts[0].dim());
  // libtorch skips empty vectors of any rank; the format does not
  for (const at::Tensor& part : parts)
    if (part.dim() != parts[0].dim())
      return call.refuse("joins tensors of {} and {} dimensions", parts[0].dim(), part.dim());
  return {at::cat(parts, axis)};
}

Values split(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t axis = call.axis_of(call.integer("axis", 0), x.dim());
  if (x.dim() == 0) return call.refuse("cannot split a scalar");
  Sizes sizes = call.integers_by_opset(13, 1, "split");
  if (sizes.empty() && call.opset() < 2) sizes = call.integers_of(1);
  const int64_t parts = static_cast<int64_t>(call.output_count());
  if (const int64_t named = call.integer("num_outputs", parts); named != parts)
    return call.refuse("num_outputs is {}, but it has {} outputs", named, parts);
  if (sizes.empty() && parts > 0) {
    const int64_t each = (x.size(axis) + parts - 1) / parts;
    for (int64_t left = x.size(axis), i = 0; i < parts; ++i, left -= sizes.back())
      sizes.push_back(std::max<int64_t>(0, std::min(each, left)));
  }
  if (sizes.size() != call.output_count())
    return call.refuse("has {} parts but {} outputs", sizes.size(), call.output_count());
  const bool inside =
      std::all_of(sizes.begin(), sizes.end(), [&](int64_t size) { return size >= 0 && size <= x.size(axis); });
  if (!inside || std::accumulate(sizes.begin(), sizes.end(), int64_t{0}) != x.size(axis))
    return call.refuse("parts of {} do not make up axis {} of size {}", to_string(sizes), axis, x.size(axis));
  Values out;
  int64_t first = 0;
  for (const int64_t size : sizes) {
    out.push_back(x.narrow(axis, first, size).contiguous());
    first += size;
  }
  return out;
}

namespace {

struct SliceAxis {
  int64_t axis, start, end, step;
};

at::Tensor slice_axis(const at::Tensor& x, const SliceAxis& slice) {
  const int64_t size = x.size(slice.axis), step = std::min(slice.step, std::max<int64_t>(size, 1));
  if (size == 0) return x;
  const auto bound = [&](int64_t value, int64_t low, int64_t high) {
    if (value < 0) value += size;
    return std::clamp(value, low, high);
  };
  if (step > 0) {
    const int64_t start = bound(slice.start, 0, size), end = bound(slice.end, 0, size);
    return x.slice(slice.axis, start, std::max(start, end), step);
  }
  const int64_t start = bound(slice.start, 0, size - 1), end = bound(slice.end, -1, size - 1);
  if (start <= end) return x.narrow(slice.axis, 0, 0);
  return x.index_select(slice.axis,
                        at::arange(start, end, std::max(step, -size), at::TensorOptions(at::kLong).device(x.device())));
}

}  // namespace

Values slice(OpCall& call) {
  at::Tensor x = call[0];
  const Sizes starts = call.integers_by_opset(10, 1, "starts"), ends = call.integers_by_opset(10, 2, "ends");
  Sizes axes = call.integers_by_opset(10, 3, "axes");
  Sizes steps = call.opset() >= 10 ? call.integers_of(4) : Sizes{};
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    return call.refuse("starts, ends, axes and steps have different lengths");
  for (size_t i = 0; i < starts.size(); ++i) {
    const int64_t axis = call.axis_of(axes[i], x.dim());
    if (steps[i] == 0) return call.refuse("step 0 goes nowhere");
    if (call.failed()) return {};
    x = slice_axis(x, {axis, starts[i], ends[i], steps[i]});
  }
  return {x.contiguous()};
}

Values shape(OpCall& call) {
  const Sizes sizes = call[0].sizes().vec();
  const int64_t rank = call[0].dim();
  const auto bound = [&](int64_t value) { return std::clamp<int64_t>(value < 0 ? value + rank : value, 0, rank); };
  const int64_t start = bound(call.integer("start", 0)), end = bound(call.integer("end", rank));
  return {index_tensor(start < end ? Sizes(sizes.begin() + start, sizes.begin() + end) : Sizes{})};
}

Values size(OpCall& call) { return {at::scalar_tensor(call[0].numel(), at::kLong)}; }

Values expand(OpCall& call) {
  const Sizes wanted = call.integers_of(1);
  for (const int64_t size : wanted)
    if (size < 0) return call.refuse("cannot expand to shape {}", to_string(wanted));
  const Sizes shape = at::infer_size(call[0].sizes(), wanted);
  if (!call.may_grow_to(shape)) return {};
  return {call[0].expand(shape).contiguous()};
}

// Opset 1 repeats along one axis, given as inputs 'tiles' and 'axis'.
Values tile(OpCall& call) {
  const at::Tensor& x = call[0];
  Sizes repeats = call.integers_of(1);
  if (call.opset() < 6) {
    const int64_t times = call.integer_of(1);
    const int64_t axis = call.axis_of(call.integer_of(2), x.dim());
    repeats.assign(static_cast<size_t>(x.dim()), 1);
    if (!call.failed()) repeats[static_cast<size_t>(axis)] = times;
  }
  if (static_cast<int64_t>(repeats.size()) != x.dim())
    return call.refuse("has {} repeats for {} dimensions", repeats.size(), x.dim());
  Sizes shape = x.sizes().vec();
  for (size_t i = 0; i < shape.size(); ++i) {
    if (repeats[i] < 0 || repeats[i] > (1 << 28)) return call.refuse("cannot repeat {} times", repeats[i]);
    shape[i] *= repeats[i];
  }
  if (!call.may_grow_to(shape)) return {};
  return {x.repeat(repeats)};
}

// DCR takes the blocks from the front of the channels, CRD from their end.
Values depth_to_space(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t block = call.integer("blocksize", 0);
  const std::string mode = call.text("mode", "DCR");
  if (x.dim() != 4 || block < 1 || block > (1 << 15) || x.size(1) % (block * block) != 0)
    return call.refuse("blocksize {} does not fit input shape {}", block, to_string(x.sizes().vec()));
  if (mode != "DCR" && mode != "CRD") return call.refuse("mode '{}' is not known; known: DCR, CRD", mode);
  const int64_t n = x.size(0), c = x.size(1) / (block * block), h = x.size(2), w = x.size(3);
  const at::Tensor parts = mode == "DCR" ? x.reshape({n, block, block, c, h, w}).permute({0, 3, 4, 1, 5, 2})
                                         : x.reshape({n, c, block, block, h, w}).permute({0, 1, 4, 2, 5, 3});
  return {parts.reshape({n, c, h * block, w * block})};
}

Values space_to_depth(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t block = call.integer("blocksize", 0);
  if (x.dim() != 4 || block < 1 || block > (1 << 15) || x.size(2) % block != 0 || x.size(3) % block != 0)
    return call.refuse("blocksize {} does not fit input shape {}", block, to_string(x.sizes().vec()));
  const int64_t n = x.size(0), c = x.size(1), h = x.size(2) / block, w = x.size(3) / block;
  return {x.reshape({n, c, h, block, w, block}).permute({0, 3, 5, 1, 2, 4}).reshape({n, c * block * block, h, w})};
}

}  // namespace apprentice::onnx::run::ops
