// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/training_loop.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/train/schedule.h"

namespace apprentice {
namespace {

constexpr double kReportSeconds = 0.25;  // at least, between two progress reports inside an epoch

double seconds_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

// "loss 0.5310 kd 0.6021 ce 0.4100"
std::string describe(const EpochReport& means) {
  std::string text = fmt::format("loss {:.4f}", means.train_loss);
  for (const auto& [name, value] : means.parts) text += fmt::format(" {} {:.4f}", name, value);
  return text;
}

// Sums over samples to means.
EpochReport means_of(EpochReport sums, int64_t samples) {
  const double count = static_cast<double>(std::max<int64_t>(samples, 1));
  sums.train_loss /= count;
  for (auto& [name, value] : sums.parts) value /= count;
  return sums;
}

// A last batch of one sample has no variance for batch norm, so it is left out (another one each epoch).
int64_t count_steps(int64_t samples, int64_t batch_size) {
  const int64_t whole = samples / batch_size, rest = samples % batch_size;
  return whole + (rest > 1 || whole == 0 ? 1 : 0);
}

}  // namespace

TrainingLoop::TrainingLoop(const TrainTask& task, const Lesson& lesson, Student& student, const Samples& train,
                           const Samples& validation, const RunControl& control)
    : task_(task),
      lesson_(lesson),
      student_(student),
      train_(train),
      validation_(validation),
      control_(control),
      batch_size_(std::min(task.options.batch_size, train.size())),
      steps_per_epoch_(count_steps(train.size(), batch_size_)),
      optimizer_(make_optimizer(task.options, trainable(student))) {
  state_.student = student.state();
  state_.average = student.state().clone();
  state_.best = student.state().clone();
  state_.optimizer = optimizer_->state();
  prepare_companions();
  if (task.checkpoint_folder.empty()) return;
  identity_ = training_identity(task);
  checkpoint_path_ = task.checkpoint_folder + "/checkpoint.apck";
}

void TrainingLoop::prepare_companions() {
  const auto keep = [this](const std::vector<at::Tensor>& tensors) {
    state_.companions.insert(state_.companions.end(), tensors.begin(), tensors.end());
  };
  const Adapters& adapters = lesson_.adapters;
  if (!adapters.parameters().empty()) {
    adapter_optimizer_ = make_optimizer(task_.options, {adapters.flat_parameters(), adapters.flat_gradients(), 0});
    keep(adapter_optimizer_->state());
    keep({adapters.flat_parameters()});
  }
  keep(adapters.memories());
  keep(lesson_.peers.state());
}

Result<TrainResult> TrainingLoop::run() {
  APPRENTICE_CHECK(resume());
  while (!state_.finished) APPRENTICE_CHECK(run_epoch());
  student_.load(state_.best);
  return TrainResult{{student_.spec(), student_.weights()}, state_.report};
}

Status TrainingLoop::resume() {
  if (checkpoint_path_.empty() || !file_exists(checkpoint_path_)) return {};
  APPRENTICE_CHECK(load_checkpoint(checkpoint_path_, identity_, state_));
  seconds_before_ = state_.seconds;
  return {};
}

Status TrainingLoop::run_epoch() {
  const auto begin = Clock::now();
  Rng rng(task_.options.seed, fmt::format("order/{}", state_.epoch + 1));
  const std::vector<int64_t> drawn = rng.permutation(train_.size());
  const at::Tensor order = at::tensor(drawn, at::kLong);
  EpochReport sums;
  int64_t samples = 0;
  for (int64_t step = 0; step < steps_per_epoch_; ++step) {
    if (control_.stop_requested()) return interrupted("training of " + task_.title);
    const int64_t first = step * batch_size_, count = std::min(batch_size_, train_.size() - first);
    sums.learning_rate = learning_rate_at(task_.options, state_.step, steps_per_epoch_);
    APPRENTICE_CHECK(take_step(order.narrow(0, first, count), sums));
    samples += count;
    const auto now = Clock::now();
    if (seconds_between(last_report_, now) < kReportSeconds) continue;
    last_report_ = now;
    report_progress(means_of(sums, samples), step + 1, static_cast<double>(samples) / seconds_between(begin, now));
  }
  const double seconds = seconds_between(begin, Clock::now());
  sums.samples_per_second = static_cast<double>(samples) / seconds;
  return finish_epoch(means_of(std::move(sums), samples), seconds);
}

Status TrainingLoop::take_step(const at::Tensor& indices, EpochReport& sums) {
  student_.gradients().zero_();
  if (adapter_optimizer_) lesson_.adapters.flat_gradients().zero_();
  Batch batch = train_.batch(student_, indices, state_.epoch + 1);
  batch.targets.peers = lesson_.peers.answer(batch.rows);
  const StudentOutput output = student_.observe(batch.rows, ForwardMode::kTrain, lesson_.features.layers);
  const LossValue value = (*lesson_.loss)(output, batch.targets);
  APPRENTICE_CHECK(check_finite(value));
  value.total.backward();
  optimizer_->step(sums.learning_rate, ++state_.step);
  if (adapter_optimizer_) adapter_optimizer_->step(sums.learning_rate, state_.step);
  lesson_.peers.learn(*lesson_.loss, output.logits, batch.targets.peers, batch.targets, sums.learning_rate,
                      state_.step);
  average_weights();
  const double count = static_cast<double>(indices.numel());
  sums.train_loss += value.total.item<double>() * count;
  sums.parts.resize(value.parts.size());
  for (size_t i = 0; i < value.parts.size(); ++i) {
    sums.parts[i].first = value.parts[i].first;
    sums.parts[i].second += value.parts[i].second.item<double>() * count;
  }
  return {};
}

Status TrainingLoop::check_finite(const LossValue& value) const {
  if (std::isfinite(value.total.item<double>())) return {};
  std::string parts;
  for (const auto& [name, part] : value.parts) {
    const double number = part.item<double>();
    parts += std::isnan(number) ? fmt::format(" {} nan", name) : fmt::format(" {} {}", name, number);
  }
  return bad_input(
      task_.title,
      "the loss is no longer finite in epoch {}, step {} ({}): lower learning_rate ({}), or look for extreme "
      "values in the data or the teacher's answers",
      state_.epoch + 1, state_.step % steps_per_epoch_ + 1, parts.substr(1), task_.options.learning_rate);
}

// Exponential moving average (Polyak and Juditsky 1992, in the form of Tarvainen and Valpola 2017, section 3), with a
// shorter memory in the first steps so that the initial weights are forgotten.
void TrainingLoop::average_weights() {
  if (task_.options.weight_average == 0.0) return;
  const at::NoGradGuard no_grad;
  const double steps = static_cast<double>(state_.step);
  const double keep = std::min(task_.options.weight_average, (1.0 + steps) / (10.0 + steps));
  state_.average.parameters.lerp_(state_.student.parameters, 1.0 - keep);
  state_.average.statistics.lerp_(state_.student.statistics, 1.0 - keep);
}

// The averaged weights are what is validated and returned, where averaging is on.
Score TrainingLoop::validate() {
  if (task_.options.weight_average == 0.0) return score(student_, validation_);
  const StudentState own = student_.state().clone();
  student_.load(state_.average);
  const Score result = score(student_, validation_);
  student_.load(own);
  return result;
}

Status TrainingLoop::finish_epoch(EpochReport epoch, double seconds) {
  const at::NoGradGuard no_grad;
  const Score result = validate();
  if (!std::isfinite(result.loss)) {
    return bad_input(task_.title, "the validation loss is no longer finite after epoch {}: lower learning_rate ({})",
                     state_.epoch + 1, task_.options.learning_rate);
  }
  epoch.epoch = ++state_.epoch;
  epoch.validation_loss = result.loss;
  epoch.validation_metric = result.metric;
  ++state_.epochs_without_gain;
  if (state_.report.best_epoch == 0 || is_better(result, state_.best_score)) {
    const StudentState& current = task_.options.weight_average == 0.0 ? state_.student : state_.average;
    state_.best = current.clone();
    state_.best_score = result;
    state_.report.best_epoch = epoch.epoch;
    state_.report.best_metric = result.metric;
    state_.epochs_without_gain = 0;
  }
  state_.report.epochs.push_back(epoch);
  state_.seconds = seconds_since_start();
  state_.finished = is_finished();
  if (!checkpoint_path_.empty()) APPRENTICE_CHECK(save_checkpoint(checkpoint_path_, identity_, state_));
  // Told last: an epoch that was seen to end is one that a stopped run does not repeat.
  report_progress(epoch, 0, static_cast<double>(train_.size()) / seconds);
  return {};
}

bool TrainingLoop::is_finished() const {
  const TrainOptions& options = task_.options;
  return state_.epoch >= options.epochs || (options.patience > 0 && state_.epochs_without_gain >= options.patience) ||
         (options.max_seconds > 0.0 && state_.seconds >= options.max_seconds);
}

double TrainingLoop::seconds_since_start() const { return seconds_before_ + seconds_between(start_, Clock::now()); }

void TrainingLoop::report_progress(const EpochReport& means, int64_t steps_done, double samples_per_second) const {
  if (!control_.on_progress) return;
  const TrainOptions& options = task_.options;
  const int64_t done = state_.epoch * steps_per_epoch_ + steps_done, total = options.epochs * steps_per_epoch_;
  std::string detail =
      fmt::format("epoch {}/{} {}", steps_done == 0 ? state_.epoch : state_.epoch + 1, options.epochs, describe(means));
  if (!state_.report.epochs.empty())
    detail += fmt::format(" val {:.4f}", state_.report.epochs.back().validation_metric);
  detail += fmt::format("  {:.0f} samples/s", samples_per_second);
  control_.report({"train " + task_.title, done, total, detail});
}

}  // namespace apprentice
