// SPDX-License-Identifier: Apache-2.0
// Operators of ai.onnx.ml on rows of features: linear models, scaling, normalising, encoding.
#include <algorithm>
#include <cmath>

#include "apprentice/onnx/run/class_scores.h"

namespace apprentice::onnx::run::ops {
namespace {

at::Tensor vector_of(const std::vector<double>& values) { return at::tensor(values, at::kDouble); }

// X times the coefficients (row by row one per output) plus the intercepts.
at::Tensor linear_scores(OpCall& call, int64_t outputs) {
  const std::vector<double> coefficients = call.reals("coefficients", {}), intercepts = call.reals("intercepts", {});
  const auto count = static_cast<int64_t>(coefficients.size());
  if (outputs < 1 || count == 0 || count % outputs != 0 ||
      (!intercepts.empty() && static_cast<int64_t>(intercepts.size()) != outputs)) {
    call.refuse("has {} coefficients and {} intercepts for {} outputs", count, intercepts.size(), outputs);
    return {};
  }
  const int64_t features = count / outputs;
  const at::Tensor rows = sample_rows(call, call[0], features);
  if (!call.failed() && rows.size(1) != features)
    call.refuse("has coefficients for {} features, but gets {}", features, rows.size(1));
  if (call.failed()) return {};
  const at::Tensor scores = at::matmul(rows, vector_of(coefficients).reshape({outputs, features}).t());
  return intercepts.empty() ? scores : scores.add(vector_of(intercepts));
}

// One value for all features, or one for each.
at::Tensor per_feature(OpCall& call, const char* name, double otherwise) {
  const std::vector<double> values = call.reals(name, {otherwise});
  const int64_t features = call[0].dim() == 0 ? 1 : call[0].size(-1);
  if (values.size() != 1 && static_cast<int64_t>(values.size()) != features)
    call.refuse("{} has {} values for {} features", name, values.size(), features);
  return vector_of(values);
}

}  // namespace

// As many scores as labels, or a single one for two, as ONNX Runtime has it.
Values linear_classifier(OpCall& call) {
  const at::Tensor labels = class_labels(call, "classlabels_ints", "classlabels_strings");
  if (call.failed()) return {};
  const bool single = labels.numel() == 2 && call.reals("intercepts", {}).size() == 1;
  const at::Tensor scores = linear_scores(call, single ? 1 : labels.numel());
  if (call.failed()) return {};
  const std::string how = call.text("post_transform", "NONE");
  if (single && how == "PROBIT") return call.refuse("post_transform PROBIT of a single score is not supported");
  if (single) {
    const at::Tensor score = scores.select(1, 0);
    return {at::where(score.gt(0.0), labels[1], labels[0]), both_classes(score, true, how).to(at::kFloat)};
  }
  const at::Tensor shown = transform_scores(call, scores, how);
  return {labels.index_select(0, scores.argmax(1)), shown.to(at::kFloat)};
}

Values linear_regressor(OpCall& call) {
  const at::Tensor scores = linear_scores(call, call.integer("targets", 1));
  if (call.failed()) return {};
  return {transform_scores(call, scores, call.text("post_transform", "NONE")).to(at::kFloat)};
}

// (x - offset) * scale
Values scaler(OpCall& call) {
  const at::Tensor offset = per_feature(call, "offset", 0.0), scale = per_feature(call, "scale", 1.0);
  if (call.failed()) return {};
  return {call[0].to(at::kDouble).sub(offset).mul(scale).to(at::kFloat)};
}

// Rows divided by their largest value, their sum of magnitudes or their Euclidean norm; rows whose divisor is 0 stay.
Values normalizer(OpCall& call) {
  const at::Tensor x = call[0].to(at::kDouble);
  const std::string norm = call.text("norm", "MAX");
  if (x.dim() < 1 || x.size(-1) < 1) return call.refuse("takes rows of features");
  if (norm != "MAX" && norm != "L1" && norm != "L2")
    return call.refuse("norm '{}' is not known; known: MAX, L1, L2", norm);
  at::Tensor divisor = norm == "MAX" ? at::amax(x, Sizes{-1}, true) : x.abs().sum(Sizes{-1}, true);
  if (norm == "L2") divisor = x.square().sum(Sizes{-1}, true).sqrt();
  return {at::where(divisor.eq(0.0), x, x.div(divisor)).to(at::kFloat)};
}

Values binarizer(OpCall& call) { return {call[0].gt(call.real("threshold", 0.0)).to(call[0].scalar_type())}; }

Values imputer(OpCall& call) {
  const bool whole = call.has_attribute("imputed_value_int64s");
  if (whole == call.has_attribute("imputed_value_floats"))
    return call.refuse("needs either imputed_value_floats or imputed_value_int64s");
  const at::Tensor values = whole ? at::tensor(call.integers("imputed_value_int64s", {}), at::kLong)
                                  : vector_of(call.reals("imputed_value_floats", {}));
  const at::Tensor& x = call[0];
  if (values.numel() != 1 && (x.dim() < 1 || values.numel() != x.size(-1)))
    return call.refuse("has {} values to impute for a tensor of shape {}", values.numel(), to_string(x.sizes().vec()));
  const double replaced = call.real("replaced_value_float", 0.0);
  const at::Tensor gone = whole                  ? x.eq(call.integer("replaced_value_int64", 0))
                          : std::isnan(replaced) ? at::isnan(x)
                                                 : x.eq(static_cast<float>(replaced));
  return {at::where(gone, values.to(x.scalar_type()), x)};
}

// The features of all inputs side by side.
Values feature_vectorizer(OpCall& call) {
  const Sizes widths = call.integers("inputdimensions", {});
  if (!widths.empty() && widths.size() != call.input_count())
    return call.refuse("has {} inputs but {} inputdimensions", call.input_count(), widths.size());
  Values parts;
  for (size_t i = 0; i < call.input_count(); ++i) {
    parts.push_back(sample_rows(call, call[i], widths.empty() ? 0 : widths[i]));
    if (call.failed()) return {};
    if (!widths.empty() && parts.back().size(1) != widths[i])
      return call.refuse("input {} has {} features where {} were expected", i + 1, parts.back().size(1), widths[i]);
  }
  return {at::cat(parts, 1).to(at::kFloat)};
}

// Columns of the last axis.
Values array_feature_extractor(OpCall& call) {
  const at::Tensor& x = call[0];
  const at::Tensor places = call[1].to(at::kLong).reshape({-1});
  if (x.dim() < 1) return call.refuse("takes a tensor of at least one axis");
  if (places.numel() == 0 || places.min().item<int64_t>() < 0 || places.max().item<int64_t>() >= x.size(-1))
    return call.refuse("picks a feature outside the {} there are", x.size(-1));
  const at::Tensor picked = x.index_select(-1, places);
  return {x.dim() == 1 ? picked.unsqueeze(0) : picked};
}

// One column per category; other values give zeros, or are refused when `zeros` is 0.
Values one_hot_encoder(OpCall& call) {
  const Sizes categories = call.integers("cats_int64s", {});
  if (categories.empty()) return call.refuse("needs cats_int64s; categories of text are not supported");
  const at::Tensor hot = call[0].unsqueeze(-1).eq(at::tensor(categories, at::kLong));
  if (call.integer("zeros", 1) == 0 && !hot.any(-1).all().item<bool>())
    return call.refuse("gets a value that is no category");
  return {hot.to(at::kFloat)};
}

namespace {

// Keys or values of a LabelEncoder: a list of numbers, or a tensor.
at::Tensor encoder_list(OpCall& call, const std::string& stem) {
  if (const Tensor* const values = call.tensor(stem + "_tensor"); values != nullptr && torch_has(values->dtype()))
    return to_torch(*values).reshape({-1});
  if (call.has_attribute(stem + "_int64s")) return at::tensor(call.integers(stem + "_int64s", {}), at::kLong);
  if (call.has_attribute(stem + "_floats")) return vector_of(call.reals(stem + "_floats", {})).to(at::kFloat);
  call.refuse("needs {} of numbers; texts are not supported", stem);
  return {};
}

at::Tensor encoder_default(OpCall& call, const at::Tensor& values) {
  if (const Tensor* const given = call.tensor("default_tensor"); given != nullptr && torch_has(given->dtype()))
    return to_torch(*given).reshape({-1}).to(values.scalar_type());
  if (at::isIntegralType(values.scalar_type(), false))
    return at::tensor(Sizes{call.integer("default_int64", -1)}, values.scalar_type());
  return vector_of({call.real("default_float", -0.0)}).to(values.scalar_type());
}

}  // namespace

// keys[i] becomes values[i], anything else the default. NaN is a key like any other.
Values label_encoder(OpCall& call) {
  const at::Tensor keys = encoder_list(call, "keys");
  if (call.failed()) return {};
  const at::Tensor values = encoder_list(call, "values");
  if (call.failed()) return {};
  if (keys.numel() != values.numel()) return call.refuse("has {} keys for {} values", keys.numel(), values.numel());
  const at::Tensor x = call[0].unsqueeze(-1);
  at::Tensor same = x.eq(keys);
  if (at::isFloatingType(keys.scalar_type()) && at::isFloatingType(x.scalar_type()))
    same = same.logical_or(at::isnan(x).logical_and(at::isnan(keys)));
  // The last column stands for "none of them".
  const at::Tensor all = at::cat({values, encoder_default(call, values)});
  const at::Tensor none = at::ones_like(x, at::kBool);
  return {
      all.index_select(0, at::cat({same, none}, -1).to(at::kByte).argmax(-1).reshape({-1})).reshape(call[0].sizes())};
}

// A map from class to score per sample; here it stays a tensor, columns in the order of the class labels.
Values zip_map(OpCall& call) {
  const at::Tensor labels = class_labels(call, "classlabels_int64s", "classlabels_strings");
  if (call.failed()) return {};
  if (call[0].dim() < 1 || call[0].size(-1) != labels.numel())
    return call.refuse("has {} labels for a tensor of shape {}", labels.numel(), to_string(call[0].sizes().vec()));
  return {call[0]};
}

}  // namespace apprentice::onnx::run::ops
