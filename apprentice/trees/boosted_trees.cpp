// SPDX-License-Identifier: Apache-2.0
#include "apprentice/trees/boosted_trees.h"

#include <xgboost/c_api.h>

#include <cstdlib>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "apprentice/base/cores.h"
#include "apprentice/base/hash.h"
#include "apprentice/trees/progress.h"

namespace apprentice::trees {
namespace {

// After so many rounds training goes on with a booster made anew from the model, checkpoint or not: a booster has state
// beside its model (which columns are drawn next), and so a resumed training has the bits of an uninterrupted one.
constexpr int64_t kStretch = 25;

struct FreeMatrix {
  void operator()(void* handle) const { XGDMatrixFree(handle); }
};
struct FreeBooster {
  void operator()(void* handle) const { XGBoosterFree(handle); }
};
using Matrix = std::unique_ptr<void, FreeMatrix>;
using Booster = std::unique_ptr<void, FreeBooster>;

tl::unexpected<Error> xgboost_failed(const char* what) {
  const std::string text = XGBGetLastError();
  return fail(ErrorKind::kIo, "libxgboost", "cannot {}: {}", what, text.substr(0, text.find("\nStack trace")));
}

int threads_of(int threads) { return threads > 0 ? threads : core_count(); }

Result<Matrix> matrix_of(const Tensor& values, int threads) {
  promise(values.shape().size() == 2, "rows of trees are [rows, columns]");
  const nlohmann::json array = {{"data", {reinterpret_cast<uintptr_t>(values.bytes()), true}},
                                {"shape", values.shape()},
                                {"typestr", "<f4"},
                                {"version", 3}};
  const std::string config = fmt::format(R"({{"missing": NaN, "nthread": {}}})", threads_of(threads));
  DMatrixHandle handle = nullptr;
  if (XGDMatrixCreateFromDense(array.dump().c_str(), config.c_str(), &handle) != 0) return xgboost_failed("take rows");
  return Matrix(handle);
}

Status set_floats(const Matrix& matrix, const char* field, const std::vector<float>& values) {
  if (values.empty()) return {};
  if (XGDMatrixSetFloatInfo(matrix.get(), field, values.data(), values.size()) != 0) return xgboost_failed(field);
  return {};
}

Result<Matrix> labelled_matrix(const TreeRows& rows, int64_t classes, int threads) {
  const auto count = static_cast<size_t>(rows.values.shape().at(0));
  promise((classes > 0 ? rows.labels.size() : rows.targets.size()) == count, "every row has its label or target");
  promise(rows.weights.empty() || rows.weights.size() == count, "weights are one per row");
  for (const int32_t label : rows.labels)
    promise(classes == 0 || (label >= 0 && label < classes), "a class of the data");
  APPRENTICE_TRY(Matrix matrix, matrix_of(rows.values, threads));
  const std::vector<float> labels(rows.labels.begin(), rows.labels.end());
  APPRENTICE_CHECK(set_floats(matrix, "label", classes > 0 ? labels : rows.targets));
  APPRENTICE_CHECK(set_floats(matrix, "weight", rows.weights));
  return matrix;
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::string mean_of(const std::vector<float>& values) {
  double sum = 0.0;
  for (const float value : values) sum += double{value};
  return fmt::format("{}", static_cast<float>(sum / static_cast<double>(values.size())));
}

Parameters parameters_of(int64_t classes, const TreeOptions& options, const TreeRows& train) {
  Parameters list = {{"tree_method", "hist"},
                     {"max_depth", fmt::format("{}", options.depth)},
                     {"learning_rate", fmt::format("{}", options.learning_rate)},
                     {"subsample", fmt::format("{}", options.row_share)},
                     {"colsample_bytree", fmt::format("{}", options.column_share)},
                     {"min_child_weight", fmt::format("{}", options.least_weight)},
                     {"seed", fmt::format("{}", options.seed & 0x7fffffffU)},
                     {"seed_per_iteration", "1"},
                     {"nthread", fmt::format("{}", threads_of(options.threads))}};
  if (classes == 0) {
    list.insert(list.end(), {{"objective", "reg:squarederror"},
                             {"eval_metric", "rmse"},
                             {"base_score", mean_of(train.targets)}});  // rounds are not spent on getting there
  } else if (classes == 2) {
    list.insert(list.end(), {{"objective", "binary:logistic"}, {"eval_metric", "logloss"}});
  } else {
    list.insert(
        list.end(),
        {{"objective", "multi:softprob"}, {"num_class", fmt::format("{}", classes)}, {"eval_metric", "mlogloss"}});
  }
  return list;
}

Result<Booster> make_booster(const std::vector<DMatrixHandle>& matrices, const Parameters& parameters) {
  XGBSetGlobalConfig("{\"verbosity\": 0}");  // a library does not print
  BoosterHandle handle = nullptr;
  if (XGBoosterCreate(matrices.data(), matrices.size(), &handle) != 0) return xgboost_failed("begin");
  Booster booster(handle);
  for (const auto& [name, value] : parameters) {
    if (XGBoosterSetParam(handle, name.c_str(), value.c_str()) != 0) return xgboost_failed("take its options");
  }
  return booster;
}

// Of "[3]\tvalidation-mlogloss:0.25".
double loss_in(const char* text) {
  const std::string line = text;
  return std::strtod(line.c_str() + line.rfind(':') + 1, nullptr);
}

Result<std::string> json_of(BoosterHandle booster) {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  if (XGBoosterSaveModelToBuffer(booster, R"({"format": "json"})", &size, &bytes) != 0) return xgboost_failed("save");
  return std::string(bytes, size);
}

struct Sides {
  Matrix train, validation;
  Parameters parameters;
};

// A booster that goes on from a model; from nothing where that is empty.
Result<Booster> go_on(const Sides& sides, const std::string& json) {
  APPRENTICE_TRY(Booster booster, make_booster({sides.train.get(), sides.validation.get()}, {}));
  if (!json.empty() && XGBoosterLoadModelFromBuffer(booster.get(), json.data(), json.size()) != 0)
    return xgboost_failed("go on");
  for (const auto& [name, value] : sides.parameters) {
    if (XGBoosterSetParam(booster.get(), name.c_str(), value.c_str()) != 0) return xgboost_failed("take its options");
  }
  return booster;
}

// A stretch of rounds, with a booster of its own.
Status boost(const Sides& sides, const TreeOptions& options, const RunControl& control, TreeProgress& progress) {
  APPRENTICE_TRY(const Booster booster, go_on(sides, progress.json));
  const DMatrixHandle validation = sides.validation.get();
  DMatrixHandle judged[] = {validation};
  const char* name = "validation";
  do {
    if (control.stop_requested()) return interrupted("boosted trees");
    const int number = static_cast<int>(progress.rounds);
    if (XGBoosterUpdateOneIter(booster.get(), number, sides.train.get()) != 0) return xgboost_failed("train");
    const char* text = nullptr;
    if (XGBoosterEvalOneIter(booster.get(), number, judged, &name, 1, &text) != 0) return xgboost_failed("validate");
    progress.add(loss_in(text));
    control.report({"boosted trees", progress.rounds, options.rounds, fmt::format("val loss {:.4f}", loss_in(text))});
  } while (progress.rounds % kStretch != 0 && !progress.is_finished(options));
  APPRENTICE_TRY(progress.json, json_of(booster.get()));
  return {};
}

std::string identity_of(const TreeRows& train, const TreeRows& validation, const TreeOptions& options,
                        const Parameters& parameters) {
  Hasher hasher;
  hasher.add("boosted trees 1").add(options.rounds).add(options.patience);
  for (const auto& [name, value] : parameters) hasher.add(name).add(value);
  for (const TreeRows* rows : {&train, &validation}) {
    hasher.add(to_string(rows->values.shape()));
    hasher.add(rows->values.bytes(), static_cast<size_t>(rows->values.byte_count()));
    hasher.add(rows->labels.data(), rows->labels.size() * sizeof(int32_t));
    hasher.add(rows->targets.data(), rows->targets.size() * sizeof(float));
    hasher.add(rows->weights.data(), rows->weights.size() * sizeof(float));
  }
  return hasher.hex();
}

// Nodes, trees and the gain of each column, from the model's own text.
void read_figures(const nlohmann::json& root, BoostedTrees& model) {
  const nlohmann::json& trees = root.at("learner").at("gradient_booster").at("model").at("trees");
  model.trees = static_cast<int64_t>(trees.size());
  model.gains.assign(static_cast<size_t>(model.columns), 0.0);
  double sum = 0.0;
  for (const nlohmann::json& tree : trees) {
    const nlohmann::json &left = tree.at("left_children"), &column = tree.at("split_indices");
    const nlohmann::json& gain = tree.at("loss_changes");
    model.nodes += static_cast<int64_t>(left.size());
    for (size_t node = 0; node < left.size(); ++node) {
      if (left[node].get<int64_t>() < 0) continue;
      model.gains.at(column[node].get<size_t>()) += gain[node].get<double>();
      sum += gain[node].get<double>();
    }
  }
  for (double& gain : model.gains) gain = sum > 0.0 ? gain / sum : 0.0;
}

Result<BoostedTrees> finish(const Sides& sides, const TreeProgress& progress, int64_t classes, int64_t columns) {
  APPRENTICE_TRY(const Booster whole, go_on(sides, progress.json));
  BoosterHandle kept = nullptr;
  const int64_t rounds = std::max<int64_t>(1, progress.best);
  if (XGBoosterSlice(whole.get(), 0, static_cast<int>(rounds), 1, &kept) != 0) return xgboost_failed("keep the best");
  const Booster owner(kept);
  BoostedTrees model;
  APPRENTICE_TRY(model.json, json_of(kept));
  model.classes = classes;
  model.columns = columns;
  model.rounds = rounds;
  model.validation_loss = progress.loss;
  read_figures(nlohmann::json::parse(model.json), model);
  return model;
}

}  // namespace

Result<BoostedTrees> train_trees(const TreeRows& train, const TreeRows& validation, int64_t classes,
                                 const TreeOptions& options, const RunControl& control, const std::string& checkpoint) {
  promise(classes == 0 || classes >= 2, "trees tell at least two classes apart");
  Sides sides{nullptr, nullptr, parameters_of(classes, options, train)};
  APPRENTICE_TRY(sides.train, labelled_matrix(train, classes, options.threads));
  APPRENTICE_TRY(sides.validation, labelled_matrix(validation, classes, options.threads));
  const std::string identity = checkpoint.empty() ? "" : identity_of(train, validation, options, sides.parameters);
  TreeProgress progress = checkpoint.empty() ? TreeProgress() : load_progress(checkpoint, identity);
  while (!progress.is_finished(options)) {
    APPRENTICE_CHECK(boost(sides, options, control, progress));
    if (!checkpoint.empty()) APPRENTICE_CHECK(save_progress(checkpoint, identity, progress));
  }
  return finish(sides, progress, classes, train.values.shape()[1]);
}

Result<Tensor> predict_trees(const BoostedTrees& model, const Tensor& values, int threads) {
  promise(values.shape().size() == 2 && values.shape()[1] == model.columns, "trees are asked on their own columns");
  APPRENTICE_TRY(const Booster booster, make_booster({}, {{"nthread", fmt::format("{}", threads_of(threads))}}));
  if (XGBoosterLoadModelFromBuffer(booster.get(), model.json.data(), model.json.size()) != 0)
    return xgboost_failed("read the model");
  APPRENTICE_TRY(const Matrix matrix, matrix_of(values, threads));
  const char* config =
      R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": true})";
  const bst_ulong* shape = nullptr;
  bst_ulong axes = 0;
  const float* answers = nullptr;
  if (XGBoosterPredictFromDMatrix(booster.get(), matrix.get(), config, &shape, &axes, &answers) != 0)
    return xgboost_failed("answer");
  const int64_t rows = values.shape()[0], outputs = model.classes > 2 ? model.classes : 1;
  promise(axes == 2 && static_cast<int64_t>(shape[0] * shape[1]) == rows * outputs, "one answer for each row");
  Tensor out(DType::kF32, {rows, std::max<int64_t>(1, model.classes)});
  const int64_t width = out.shape()[1];
  for (int64_t row = 0; row < rows; ++row)  // of two classes libxgboost answers for the second
    std::copy_n(answers + row * outputs, outputs, out.data<float>() + row * width + (width - outputs));
  return out;
}

}  // namespace apprentice::trees
