// SPDX-License-Identifier: Apache-2.0
// How samples go through operators that move elements, and what becomes of values that depend on the number of samples.
#include <algorithm>
#include <numeric>
#include <set>

#include "apprentice/onnx/run/batch_step.h"
#include "apprentice/onnx/run/sequence.h"

namespace apprentice::onnx::run::batch_rules {

#define APPRENTICE_BATCH_RULE(domain, name, rule) BatchState rule(BatchStep& step, size_t output);
#include "apprentice/onnx/run/batch_rules.def"
#undef APPRENTICE_BATCH_RULE

namespace {

BatchState counted(at::Tensor which, bool shape) {
  BatchState state;
  if (!which.any().item<bool>() && !shape) return state;
  state.on = Depends::kCount;
  state.counted = std::move(which);
  state.counted_shape = shape;
  return state;
}

// Fixed, or dependent on the number of samples in no element but (perhaps) the one for `axis` of a list for all axes.
bool names_only(const BatchStep& step, size_t input, int64_t axis) {
  if (step.is_fixed(input)) return true;
  if (step.state(input).on != Depends::kCount || step.state(input).counted_shape) return false;
  at::Tensor others = step.state(input).counted.reshape({-1}).clone();
  if (axis < 0 || axis >= others.numel()) return false;
  others.select(0, axis).fill_(false);
  return !others.any().item<bool>();
}

}  // namespace

// A new shape may hold the number of samples: that is what it is for.
BatchState same_order(BatchStep& step, size_t output) {
  if (!step.axis(0) || step.is_sample(1)) return step.mixed();
  return step.with_stride(output, step.state(0).stride);
}

BatchState transpose(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis) return step.mixed();
  Sizes order(static_cast<size_t>(step.in(0).dim()));
  std::iota(order.rbegin(), order.rend(), 0);
  order = step.call.integers("perm", order);
  for (size_t to = 0; to < order.size(); ++to)
    if (step.call.axis_of(order[to], step.in(0).dim()) == axis->axis)
      return step.along(output, {static_cast<int64_t>(to), axis->inner});
  return step.mixed();
}

namespace {

// Every part is of samples, in the same way; parts are the inputs from `first` on, every `stride`.
BatchState joined(BatchStep& step, size_t output, size_t first, size_t stride) {
  std::optional<BatchAxis> axis;
  for (size_t i = first; i < step.inputs(); i += stride) {
    if (!step.has(i)) continue;
    const std::optional<BatchAxis> own = step.axis(i);
    if (!own || (axis && (own->axis != axis->axis || own->inner != axis->inner))) return step.mixed();
    axis = own;
  }
  if (!axis || step.call.axis_of(step.call.integer("axis", 1), step.out(output).dim()) == axis->axis)
    return step.mixed();
  return step.along(output, *axis);
}

}  // namespace

BatchState concat(BatchStep& step, size_t output) { return joined(step, output, 0, 1); }

BatchState quantised_concat(BatchStep& step, size_t output) {
  for (size_t i = 0; i < step.inputs(); ++i)
    if ((i < 2 || i % 3 != 2) && !step.is_fixed_number(i)) return step.mixed();
  return joined(step, output, 2, 3);
}

BatchState split(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.are_fixed(1)) return step.mixed();
  if (step.call.axis_of(step.call.integer("axis", 0), step.in(0).dim()) == axis->axis) return step.mixed();
  return step.along(output, *axis);
}

// Along the samples' axis nothing may be taken away, and nothing turned round.
BatchState slice(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.is_fixed(3) || !step.is_fixed(4)) return step.mixed();
  const Sizes starts = step.call.integers_by_opset(10, 1, "starts");
  Sizes axes = step.call.integers_by_opset(10, 3, "axes"), steps = step.call.integers_of(4);
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  int64_t named = -1;
  for (size_t i = 0; i < std::min(axes.size(), starts.size()); ++i) {
    if (step.call.axis_of(axes[i], step.in(0).dim()) != axis->axis) continue;
    const bool all = starts[i] == 0 && (i >= steps.size() || steps[i] == 1) && named < 0;
    if (!all) return step.mixed();
    named = static_cast<int64_t>(i);
  }
  if (!names_only(step, 1, -1) || !names_only(step, 2, named)) return step.mixed();
  if (step.out(output).size(axis->axis) != step.in(0).size(axis->axis)) return step.mixed();
  return step.along(output, *axis);
}

// Padding: nothing is added along the samples' axis, nor taken and added.
BatchState same_size_along(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.are_fixed(1)) return step.mixed();
  const int64_t rank = step.in(0).dim();
  const Sizes pads =
      step.call.opset() < 2 ? step.call.integers("paddings", {}) : step.call.integers_by_opset(11, 1, "pads");
  Sizes axes = step.call.axes_of(step.call.integers_of(3), rank);
  if (!step.has(3)) {
    axes.resize(static_cast<size_t>(rank));
    std::iota(axes.begin(), axes.end(), 0);
  }
  for (size_t i = 0; i < axes.size() && pads.size() == 2 * axes.size(); ++i)
    if (axes[i] == axis->axis && (pads[i] != 0 || pads[axes.size() + i] != 0)) return step.mixed();
  return step.along(output, *axis);
}

// Scaled by one along the samples' axis, so that no row is made of two.
BatchState resized(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  const bool plain = step.call.text("coordinate_transformation_mode", "") != "tf_crop_and_resize" &&
                     step.call.text("keep_aspect_ratio_policy", "stretch") == "stretch";
  if (!axis || !plain || step.call.has_attribute("axes")) return step.mixed();
  const size_t scales_input = step.call.node().op == "Upsample" || step.call.opset() < 11 ? 1 : 2;
  const size_t place = static_cast<size_t>(axis->axis);
  std::vector<double> scales = step.call.reals("scales", {});
  if (scales.empty() && step.has(scales_input) && step.is_fixed(scales_input) && step.in(scales_input).numel() > 0) {
    const at::Tensor given = step.in(scales_input).to(at::kDouble).contiguous().view(-1);
    scales.assign(given.data_ptr<double>(), given.data_ptr<double>() + given.numel());
  }
  if (!step.is_fixed(scales_input) || !names_only(step, 3, axis->axis)) return step.mixed();
  if (!scales.empty() && (place >= scales.size() || scales[place] != 1.0)) return step.mixed();
  if (step.out(output).size(axis->axis) != step.in(0).size(axis->axis)) return step.mixed();
  return step.along(output, *axis);
}

BatchState expand(BatchStep& step, size_t output) {
  std::optional<BatchAxis> axis = step.axis(0);
  if (!axis) return step.mixed();
  const int64_t rank = step.out(output).dim(), size = step.in(0).size(axis->axis);
  axis->axis += rank - step.in(0).dim();
  const int64_t named = axis->axis - (rank - (step.has(1) ? step.in(1).numel() : 0));
  if (!names_only(step, 1, named) || step.out(output).size(axis->axis) != size) return step.mixed();
  return step.along(output, *axis);
}

BatchState tile(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.are_fixed(1) || step.out(output).size(axis->axis) != step.in(0).size(axis->axis))
    return step.mixed();
  return step.along(output, *axis);
}

// Fixed places on another axis of samples, or places that samples give in a fixed table.
BatchState gather(BatchStep& step, size_t output) {
  const int64_t named = step.call.axis_of(step.call.integer("axis", 0), step.in(0).dim());
  std::optional<BatchAxis> axis = step.axis(0);
  if (axis && step.is_fixed(1)) {
    if (axis->axis == named) return step.mixed();
    if (axis->axis > named) axis->axis += step.in(1).dim() - 1;
    return step.along(output, *axis);
  }
  axis = step.axis(1);
  if (!axis || !step.is_fixed(0)) return step.mixed();
  return step.along(output, {named + axis->axis, axis->inner});
}

BatchState elements_by_index(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || axis->axis == step.call.axis_of(step.call.integer("axis", 0), step.in(0).dim())) return step.mixed();
  for (size_t i = 1; i < step.inputs(); ++i) {
    const std::optional<BatchAxis> own = step.axis(i);
    if (!own || own->axis != axis->axis || own->inner != axis->inner ||
        step.in(i).size(own->axis) != step.in(0).size(axis->axis))
      return step.mixed();
  }
  return step.along(output, *axis);
}

BatchState gather_nd(BatchStep& step, size_t output) {
  const int64_t batch_axes = step.call.integer("batch_dims", 0);
  const std::optional<BatchAxis> places = step.axis(1);
  if (!places || places->axis >= step.in(1).dim() - 1) return step.mixed();
  if (step.is_fixed(0)) return batch_axes == 0 ? step.along(output, *places) : step.mixed();
  const std::optional<BatchAxis> data = step.axis(0);
  if (!data || data->axis != places->axis || data->inner != places->inner || data->axis >= batch_axes)
    return step.mixed();
  return step.along(output, *places);
}

BatchState one_hot(BatchStep& step, size_t output) {
  std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.are_fixed(1)) return step.mixed();
  if (step.call.axis_of(step.call.integer("axis", -1), step.in(0).dim() + 1) <= axis->axis) ++axis->axis;
  return step.along(output, *axis);
}

BatchState triangle(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.are_fixed(1) || axis->axis >= step.in(0).dim() - 2) return step.mixed();
  return step.along(output, *axis);
}

// A shape depends on the number of samples along their axis, a size in all.
BatchState shape_of(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis) return step.mixed();
  const at::Tensor& value = step.out(output);
  if (step.call.node().op == "Size") return counted(at::ones_like(value, at::kBool), false);
  const int64_t rank = step.in(0).dim(), start = step.call.integer("start", 0);
  const int64_t first = std::clamp<int64_t>(start < 0 ? start + rank : start, 0, rank);
  at::Tensor which = at::zeros({value.numel()}, at::kBool);
  if (axis->axis >= first && axis->axis - first < value.numel()) which.select(0, axis->axis - first).fill_(true);
  return counted(std::move(which), false);
}

}  // namespace apprentice::onnx::run::batch_rules

namespace apprentice::onnx::run {
namespace {

// Of operators that only move the elements of their first input (Concat: of all).
const std::set<std::string> kMoves = {"Concat", "Flatten", "Gather",    "Identity",  "Reshape", "Slice",
                                      "Split",  "Squeeze", "Transpose", "Unsqueeze", "Cast"};

// The operator done to what its elements depend on, in place of them.
BatchState moved(BatchStep& step, const OpRow& row, size_t output) {
  const bool all = step.call.node().op == "Concat";
  Values inputs;
  for (size_t i = 0; i < step.inputs(); ++i) {
    const bool data = i == 0 || all;
    if (!data && !step.is_fixed(i)) return batch_rules::counted(at::ones_like(step.out(output), at::kBool), true);
    if (!data || !step.has(i))
      inputs.push_back(step.has(i) ? step.in(i) : at::Tensor());
    else
      inputs.push_back(step.is_fixed(i) ? at::zeros_like(step.in(i), at::kLong) : step.state(i).counted.to(at::kLong));
  }
  OpCall call(step.call.node(), std::move(inputs));
  const Values made = row.run(call);
  if (call.failed() || made.size() <= output) return step.mixed();
  return batch_rules::counted(made[output].ne(0), false);
}

BatchState spread(BatchStep& step, size_t output) {
  at::Tensor which = at::zeros({}, at::kBool);
  for (size_t i = 0; i < step.inputs(); ++i)
    if (step.has(i) && !step.is_fixed(i)) which = which.logical_or(step.state(i).counted);
  return batch_rules::counted(which.expand(step.out(output).sizes()).clone(), false);
}

// The same row, made as often as there are samples: every row may be taken for one of them.
BatchState repeated(BatchStep& step, size_t output) {
  const size_t shape = step.call.node().op == "Expand" ? 1 : 0;
  if (shape == 1 && !step.is_fixed(0)) return step.mixed();
  const at::Tensor which = step.state(shape).counted.reshape({-1}).nonzero().reshape({-1});
  if (which.numel() != 1 || step.state(shape).counted_shape) return step.mixed();
  const at::Tensor& made = step.out(output);
  const int64_t axis = which.item<int64_t>() + made.dim() - step.in(shape).numel();
  if (shape == 1 && !step.broadcasts_along(0, axis, made.dim())) return step.mixed();
  if (made.size(axis) < step.samples() || made.size(axis) % step.samples() != 0) return step.mixed();
  return step.along(output, {axis, made.size(axis) / step.samples()});
}

}  // namespace

BatchRule find_batch_rule(const OnnxNode& node) {
  struct Row {
    const char *domain, *op;
    BatchRule rule;
  };
#define APPRENTICE_BATCH_RULE(domain, name, rule) {domain, name, batch_rules::rule},
  static const std::vector<Row> table = {
#include "apprentice/onnx/run/batch_rules.def"
  };
#undef APPRENTICE_BATCH_RULE
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const Row& each) { return node.op == each.op && node.domain == each.domain; });
  return row == table.end() ? nullptr : row->rule;
}

BatchState counted_output(BatchStep& step, const OpRow& row, size_t output) {
  const std::string& op = step.call.node().op;
  const at::Tensor& made = step.out(output);
  if (!is_plain(made) || !step.call.node().domain.empty()) return step.mixed();
  if (op == "Expand" || op == "ConstantOfShape") return repeated(step, output);
  bool shapes = false;
  for (size_t i = 0; i < step.inputs(); ++i) shapes = shapes || step.state(i).counted_shape;
  if (op == "Shape") return batch_rules::counted(at::full({made.numel()}, shapes, at::kBool), false);
  if (!shapes && kMoves.count(op) != 0) return moved(step, row, output);
  if (!shapes && find_batch_rule(step.call.node()) == batch_rules::elementwise) return spread(step, output);
  return batch_rules::counted(at::ones_like(made, at::kBool), true);
}

}  // namespace apprentice::onnx::run
