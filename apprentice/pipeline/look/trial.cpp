// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/look/trial.h"

#include <algorithm>
#include <cmath>

#include "apprentice/families/family.h"
#include "apprentice/families/frontends.h"
#include "apprentice/layers/layer.h"
#include "apprentice/losses/loss_kind.h"
#include "apprentice/pipeline/student_input.h"
#include "apprentice/pipeline/teach_job.h"
#include "apprentice/pipeline/tree_rows.h"
#include "apprentice/train/distiller.h"

namespace apprentice::pipeline {
namespace {

// Multiply-accumulates of a trial, forward and back, and bounds of its steps.
constexpr double kStudentMacs = 4e10, kTeacherMacs = 1.6e11;
// Of a whole training, which takes minutes at ten thousand million a second.
constexpr double kLongStudentMacs = 1e12, kLongTeacherMacs = 3e12;
constexpr int64_t kLeastSteps = 60, kMostSteps = 600;
constexpr int64_t kBatch = 64, kValidations = 10;
constexpr int64_t kMostRounds = 60;  // of trees

Result<StudentInput> input_of(const std::string& frontend, const data::Dataset& train) {
  if (frontend.empty()) return fit_student_input(train, {}, data::ConstantChannels::kAllow);
  APPRENTICE_TRY(Config keys, Config::parse(frontend, "look"));
  APPRENTICE_TRY(model::FrontendSpec spec, families::read_frontend(keys, train.info().sample_shape));
  APPRENTICE_CHECK(keys.finish());
  return fit_student_input(train, std::move(spec), data::ConstantChannels::kAllow);
}

Result<model::NetSpec> network_of(const Candidate& candidate, const data::Dataset& train) {
  APPRENTICE_TRY(Config keys, Config::parse(candidate.keys, candidate.name));
  APPRENTICE_TRY(const StudentInput input, input_of(candidate.frontend, train));
  const int64_t outputs = std::max<int64_t>(1, tree_classes(train.info()));
  APPRENTICE_TRY(model::NetSpec spec, families::read_net_spec(keys, input.shape, outputs));
  APPRENTICE_CHECK(keys.finish());
  fill_spec("look", train.info(), input, spec);
  APPRENTICE_CHECK(layers::check_net(spec, outputs));
  return spec;
}

// As many as `macs` multiply-accumulates are enough for.
int64_t steps_of(const model::NetSpec& spec, double macs) {
  const auto cost = layers::net_cost(spec);
  const double each = cost ? std::max<double>(1.0, static_cast<double>(cost->macs)) : 1.0;
  return static_cast<int64_t>(std::min(macs / (3.0 * each * double{kBatch}), 1e9));
}

Tensor mean_of_outputs(const std::vector<Tensor>& outputs, TaskKind task) {
  Tensor mean(DType::kF32, outputs.front().shape());
  const int64_t rows = mean.shape()[0], width = mean.shape()[1];
  const double share = 1.0 / static_cast<double>(outputs.size());
  for (int64_t n = 0; n < rows; ++n) {
    std::vector<double> sums(static_cast<size_t>(width), 0.0);
    for (const Tensor& each : outputs) {
      const float* row = each.data<float>() + n * width;
      const double largest = double{*std::max_element(row, row + width)};
      double total = 0.0;
      for (int64_t c = 0; c < width; ++c) total += std::exp(double{row[c]} - largest);
      for (int64_t c = 0; c < width; ++c) {
        const double value =
            task == TaskKind::kRegression ? double{row[c]} : std::exp(double{row[c]} - largest) / total;
        sums[static_cast<size_t>(c)] += share * value;
      }
    }
    for (int64_t c = 0; c < width; ++c) {
      const double value = sums[static_cast<size_t>(c)];
      mean.data<float>()[n * width + c] =
          static_cast<float>(task == TaskKind::kRegression ? value : std::log(std::max(value, 1e-12)));
    }
  }
  return mean;
}

Status take_loss(const std::string& keys, train::TrainTask& task) {
  task.loss = losses::label_only_loss(task.spec.task);
  if (keys.empty()) return {};
  APPRENTICE_TRY(Config table, Config::parse(keys, "look"));
  table.read("name", task.loss);
  task.loss_keys = losses::find_loss_kind(task.loss)->keys.read(table);
  return table.finish();
}

Result<Predictor> try_network(const Candidate& candidate, const LookData& data, const Teaching& teaching, Effort effort,
                              uint64_t seed, const RunControl& control) {
  train::TrainTask task;
  task.title = candidate.name;
  APPRENTICE_TRY(task.spec, network_of(candidate, *data.train));
  APPRENTICE_CHECK(take_loss(teaching.loss, task));
  task.train = data.train;
  task.validation = data.validation;
  task.views = teaching.views;
  task.targets = teaching.answers;
  task.options.batch_size = kBatch;
  task.options.steps = std::clamp(steps_of(task.spec, effort == Effort::kStudent ? kStudentMacs : kTeacherMacs),
                                  kLeastSteps, kMostSteps);
  task.options.validations = kValidations;
  task.metric = data.metric;
  task.options.seed = seed;
  task.options.threads = 1;
  APPRENTICE_TRY(train::TrainResult result, train::train(task, control));
  const auto model = std::make_shared<const model::Model>(std::move(result.model));
  return Predictor([model](const data::Dataset& asked) { return train::predict_float(*model, asked, 1); });
}

// As the job would train them, but shorter.
Result<Predictor> try_trees(Config& keys, const LookData& data, uint64_t seed, const RunControl& control) {
  trees::TreeOptions options = read_trees(keys);
  APPRENTICE_CHECK(keys.finish());
  options.rounds = std::min(options.rounds, kMostRounds);
  options.seed = seed;
  APPRENTICE_TRY(trees::BoostedTrees trained, trees::train_trees(tree_rows(*data.train), tree_rows(*data.validation),
                                                                 tree_classes(data.train->info()), options, control));
  const auto trees = std::make_shared<const trees::BoostedTrees>(std::move(trained));
  return Predictor(
      [trees](const data::Dataset& asked) { return trees::predict_trees(*trees, tree_rows(asked).values, 1); });
}

// One view of every sample.
class ViewOf final : public data::Dataset {
 public:
  ViewOf(const data::Dataset& data, const views::Views& views, int64_t view)
      : data_(data), views_(views), view_(view) {}

  const data::DatasetInfo& info() const override { return data_.info(); }
  int64_t size() const override { return data_.size(); }
  void get(int64_t index, float* out) const override { views_.make(index, view_, out); }
  data::SampleInfo sample_info(int64_t index) const override { return data_.sample_info(index); }
  const std::string& group_name(int32_t group) const override { return data_.group_name(group); }
  const std::map<std::string, std::string>& group_attributes(int32_t group) const override {
    return data_.group_attributes(group);
  }

 private:
  const data::Dataset& data_;
  const views::Views& views_;
  int64_t view_;
};

class AnswersInMemory final : public targets::TargetStore {
 public:
  explicit AnswersInMemory(std::vector<Tensor> views) : views_(std::move(views)) {}

  int64_t size() const override { return views_.front().shape()[0]; }
  int64_t classes() const override { return views_.front().shape()[1]; }
  int views() const override { return static_cast<int>(views_.size()); }
  const float* logits(int64_t index, int view) const override {
    promise(index >= 0 && index < size(), "an answer in memory is asked for by its number");
    return views_.at(static_cast<size_t>(view)).data<float>() + index * classes();
  }
  const std::string& folder() const override { return nowhere_; }
  const std::string& identity() const override { return nowhere_; }

 private:
  std::vector<Tensor> views_;
  const std::string nowhere_;
};

}  // namespace

Result<Predictor> try_candidate(const Candidate& candidate, const LookData& data, const Teaching& teaching,
                                Effort effort, uint64_t seed, const RunControl& control) {
  APPRENTICE_TRY(Config keys, Config::parse(candidate.keys, candidate.name));
  std::string family;
  keys.read("family", family);
  if (family == kTreesFamily) return try_trees(keys, data, seed, control);
  return try_network(candidate, data, teaching, effort, seed, control);
}

Result<int64_t> steps_within_minutes(const Candidate& candidate, const data::Dataset& train, Effort effort) {
  APPRENTICE_TRY(Config keys, Config::parse(candidate.keys, candidate.name));
  std::string family;
  keys.read("family", family);
  if (family == kTreesFamily) return 0;
  APPRENTICE_TRY(const model::NetSpec spec, network_of(candidate, train));
  const train::TrainOptions usual;
  const int64_t epoch = (train.size() + usual.batch_size - 1) / usual.batch_size;
  const int64_t most =
      std::max(steps_of(spec, effort == Effort::kStudent ? kLongStudentMacs : kLongTeacherMacs), usual.least_steps);
  return std::max(usual.epochs * epoch, usual.least_steps) <= most ? 0 : most;
}

Predictor mean_of(std::vector<Predictor> models, TaskKind task) {
  return [models = std::move(models), task](const data::Dataset& asked) -> Result<Tensor> {
    std::vector<Tensor> outputs(models.size());
    for (size_t i = 0; i < models.size(); ++i) {
      APPRENTICE_TRY(outputs[i], models[i](asked));
    }
    return mean_of_outputs(outputs, task);
  };
}

Result<std::shared_ptr<const targets::TargetStore>> answers_to(const data::Dataset& data, const views::Views* views,
                                                               const Predictor& model) {
  std::vector<Tensor> answers(static_cast<size_t>(views == nullptr ? 1 : views->count()));
  for (size_t view = 0; view < answers.size(); ++view) {
    if (views == nullptr) {
      APPRENTICE_TRY(answers[view], model(data));
    } else {
      APPRENTICE_TRY(answers[view], model(ViewOf(data, *views, static_cast<int64_t>(view))));
    }
  }
  return std::make_shared<const AnswersInMemory>(std::move(answers));
}

}  // namespace apprentice::pipeline
