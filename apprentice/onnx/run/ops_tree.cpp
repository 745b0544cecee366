// SPDX-License-Identifier: Apache-2.0
// Tree ensembles of ai.onnx.ml: the classifier and regressor of its first opsets, and TreeEnsemble of opset 5.
#include <ATen/Parallel.h>

#include <algorithm>
#include <optional>

#include "apprentice/onnx/run/class_scores.h"
#include "apprentice/onnx/run/tree_attributes.h"

namespace apprentice::onnx::run::ops {
namespace {

constexpr int64_t kRowsAtOnce = 16;
const char* const kTransforms[] = {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"};

// float64 [samples, targets]
at::Tensor evaluate_all(OpCall& call, const TreeEnsemble& trees) {
  const at::Tensor rows = sample_rows(call, call[0], features_of(trees));
  if (call.failed() || !call.may_grow_to({rows.size(0), trees.targets})) return {};
  const at::Tensor scores = at::empty({rows.size(0), trees.targets}, at::kDouble);
  const double* const x = rows.data_ptr<double>();
  double* const out = scores.data_ptr<double>();
  at::parallel_for(0, rows.size(0), kRowsAtOnce, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) evaluate(trees, x + n * rows.size(1), out + n * trees.targets);
  });
  return scores;
}

// Two classes, and every weight belongs to the same one of them.
struct OneScore {
  int64_t target = 0;
  bool all_positive = true;  // no weight is below zero
  std::vector<double> base;  // as the node gives them
  bool alone() const { return target == 0 && base.size() < 2; }
};

std::optional<OneScore> one_score(OpCall& call, const TreeEnsemble& trees) {
  const Sizes targets = call.integers("class_ids", {});
  if (trees.targets != 2 || targets.empty()) return std::nullopt;
  if (std::any_of(targets.begin(), targets.end(), [&](int64_t target) { return target != targets[0]; }))
    return std::nullopt;
  const std::vector<double> weights = call.reals_or_tensor("class_weights");
  return OneScore{targets[0], std::none_of(weights.begin(), weights.end(), [](double w) { return w < 0.0; }),
                  call.reals_or_tensor("base_values")};
}

// As ONNX Runtime has it: the other class scores zero and both are transformed. Of two base values the first
// belongs to class 0; the second is all that a score of class 1 is then.
at::Tensor beside_zero(const OneScore& one, const at::Tensor& scores) {
  at::Tensor out = at::zeros_like(scores);
  if (one.target == 1 && one.base.size() == 2)
    out.select(1, 1).fill_(one.base[1]);
  else
    out.select(1, one.target).copy_(scores.select(1, one.target));
  return out;
}

Values classify_by_one_score(OpCall& call, const OneScore& one, const at::Tensor& scores, const at::Tensor& labels) {
  const std::string how = call.text("post_transform", "NONE");
  if (one.alone() && how == "PROBIT") return call.refuse("post_transform PROBIT of a single score is not supported");
  const at::Tensor both = one.alone() ? scores : beside_zero(one, scores);
  const at::Tensor score = both.select(1, one.target).to(at::kFloat);  // 0.3F + 0.2F is not above a half
  const at::Tensor label = at::where(score.gt(one.all_positive ? 0.5 : 0.0), labels[1], labels[0]);
  const at::Tensor shown =
      one.alone() ? both_classes(both.select(1, 0), one.all_positive, how) : transform_scores(call, both, how);
  return {label, shown.to(at::kFloat)};
}

// A single base value belongs to class 0 of two.
Trees read_classifier(OpCall& call, int64_t classes) {
  const Trees trees = read_numbered_trees(call, "class", classes);
  if (trees == nullptr) return nullptr;
  const size_t given = call.reals_or_tensor("base_values").size();
  const auto scores = static_cast<size_t>(classes);
  if (given == 0 || given == scores || (given == 1 && one_score(call, *trees))) return trees;
  call.refuse("has {} base values for {} scores", given, scores);
  return nullptr;
}

}  // namespace

Values tree_ensemble_classifier(OpCall& call) {
  const at::Tensor labels = class_labels(call, "classlabels_int64s", "classlabels_strings");
  if (call.failed()) return {};
  const Trees trees = call.prepare<TreeEnsemble>([&] { return read_classifier(call, labels.numel()); });
  if (trees == nullptr) return {};
  const at::Tensor scores = evaluate_all(call, *trees);
  if (call.failed()) return {};
  if (const auto one = one_score(call, *trees)) return classify_by_one_score(call, *one, scores, labels);
  const at::Tensor label = labels.index_select(0, scores.argmax(1));
  const std::string how = call.text("post_transform", "NONE");
  // The one score of a single class stays as it is, as in ONNX Runtime.
  const bool stays = trees->targets == 1 && how != "PROBIT";
  return {label, (stays ? scores : transform_scores(call, scores, how)).to(at::kFloat)};
}

Values tree_ensemble_regressor(OpCall& call) {
  const Trees trees =
      call.prepare<TreeEnsemble>([&] { return read_numbered_trees(call, "target", call.integer("n_targets", 1)); });
  if (trees == nullptr) return {};
  const at::Tensor scores = evaluate_all(call, *trees);
  if (call.failed()) return {};
  return {transform_scores(call, scores, call.text("post_transform", "NONE")).to(at::kFloat)};
}

Values tree_ensemble(OpCall& call) {
  const Trees trees = call.prepare<TreeEnsemble>([&] { return read_listed_trees(call); });
  if (trees == nullptr) return {};
  const int64_t transform = call.integer("post_transform", 0);
  if (transform < 0 || transform > 4) return call.refuse("post_transform {} is not known", transform);
  const at::Tensor scores = evaluate_all(call, *trees);
  if (call.failed()) return {};
  return {transform_scores(call, scores, kTransforms[transform]).to(call[0].scalar_type())};
}

}  // namespace apprentice::onnx::run::ops
