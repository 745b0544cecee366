// SPDX-License-Identifier: Apache-2.0
// Boosted trees on the statistics of a window, on the columns of a table, or on blocks of a picture.
#include "apprentice/baselines/baseline_rows.h"
#include "apprentice/trees/boosted_trees.h"

namespace apprentice::baselines {
namespace {

constexpr int64_t kTreePart = 5000;  // samples that are answered at once
constexpr int64_t kMostRounds = 200, kLeastRounds = 20;
constexpr double kMostWork = 6e9;  // rows x columns x depth x trees

trees::TreeRows tree_rows_of(const data::Dataset& data, const std::vector<int64_t>& indices, const Features& features) {
  Truths truths = truths_of(data, indices);
  return {feature_rows(data, indices, features), std::move(truths.labels), std::move(truths.targets), {}};
}

trees::TreeOptions options_for(const trees::TreeRows& train, int64_t classes, const BaselineOptions& options) {
  trees::TreeOptions how;
  how.seed = options.seed;
  how.depth = 6;
  how.column_share = train.values.shape()[1] > 64 ? 0.3 : 1.0;
  const double trees = classes > 2 ? static_cast<double>(classes) : 1.0;
  const double round =
      static_cast<double>(train.values.size()) * how.column_share * static_cast<double>(how.depth) * trees;
  how.rounds = std::clamp(static_cast<int64_t>(kMostWork / round), kLeastRounds, kMostRounds);
  how.learning_rate = std::clamp(20.0 / static_cast<double>(how.rounds), 0.1, 0.3);
  how.patience = 15;
  return how;
}

// In parts that fit memory.
Result<Tensor> answer_trees(const trees::BoostedTrees& model, const data::Dataset& data, const Features& features) {
  const int64_t width = std::max<int64_t>(1, model.classes);
  Tensor out(DType::kF32, {data.size(), width});
  for (int64_t first = 0; first < data.size(); first += kTreePart) {
    std::vector<int64_t> indices;
    for (int64_t i = first; i < std::min(data.size(), first + kTreePart); ++i) indices.push_back(i);
    APPRENTICE_TRY(const Tensor part, trees::predict_trees(model, feature_rows(data, indices, features)));
    std::copy_n(part.data<float>(), part.size(), out.data<float>() + first * width);
  }
  return out;
}

Result<Baseline> fit_boosted_statistics(const data::Splits& splits, const BaselineOptions& options,
                                        const RunControl& control) {
  const Features features = statistics(splits.train->info().sample_shape);
  const int64_t classes = class_count(splits.train->info());
  const std::vector<int64_t> seen = training_samples(*splits.train, features.columns);
  const trees::TreeRows train = tree_rows_of(*splits.train, seen, features);
  const trees::TreeRows chosen_by =
      tree_rows_of(*splits.validation, choosing_samples(*splits.validation, features.columns), features);
  APPRENTICE_TRY(const trees::BoostedTrees model,
                 trees::train_trees(train, chosen_by, classes, options_for(train, classes, options), control));
  Baseline fitted{"boosted_statistics", "Boosted trees on " + features.words, static_cast<int64_t>(seen.size()), {}};
  fitted.answers.detail = fmt::format("{} trees{}{}", model.trees, features.note.empty() ? "" : ", ", features.note);
  fitted.answers.size = model.nodes;
  fitted.answers.unit = "nodes";
  APPRENTICE_TRY(fitted.answers.validation, answer_trees(model, *splits.validation, features));
  APPRENTICE_TRY(fitted.answers.test, answer_trees(model, *splits.test, features));
  return fitted;
}

}  // namespace

const BaselineKind rows::boosted_statistics = {"boosted_statistics", [](const data::DatasetInfo&) { return true; },
                                               fit_boosted_statistics};

}  // namespace apprentice::baselines
