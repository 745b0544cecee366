// SPDX-License-Identifier: Apache-2.0
// Shared by the linear rows: bounded rows, the fit, and answers in parts that fit memory.
#include "apprentice/baselines/baseline_rows.h"
#include "apprentice/baselines/linear.h"

namespace apprentice::baselines {
namespace {

constexpr int64_t kLinearPart = 1000;  // samples that are answered at once

LinearRows linear_rows_of(const data::Dataset& data, const std::vector<int64_t>& indices, const Features& features) {
  Truths truths = truths_of(data, indices);
  return {feature_rows(data, indices, features), std::move(truths.labels), std::move(truths.targets)};
}

Result<Tensor> answer_linear(const LinearModel& model, const data::Dataset& data, const Features& features,
                             const RunControl& control) {
  Tensor out(DType::kF32, {data.size(), model.outputs});
  for (int64_t first = 0; first < data.size(); first += kLinearPart) {
    if (control.stop_requested()) return interrupted("baselines");
    std::vector<int64_t> indices;
    for (int64_t i = first; i < std::min(data.size(), first + kLinearPart); ++i) indices.push_back(i);
    const Tensor part = predict_linear(model, feature_rows(data, indices, features));
    std::copy_n(part.data<float>(), part.size(), out.data<float>() + first * model.outputs);
  }
  return out;
}

}  // namespace

Result<Baseline> fit_linear_on(const Features& features, const char* name, const data::Splits& splits,
                               const BaselineOptions& options, const RunControl& control) {
  const int64_t classes = class_count(splits.train->info());
  const std::vector<int64_t> seen = training_samples(*splits.train, features.columns);
  LinearOptions how;
  how.threads = options.threads;
  APPRENTICE_TRY(
      const LinearModel model,
      fit_linear(linear_rows_of(*splits.train, seen, features),
                 linear_rows_of(*splits.validation, choosing_samples(*splits.validation, features.columns), features),
                 classes, how, control));
  Baseline fitted{name,
                  fmt::format("{} regression on {}", classes > 0 ? "Logistic" : "Ridge", features.words),
                  static_cast<int64_t>(seen.size()),
                  {}};
  fitted.answers.detail =
      fmt::format("penalty {}{}{}", model.penalty, features.note.empty() ? "" : ", ", features.note);
  fitted.answers.size = static_cast<int64_t>(model.weights.size());
  fitted.answers.unit = "weights";
  APPRENTICE_TRY(fitted.answers.validation, answer_linear(model, *splits.validation, features, control));
  APPRENTICE_TRY(fitted.answers.test, answer_linear(model, *splits.test, features, control));
  return fitted;
}

}  // namespace apprentice::baselines
