// SPDX-License-Identifier: Apache-2.0
// How samples go through operators that compute. A rule looks at one run; what it says holds for any number of samples
// when it says the same of two runs of different numbers (batch_proof.h).
#include <algorithm>
#include <numeric>

#include "apprentice/onnx/run/batch_step.h"

namespace apprentice::onnx::run::batch_rules {

#define APPRENTICE_BATCH_RULE(domain, name, rule) BatchState rule(BatchStep& step, size_t output);
#include "apprentice/onnx/run/batch_rules.def"
#undef APPRENTICE_BATCH_RULE

namespace {

// Input 0 holds the samples, along an axis that no fixed input from 1 on is spread over.
std::optional<BatchAxis> of_first_input(const BatchStep& step) {
  const std::optional<BatchAxis> axis = step.axis(0);
  for (size_t i = 1; axis && i < step.inputs(); ++i)
    if (!step.broadcasts_along(i, axis->axis, step.in(0).dim())) return std::nullopt;
  return axis;
}

// Before opset 7 a second operand could start at the axis that an attribute names; PRelu's at the channels.
int64_t first_axis_of(BatchStep& step, size_t input, int64_t rank) {
  if (input == 1 && step.call.opset() < 7) {
    if (step.call.has_attribute("axis"))
      return step.call.axis_of(step.call.integer("axis", 0), std::max<int64_t>(rank, 1));
    if (step.call.node().op == "PRelu" && step.in(1).dim() == 1 && rank > 1) return 1;
  }
  return rank - step.in(input).dim();
}

struct Aligned {
  bool agree = true;
  std::optional<BatchAxis> axis;  // in the output
};

Aligned align_samples(BatchStep& step, const at::Tensor& result) {
  Aligned out;
  for (size_t i = 0; i < step.inputs(); ++i) {
    if (!step.is_sample(i)) continue;
    std::optional<BatchAxis> own = step.axis(i);
    if (!own) return {false, std::nullopt};
    const int64_t size = step.in(i).size(own->axis);
    own->axis += first_axis_of(step, i, result.dim());
    if (own->axis >= result.dim() || result.size(own->axis) != size) return {false, std::nullopt};
    if (out.axis && (out.axis->axis != own->axis || out.axis->inner != own->inner)) return {false, std::nullopt};
    out.axis = own;
  }
  return out;
}

}  // namespace

BatchState elementwise(BatchStep& step, size_t output) {
  const at::Tensor& result = step.out(output);
  const Aligned samples = align_samples(step, result);
  if (!samples.agree || !samples.axis) return step.mixed();
  for (size_t i = 0; i < step.inputs(); ++i) {
    if (!step.has(i) || step.is_sample(i)) continue;
    if (!step.is_fixed(i)) return step.mixed();
    const int64_t own = samples.axis->axis - first_axis_of(step, i, result.dim());
    if (own >= 0 && own < step.in(i).dim() && step.in(i).size(own) != 1) return step.mixed();
  }
  return step.along(output, *samples.axis);
}

// Training mode is not known to treat samples alike.
BatchState dropout(BatchStep& step, size_t output) {
  const bool training =
      step.call.opset() >= 12 ? step.has(2) : step.call.opset() < 7 && step.call.integer("is_test", 0) == 0;
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.are_fixed(1) || (training && (step.call.opset() < 7 || step.call.number_of(2) != 0.0)))
    return step.mixed();
  return step.along(output, *axis);
}

// Scales per tensor, or per place on another axis than the samples'.
BatchState quantised(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.are_fixed(1)) return step.mixed();
  const int64_t named = step.call.axis_of(step.call.integer("axis", 1), step.in(0).dim());
  const bool per_tensor = step.in(1).numel() == 1 && step.is_fixed_number(2) && step.call.integer("block_size", 0) == 0;
  if (!per_tensor && (named == axis->axis || (step.in(1).dim() > 1 && step.in(1).size(axis->axis) != 1)))
    return step.mixed();
  return step.along(output, *axis);
}

// Every row of axis 0 by itself. MaxPool's indices count over all samples.
BatchState images(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || axis->axis != 0 || output > 0) return step.mixed();
  const std::string& op = step.call.node().op;
  for (size_t i = 1; i < step.inputs(); ++i) {
    const std::optional<BatchAxis> added = op == "FusedConv" && i == 3 ? step.axis(i) : std::nullopt;
    const bool alike = added && added->axis == 0 && added->inner == axis->inner;
    if (!alike && (!step.is_fixed(i) || (op == "FusedConv" && i == 3 && step.has(i)))) return step.mixed();
  }
  std::vector<size_t> numbers;
  if (op == "ConvInteger") numbers = {2};
  if (op == "QLinearConv") numbers = {1, 2, 6, 7};
  for (const size_t input : numbers)
    if (!step.is_fixed_number(input)) return step.mixed();
  return step.along(output, *axis);
}

BatchState batch_norm(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  const bool training = step.call.opset() >= 14 && step.call.integer("training_mode", 0) != 0;
  if (!axis || axis->axis == 1 || training || output > 0 || !step.are_fixed(1)) return step.mixed();
  return step.along(output, *axis);
}

BatchState softmax_like(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis) return step.mixed();
  const bool flattens = step.call.opset() < 13;
  const int64_t named = step.call.axis_of(step.call.integer("axis", flattens ? 1 : -1), step.in(0).dim());
  if (flattens ? axis->axis >= named : axis->axis == named) return step.mixed();
  return step.along(output, *axis);
}

BatchState along_one_axis(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.are_fixed(1)) return step.mixed();
  if (axis->axis == step.call.axis_of(step.call.integer("axis", -1), step.in(0).dim())) return step.mixed();
  return step.along(output, *axis);
}

BatchState cumulative(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.are_fixed(1)) return step.mixed();
  if (axis->axis == step.call.axis_of(step.call.integer_of(1), step.in(0).dim())) return step.mixed();
  return step.along(output, *axis);
}

BatchState fourier(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || !step.are_fixed(1)) return step.mixed();
  const int64_t named = step.call.opset() < 20 ? step.call.integer("axis", 1)
                        : step.has(2)          ? step.call.integer_of(2)
                                               : -2;
  if (axis->axis == step.call.axis_of(named, step.in(0).dim())) return step.mixed();
  return step.along(output, *axis);
}

// Statistics come with their axes kept.
BatchState layer_norm(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = of_first_input(step);
  if (!axis || axis->axis >= step.call.axis_of(step.call.integer("axis", -1), step.in(0).dim())) return step.mixed();
  return step.along(output, *axis);
}

BatchState mean_variance_norm(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> axis = step.axis(0);
  if (!axis) return step.mixed();
  const Sizes axes = step.call.axes_of(step.call.integers("axes", {0, 2, 3}), step.in(0).dim());
  if (std::find(axes.begin(), axes.end(), axis->axis) != axes.end()) return step.mixed();
  return step.along(output, *axis);
}

namespace {

BatchState without_axes(BatchStep& step, size_t output, const Sizes& axes) {
  std::optional<BatchAxis> axis = step.axis(0);
  if (!axis || std::find(axes.begin(), axes.end(), axis->axis) != axes.end()) return step.mixed();
  if (step.call.integer("keepdims", 1) == 0)
    axis->axis -= std::count_if(axes.begin(), axes.end(), [&](int64_t gone) { return gone < axis->axis; });
  return step.along(output, *axis);
}

}  // namespace

BatchState reduced(BatchStep& step, size_t output) {
  if (!step.are_fixed(1)) return step.mixed();
  const int64_t axes_are_input_since = step.call.node().op == "ReduceSum" ? 13 : 18;
  Sizes axes = step.call.axes_of(step.call.integers_by_opset(axes_are_input_since, 1, "axes"), step.in(0).dim());
  const bool keeps_all = axes.empty() && step.call.integer("noop_with_empty_axes", 0) != 0;
  if (axes.empty() && !keeps_all) return step.mixed();
  return without_axes(step, output, axes);
}

BatchState extreme_index(BatchStep& step, size_t output) {
  return without_axes(step, output, {step.call.axis_of(step.call.integer("axis", 0), step.in(0).dim())});
}

namespace {

// The product of inputs `a` and `b`: what is summed over may not be the samples' axis, and samples on both sides must
// meet along the same axis, before the last two.
BatchState product(BatchStep& step, size_t output, size_t a, size_t b) {
  const int64_t a_rank = step.in(a).dim(), b_rank = step.in(b).dim(), rank = step.out(output).dim();
  const std::optional<BatchAxis> left = step.axis(a), right = step.axis(b);
  if ((step.is_sample(a) && !left) || (step.is_sample(b) && !right)) return step.mixed();
  if ((!left && !step.is_fixed(a)) || (!right && !step.is_fixed(b))) return step.mixed();
  if (a_rank < 2 || b_rank < 2) {  // a vector is all summed over
    if (left && !right && b_rank == 1 && left->axis < a_rank - 1) return step.along(output, *left);
    return step.mixed();
  }
  std::optional<BatchAxis> place;
  if (left) {
    if (left->axis == a_rank - 1) return step.mixed();
    place = BatchAxis{left->axis + rank - a_rank, left->inner};
    if (!right && left->axis < a_rank - 2 && !step.broadcasts_along(b, place->axis, rank)) return step.mixed();
  }
  if (right) {
    if (right->axis == b_rank - 2) return step.mixed();
    const BatchAxis own{right->axis + rank - b_rank, right->inner};
    if (left && (place->axis != own.axis || place->inner != own.inner || own.axis >= rank - 2)) return step.mixed();
    if (!left && own.axis < rank - 2 && !step.broadcasts_along(a, own.axis, rank)) return step.mixed();
    place = own;
  }
  return place ? step.along(output, *place) : step.mixed();
}

bool are_fixed_numbers(const BatchStep& step, std::initializer_list<size_t> inputs) {
  return std::all_of(inputs.begin(), inputs.end(), [&](size_t input) { return step.is_fixed_number(input); });
}

}  // namespace

BatchState matmul(BatchStep& step, size_t output) { return product(step, output, 0, 1); }

BatchState matmul_integer(BatchStep& step, size_t output) {
  return are_fixed_numbers(step, {2, 3}) ? product(step, output, 0, 1) : step.mixed();
}

BatchState qlinear_matmul(BatchStep& step, size_t output) {
  return are_fixed_numbers(step, {1, 2, 4, 5, 6, 7}) ? product(step, output, 0, 3) : step.mixed();
}

BatchState gemm(BatchStep& step, size_t output) {
  const bool turned_a = step.call.integer("transA", 0) != 0, turned_b = step.call.integer("transB", 0) != 0;
  const std::optional<BatchAxis> a = step.axis(0), b = step.axis(1);
  if ((!a && !step.is_fixed(0)) || (!b && !step.is_fixed(1)) || (a && b)) return step.mixed();
  std::optional<BatchAxis> place;
  if (a && a->axis == (turned_a ? 1 : 0)) place = BatchAxis{0, a->inner};
  if (b && b->axis == (turned_b ? 0 : 1)) place = BatchAxis{1, b->inner};
  if ((a || b) && !place) return step.mixed();
  if (step.is_sample(2)) {
    const std::optional<BatchAxis> c = step.axis(2);
    if (!c || !place || c->axis + 2 - step.in(2).dim() != place->axis || c->inner != place->inner) return step.mixed();
  } else if (!place || !step.broadcasts_along(2, place->axis, 2)) {
    return step.mixed();
  }
  return step.along(output, *place);
}

namespace {

// "bij,jk->bik" as {"bij", "jk"} and "bik"; empty where an axis has no letter of its own or the result is not given.
std::vector<std::string> terms_of(std::string equation) {
  equation.erase(std::remove(equation.begin(), equation.end(), ' '), equation.end());
  const size_t arrow = equation.find("->");
  if (arrow == std::string::npos || equation.find('.') != std::string::npos) return {};
  std::vector<std::string> terms(1);
  for (size_t i = 0; i < arrow; ++i) {
    if (equation[i] == ',')
      terms.emplace_back();
    else
      terms.back() += equation[i];
  }
  terms.push_back(equation.substr(arrow + 2));
  return terms;
}

}  // namespace

BatchState einsum(BatchStep& step, size_t output) {
  const std::vector<std::string> terms = terms_of(step.call.text("equation", ""));
  if (terms.size() != step.inputs() + 1) return step.mixed();
  char letter = 0;
  int64_t inner = 0;
  for (size_t i = 0; i < step.inputs(); ++i) {
    if (step.is_fixed(i)) continue;
    const std::optional<BatchAxis> axis = step.axis(i);
    if (!axis || static_cast<size_t>(axis->axis) >= terms[i].size()) return step.mixed();
    const char own = terms[i][static_cast<size_t>(axis->axis)];
    if (std::count(terms[i].begin(), terms[i].end(), own) != 1 ||
        (letter != 0 && (letter != own || inner != axis->inner)))
      return step.mixed();
    letter = own;
    inner = axis->inner;
  }
  for (size_t i = 0; i < step.inputs(); ++i)
    if (step.is_fixed(i) && terms[i].find(letter) != std::string::npos) return step.mixed();
  const size_t place = terms.back().find(letter);
  if (letter == 0 || place == std::string::npos) return step.mixed();
  return step.along(output, {static_cast<int64_t>(place), inner});
}

// X, the first states and the lengths are of samples, where given; weights are fixed.
BatchState recurrent(BatchStep& step, size_t output) {
  const bool first = step.call.integer("layout", 0) != 0;
  const std::optional<BatchAxis> x = step.axis(0);
  if (!x || x->axis != (first ? 0 : 1) || x->inner != 1 || !step.is_fixed(1) || !step.is_fixed(2)) return step.mixed();
  for (const size_t input : {size_t{3}, size_t{7}})
    if (!step.is_fixed(input)) return step.mixed();
  for (const size_t input : {size_t{4}, size_t{5}, size_t{6}}) {
    const std::optional<BatchAxis> own = step.axis(input);
    const int64_t expected = input == 4 || first ? 0 : 1;
    if (step.has(input) && (!own || own->axis != expected || own->inner != 1)) return step.mixed();
  }
  if (output == 0) return step.along(output, {first ? 0 : 2, 1});
  return step.along(output, {first ? 0 : 1, 1});
}

BatchState attention(BatchStep& step, size_t output) {
  for (size_t i = 0; i < step.inputs(); ++i) {
    if (!step.has(i)) continue;
    const std::optional<BatchAxis> own = step.axis(i);
    if (i == 3 && step.broadcasts_along(i, 0, 4)) continue;
    const bool whole = i != 3 || step.in(i).dim() == 4;
    if (!own || own->axis != 0 || own->inner != 1 || !whole) return step.mixed();
  }
  return step.along(output, {0, 1});
}

// Tables of angles by step, the same for all samples or one for each.
BatchState rotary_embedding(BatchStep& step, size_t output) {
  for (size_t i = 0; i < step.inputs(); ++i) {
    if (!step.has(i)) continue;
    const std::optional<BatchAxis> own = step.axis(i);
    const bool table = (i == 1 || i == 2) && step.is_fixed(i) && (step.has(3) || step.in(i).size(0) == 1);
    const bool places = i == 3 && step.is_fixed(i) && step.in(i).size(0) == 1;
    if (!table && !places && (!own || own->axis != 0 || own->inner != 1)) return step.mixed();
    if (own && step.has(3) && (i == 1 || i == 2)) return step.mixed();
  }
  return step.along(output, {0, 1});
}

// Turned matrices: the samples' axis lies before both.
BatchState fused_matmul(BatchStep& step, size_t output) {
  for (const size_t input : {size_t{0}, size_t{1}}) {
    const bool turned = step.call.integer(input == 0 ? "transA" : "transB", 0) != 0;
    const std::optional<BatchAxis> own = step.axis(input);
    if (turned && own && own->axis >= step.in(input).dim() - 2) return step.mixed();
  }
  return product(step, output, 0, 1);
}

BatchState quantised_gemm(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> own = step.axis(0);
  if (!own || own->axis != 0 || step.call.integer("transA", 0) != 0 || !step.are_fixed(1)) return step.mixed();
  if (!step.broadcasts_along(6, 0, 2) || !are_fixed_numbers(step, {1, 2, 7, 8})) return step.mixed();
  return step.along(output, *own);
}

BatchState skip_layer_norm(BatchStep& step, size_t output) {
  const std::optional<BatchAxis> own = step.axis(0), skipped = step.axis(1);
  const int64_t rank = step.in(0).dim();
  if (!own || own->axis >= rank - 1 || !step.are_fixed(2)) return step.mixed();
  const bool same =
      skipped && skipped->axis == own->axis && skipped->inner == own->inner && step.in(1).sizes() == step.in(0).sizes();
  if (!same && !step.broadcasts_along(1, own->axis, rank)) return step.mixed();
  return step.along(output, *own);
}

// ai.onnx.ml: [samples, features], each row by itself.
BatchState rows(BatchStep& step, size_t output) {
  const bool picks = step.call.node().op == "ArrayFeatureExtractor";
  for (size_t i = 0; i < step.inputs(); ++i) {
    if (picks && i == 1) {
      if (!step.is_fixed(i)) return step.mixed();
      continue;
    }
    const std::optional<BatchAxis> own = step.axis(i);
    if (!own || own->axis != 0 || own->inner != 1 || step.in(i).dim() < 2) return step.mixed();
  }
  return step.along(output, {0, 1});
}

}  // namespace apprentice::onnx::run::batch_rules
