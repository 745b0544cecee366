// SPDX-License-Identifier: Apache-2.0
// Tree ensembles of ai.onnx.ml: the classifier and regressor of its first opsets, and TreeEnsemble of opset 5.
#include <ATen/Parallel.h>

#include <algorithm>

#include "apprentice/onnx/class_scores.h"
#include "apprentice/onnx/tree_attributes.h"

namespace apprentice::onnx_ops {
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

bool has_one_score(const TreeEnsemble& trees) {
  return trees.targets == 2 && !trees.weights.empty() &&
         std::all_of(trees.weights.begin(), trees.weights.end(), [](const LeafWeight& w) { return w.target == 0; });
}

// All weights belong to class 0 of two: its score speaks for class 1, and class 0 has what is left. Scores of weights
// that are all positive are probabilities, others are distances from zero (as ONNX Runtime has it; the
// specification says nothing).
Values classify_by_one_score(OpCall& call, const TreeEnsemble& trees, const at::Tensor& scores,
                             const at::Tensor& labels) {
  const bool shares = std::all_of(trees.weights.begin(), trees.weights.end(),
                                  [](const LeafWeight& weight) { return weight.value >= 0.0; });
  const std::string how = call.text("post_transform", "NONE");
  if (how != "NONE" && how != "LOGISTIC")
    return call.refuse("post_transform {} of a single score is not supported; NONE and LOGISTIC are", how);
  const at::Tensor score = scores.select(1, 0);
  const at::Tensor label = at::where(score.gt(shares ? 0.5 : 0.0), labels[1], labels[0]);
  at::Tensor both = at::stack({shares ? score.mul(-1.0).add(1.0) : score.neg(), score}, 1);
  if (!shares && how == "LOGISTIC") both = at::sigmoid(both);
  return {label, both.to(at::kFloat)};
}

// One base value belongs to the only score there is.
Trees read_classifier(OpCall& call, int64_t classes) {
  const Trees trees = read_numbered_trees(call, "class", classes);
  if (trees == nullptr) return nullptr;
  const size_t given = call.reals_or_tensor("base_values").size();
  const size_t scores = has_one_score(*trees) ? 1 : static_cast<size_t>(classes);
  if (given == 0 || given == scores) return trees;
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
  if (has_one_score(*trees)) return classify_by_one_score(call, *trees, scores, labels);
  const at::Tensor label = labels.index_select(0, scores.argmax(1));
  return {label, transform_scores(call, scores, call.text("post_transform", "NONE")).to(at::kFloat)};
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

}  // namespace apprentice::onnx_ops
