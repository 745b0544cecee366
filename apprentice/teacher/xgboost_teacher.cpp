// SPDX-License-Identifier: Apache-2.0
// Teacher from an XGBoost model file, computed by libxgboost. A classifier's margins are its logits.
#include <xgboost/c_api.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "apprentice/base/files.h"
#include "apprentice/base/nearest.h"
#include "apprentice/data/load.h"
#include "apprentice/teacher/model_files.h"
#include "apprentice/teacher/prepared_model.h"
#include "apprentice/teacher/source.h"
#include "apprentice/teacher/xgboost_model.h"
#include "apprentice/trees/statistics.h"

namespace apprentice::teacher {
namespace {

constexpr int64_t kMostBytes = int64_t{1} << 30;
const std::vector<std::string> kClassifiers = {"binary:logistic", "binary:logitraw", "multi:softmax", "multi:softprob"};

bool is_classifier(const XgboostModel& model) {
  return std::find(kClassifiers.begin(), kClassifiers.end(), model.objective) != kClassifiers.end();
}

std::string xgboost_error() {
  const std::string text = XGBGetLastError();
  const size_t stack = text.find("\nStack trace");
  return text.substr(0, stack);
}

// What the model's features are.
struct FeatureMap {
  bool statistics = false;       // of the prepared sample (trees/statistics.h)
  std::vector<int64_t> columns;  // where in a prepared sample each of them is; empty = in the order of the sample
};

class XgboostRawModel : public RawModel {
 public:
  // rounds: of boosting, from the first on; 0 = all.
  XgboostRawModel(XgboostModel model, TaskKind task, FeatureMap features, int64_t rounds, std::string place)
      : model_(std::move(model)),
        task_(task),
        features_(std::move(features)),
        rounds_(rounds),
        place_(std::move(place)) {}
  ~XgboostRawModel() override {
    if (booster_ != nullptr) XGBoosterFree(booster_);
  }
  XgboostRawModel(const XgboostRawModel&) = delete;
  XgboostRawModel& operator=(const XgboostRawModel&) = delete;

  Status load() {
    XGBSetGlobalConfig("{\"verbosity\": 0}");  // a library does not print
    if (XGBoosterCreate(nullptr, 0, &booster_) != 0 ||
        XGBoosterLoadModelFromBuffer(booster_, model_.json.data(), model_.json.size()) != 0)
      return bad_input(place_, "libxgboost cannot read it (written by XGBoost {}): {}", model_.version,
                       xgboost_error());
    model_.json.clear();
    return {};
  }

  Result<Tensor> run(const Tensor& prepared) override {
    const int64_t samples = prepared.shape()[0];
    const Tensor made = features_.statistics        ? trees::statistics_of(prepared)
                        : features_.columns.empty() ? Tensor()
                                                    : pick_columns(prepared);
    const float* values = (made.size() == 0 ? prepared : made).data<float>();
    DMatrixHandle matrix = nullptr;
    const float missing = std::numeric_limits<float>::quiet_NaN();
    if (XGDMatrixCreateFromMat(values, static_cast<bst_ulong>(samples), static_cast<bst_ulong>(model_.features),
                               missing, &matrix) != 0)
      return bad_input(place_, "libxgboost cannot take the samples: {}", xgboost_error());
    const std::string how = fmt::format(
        "{{\"type\": {}, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": {}, \"strict_shape\": false}}",
        task_ == TaskKind::kClassification ? 1 : 0, rounds_);
    const bst_ulong* shape = nullptr;
    bst_ulong axes = 0, size = 1;
    const float* answers = nullptr;
    const int failed = XGBoosterPredictFromDMatrix(booster_, matrix, how.c_str(), &shape, &axes, &answers);
    XGDMatrixFree(matrix);
    if (failed != 0) return bad_input(place_, "libxgboost cannot answer: {}", xgboost_error());
    for (bst_ulong i = 0; i < axes; ++i) size *= shape[i];
    if (static_cast<int64_t>(size) != samples * model_.outputs())
      return bad_input(place_, "the model gives {} values for {} samples; {} for each were expected", size, samples,
                       model_.outputs());
    Tensor out(DType::kF32, {samples, model_.outputs()});
    std::copy_n(answers, size, out.data<float>());
    return out;
  }

 private:
  Tensor pick_columns(const Tensor& prepared) const {
    const int64_t samples = prepared.shape()[0], given = prepared.shape()[1];
    const auto width = static_cast<int64_t>(features_.columns.size());
    Tensor out(DType::kF32, {samples, width});
    for (int64_t n = 0; n < samples; ++n)
      for (int64_t c = 0; c < width; ++c)
        out.data<float>()[n * width + c] =
            prepared.data<float>()[n * given + features_.columns[static_cast<size_t>(c)]];
    return out;
  }

  XgboostModel model_;
  TaskKind task_;
  FeatureMap features_;
  int64_t rounds_;
  std::string place_;
  BoosterHandle booster_ = nullptr;
};

Status check_task(const XgboostModel& model, TaskKind task, const std::string& place) {
  const std::string& name = model.objective;
  const bool classifier = is_classifier(model);
  const bool regressor = name.rfind("reg:", 0) == 0 || name.rfind("count:", 0) == 0;
  if (task == TaskKind::kClassification && !classifier)
    return bad_input(place, "its objective '{}' gives no class probabilities, but the job classifies; {}", name,
                     known_names("objectives of classifiers", kClassifiers));
  if (task == TaskKind::kRegression && !regressor)
    return bad_input(place,
                     "its objective '{}' gives no value, but the job is a regression; reg:... or count:... was "
                     "expected",
                     name);
  return {};
}

// Features are found by name where both sides name them alike, so the data may have more columns and in another order;
// where no name is shared, by their order.
Result<std::vector<int64_t>> columns_of(const XgboostModel& model, const data::DatasetInfo& data,
                                        const std::string& place) {
  const std::vector<std::string>& names = data.channel_names;
  if (data.sample_shape.size() != 1 || model.feature_names.empty() || names.empty()) return std::vector<int64_t>{};
  std::vector<int64_t> columns;
  std::vector<std::string> lacking;
  for (const std::string& feature : model.feature_names) {
    const auto found = std::find(names.begin(), names.end(), feature);
    if (found == names.end())
      lacking.push_back(feature);
    else
      columns.push_back(found - names.begin());
  }
  if (lacking.empty()) return columns;
  if (columns.empty()) return std::vector<int64_t>{};
  return bad_input(place, "the model's feature '{}' is not in the data, though other names are; {}", lacking[0],
                   known_names("columns", names, lacking[0]));
}

Result<FeatureMap> features_of(const std::string& features, const XgboostModel& model, const data::DatasetInfo& data,
                               const std::string& place) {
  FeatureMap map;
  map.statistics = features == "statistics";
  if (!map.statistics) {
    APPRENTICE_TRY(map.columns, columns_of(model, data, place));
    return map;
  }
  const size_t rank = data.sample_shape.size();
  const int64_t count = rank == 1 || rank == 2 ? trees::statistics_count(data.sample_shape) : 0;
  if (count == model.features) return map;
  return bad_input(place, "the model takes {} features, but samples {} have {} statistics", model.features,
                   to_string(data.sample_shape), count);
}

Result<Shape> shape_for(const XgboostModel& model, const FeatureMap& features, const Preprocessing& how,
                        const data::DatasetInfo& data, const std::string& place) {
  if (features.statistics || !features.columns.empty())
    return prepared_shape(how, data.sample_shape, declared_input(data.sample_shape), place);
  onnx::OnnxValueInfo input = declared_input({model.features});
  input.name = "features";
  return prepared_shape(how, data.sample_shape, input, place);
}

}  // namespace

Result<OpenedModel> open_xgboost(const std::string& path) {
  APPRENTICE_TRY(const std::string bytes, read_file(path, kMostBytes));
  APPRENTICE_TRY(XgboostModel model, parse_xgboost(bytes, path));
  OpenedModel opened;
  opened.format = "XGBoost " + model.version;
  opened.fingerprint = sha256_hex(bytes);
  opened.parameters = model.nodes;
  opened.notes = {fmt::format("{} of {} trees with {} nodes; objective {}", model.booster, model.trees, model.nodes,
                              model.objective),
                  fmt::format("gives {} values a sample", model.outputs())};
  if (model.best_rounds > 0)
    opened.notes.push_back(
        fmt::format("early stopping found round {} of {} the best: those after it are left out, as XGBClassifier does; "
                    "rounds = \"all\" in [teacher] uses them",
                    model.best_rounds, model.rounds));
  opened.input_names = model.feature_names;
  opened.columns = model.features;
  const TaskKind task = is_classifier(model) ? TaskKind::kClassification : TaskKind::kRegression;
  const int64_t rounds = model.best_rounds;
  const auto raw = std::make_shared<XgboostRawModel>(std::move(model), task, FeatureMap(), rounds, path);
  APPRENTICE_CHECK(raw->load());
  opened.run = [raw, path, task, columns = opened.columns](const Tensor& samples) -> Result<NamedOutputs> {
    if (samples.shape().size() != 2 || samples.shape()[1] != columns)
      return bad_input(path, "takes samples of shape [n, {}], but {} is given", columns, to_string(samples.shape()));
    APPRENTICE_TRY(Tensor answers, raw->run(samples));
    NamedOutputs outputs;
    outputs.emplace_back(task == TaskKind::kClassification ? "margins" : "value", std::move(answers));
    return outputs;
  };
  return opened;
}

Result<std::unique_ptr<Teacher>> make_xgboost_teacher(Config& teacher, const data::DatasetInfo& data,
                                                      const std::string& folder) {
  std::string path, features = "values", which = "best";
  teacher.require("path", path).read_choice("features", features, {"values", "statistics"});
  teacher.read_choice("rounds", which, {"best", "all"});
  PreparedKeys keys = read_prepared_keys(teacher);
  if (path.empty()) return bad_input(teacher.place("path"), "path is empty; an XGBoost model is expected");
  if (keys.answers.kind != "logits")
    return bad_input(teacher.place("output"),
                     "an XGBoost teacher gives its margins, which are logits; leave output out");
  const std::string file = data::resolve_path(folder, path);
  APPRENTICE_TRY(const std::string bytes, read_file(file, kMostBytes));
  APPRENTICE_TRY(XgboostModel model, parse_xgboost(bytes, file));
  APPRENTICE_CHECK(check_task(model, data.task, file));
  APPRENTICE_TRY(FeatureMap map, features_of(features, model, data, file));
  APPRENTICE_TRY(Shape prepared, shape_for(model, map, keys.how, data, file));
  ModelFacts facts;
  facts.place = file;
  facts.parameters = model.nodes;
  facts.batches = Batches::kProven;  // a tree sees one sample at a time
  const int64_t rounds = which == "best" ? model.best_rounds : 0;
  facts.description =
      fmt::format("{} (XGBoost {}, {}, {} trees{})", std::filesystem::path(file).filename().string(), model.version,
                  model.objective, model.trees,
                  rounds > 0 ? fmt::format("; the first {} of {} rounds, the best", rounds, model.rounds) : "");
  Hasher hasher;
  hasher.add("xgboost teacher 1").add(sha256_hex(bytes));
  for (const int64_t column : map.columns) hasher.add(column);
  if (map.statistics) hasher.add("statistics 1");
  if (rounds > 0) hasher.add("rounds").add(rounds);
  facts.fingerprint = hasher.hex();
  auto raw = std::make_unique<XgboostRawModel>(std::move(model), data.task, std::move(map), rounds, file);
  APPRENTICE_CHECK(raw->load());
  return prepared_teacher(std::move(raw), std::move(facts), std::move(keys), std::move(prepared), data);
}

}  // namespace apprentice::teacher
