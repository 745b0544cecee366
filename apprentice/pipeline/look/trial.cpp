// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/look/trial.h"

#include <algorithm>
#include <cmath>

#include "apprentice/data/load.h"
#include "apprentice/layers/layer.h"
#include "apprentice/losses/loss.h"
#include "apprentice/model/families/family.h"
#include "apprentice/pipeline/teach_job.h"
#include "apprentice/pipeline/tree_rows.h"
#include "apprentice/train/distiller.h"

namespace apprentice {
namespace {

// Multiply-accumulates of a trial, forward and back, and bounds of its steps.
constexpr double kStudentMacs = 4e10, kTeacherMacs = 1.6e11;
constexpr int64_t kLeastSteps = 60, kMostSteps = 600;
constexpr int64_t kBatch = 64, kValidations = 10;
constexpr int64_t kMostRounds = 60;  // of trees

Result<NetSpec> network_of(Config& keys, const Dataset& train) {
  const DatasetInfo& info = train.info();
  const int64_t outputs = std::max<int64_t>(1, tree_classes(info));
  APPRENTICE_TRY(NetSpec spec, read_net_spec(keys, info.sample_shape, outputs));
  APPRENTICE_CHECK(keys.finish());
  APPRENTICE_TRY(const Normalisation norm, fit_normalisation(train, ConstantChannels::kAllow));
  spec.name = "look";
  spec.task = info.task;
  spec.class_names = info.class_names;
  spec.input_mean = norm.mean;
  spec.input_scale = norm.scale;
  APPRENTICE_CHECK(check_net(spec, outputs));
  return spec;
}

int64_t steps_for(const NetSpec& spec, Effort effort) {
  const auto cost = net_cost(spec);
  const double macs = cost ? std::max<double>(1.0, static_cast<double>(cost->macs)) : 1.0;
  const double fit = (effort == Effort::kStudent ? kStudentMacs : kTeacherMacs) / (3.0 * macs * double{kBatch});
  return std::clamp(static_cast<int64_t>(std::min(fit, 1e9)), kLeastSteps, kMostSteps);
}

Result<Tensor> try_network(const Candidate& candidate, Config& keys, const LookData& data, Effort effort, uint64_t seed,
                           const RunControl& control) {
  TrainTask task;
  task.title = candidate.name;
  APPRENTICE_TRY(task.spec, network_of(keys, *data.train));
  task.train = data.train;
  task.validation = data.validation;
  task.views = data.views;
  task.loss = label_only_loss(data.train->info().task);
  task.options.batch_size = kBatch;
  task.options.steps = steps_for(task.spec, effort);
  task.options.validations = kValidations;
  task.metric = data.metric;
  task.options.seed = seed;
  task.options.threads = 1;
  APPRENTICE_TRY(const TrainResult result, train(task, control));
  return predict_float(result.model, *data.validation, 1);
}

// As the job would train them, but shorter.
Result<Tensor> try_trees(Config& keys, const LookData& data, uint64_t seed, const RunControl& control) {
  TreeOptions options = read_trees(keys);
  APPRENTICE_CHECK(keys.finish());
  options.rounds = std::min(options.rounds, kMostRounds);
  options.seed = seed;
  const TreeRows validation = tree_rows(*data.validation);
  APPRENTICE_TRY(const BoostedTrees trees, train_trees(tree_rows(*data.train, data.views.get()), validation,
                                                       tree_classes(data.train->info()), options, control));
  return predict_trees(trees, validation.values, 1);
}

}  // namespace

Result<Tensor> try_candidate(const Candidate& candidate, const LookData& data, Effort effort, uint64_t seed,
                             const RunControl& control) {
  APPRENTICE_TRY(Config keys, Config::parse(candidate.keys, candidate.name));
  std::string family;
  keys.read("family", family);
  if (family == kTreesFamily) return try_trees(keys, data, seed, control);
  return try_network(candidate, keys, data, effort, seed, control);
}

Tensor mean_answers(const std::vector<Tensor>& outputs, TaskKind task) {
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

}  // namespace apprentice
