// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/training_loop.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"

namespace apprentice::train {
namespace {

constexpr double kReportSeconds = 0.25;  // at least, between two progress reports

double seconds_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

// "loss 0.5310 kd 0.6021 ce 0.4100"
std::string describe(const TrainPoint& means) {
  std::string text = fmt::format("loss {:.4f}", means.train_loss);
  for (const auto& [name, value] : means.parts) text += fmt::format(" {} {:.4f}", name, value);
  return text;
}

// Sums over samples to means.
TrainPoint means_of(TrainPoint sums, double seconds) {
  const double count = static_cast<double>(std::max<int64_t>(sums.samples, 1));
  sums.train_loss /= count;
  for (auto& [name, value] : sums.parts) value /= count;
  sums.samples_per_second = static_cast<double>(sums.samples) / seconds;
  return sums;
}

}  // namespace

TrainingLoop::TrainingLoop(const TrainTask& task, const Objective& objective, Student& student, const Samples& train,
                           const Samples& validation, const RunControl& control)
    : task_(task),
      objective_(objective),
      student_(student),
      train_(train),
      validation_(validation),
      control_(control),
      batch_size_(std::min(task.options.batch_size, train.size())),
      schedule_(make_schedule(task.options, train.size())),
      optimizer_(make_optimizer(task.options, trainable(student))) {
  state_.student = student.state();
  state_.average = student.state().clone();
  state_.best = student.state().clone();
  state_.optimizer = optimizer_->state();
  state_.report.planned_steps = schedule_.steps;
  state_.report.steps_per_epoch = schedule_.steps_per_epoch;
  prepare_auxiliaries();
  if (task.checkpoint_folder.empty()) return;
  identity_ = training_identity(task);
  checkpoint_path_ = task.checkpoint_folder + "/checkpoint.apck";
}

void TrainingLoop::prepare_auxiliaries() {
  const auto keep = [this](const std::vector<at::Tensor>& tensors) {
    state_.auxiliaries.insert(state_.auxiliaries.end(), tensors.begin(), tensors.end());
  };
  const losses::Adapters& adapters = objective_.adapters;
  if (!adapters.parameters().empty()) {
    adapter_optimizer_ = make_optimizer(task_.options, {adapters.flat_parameters(), adapters.flat_gradients(), 0});
    keep(adapter_optimizer_->state());
    keep({adapters.flat_parameters()});
  }
  keep(adapters.memories());
  keep(objective_.peers.state());
}

Result<TrainResult> TrainingLoop::run() {
  APPRENTICE_CHECK(resume());
  while (!state_.finished) APPRENTICE_CHECK(run_to_validation());
  student_.load(state_.best);
  return TrainResult{{student_.spec(), student_.weights()}, state_.report};
}

Status TrainingLoop::resume() {
  if (checkpoint_path_.empty() || !file_exists(checkpoint_path_)) return {};
  APPRENTICE_CHECK(load_checkpoint(checkpoint_path_, identity_, state_));
  seconds_before_ = state_.seconds;
  return {};
}

Status TrainingLoop::run_to_validation() {
  const auto begin = Clock::now();
  const int64_t goal = std::min(schedule_.steps, state_.step + schedule_.validate_every);
  TrainPoint sums;
  while (state_.step < goal) {
    if (control_.stop_requested()) return interrupted("training of " + task_.title);
    const at::Tensor indices = next_batch();
    sums.learning_rate = learning_rate_at(task_.options.learning_rate, schedule_, state_.step);
    APPRENTICE_CHECK(take_step(indices, sums));
    sums.samples += indices.numel();
    if (is_out_of_time()) break;
    const auto now = Clock::now();
    if (seconds_between(last_report_, now) < kReportSeconds) continue;
    last_report_ = now;
    report_progress(means_of(sums, seconds_between(begin, now)));
  }
  return finish_point(means_of(std::move(sums), seconds_between(begin, Clock::now())));
}

at::Tensor TrainingLoop::next_batch() {
  const int64_t epoch = state_.step / schedule_.steps_per_epoch, place = state_.step % schedule_.steps_per_epoch;
  if (epoch != order_epoch_) {
    Rng rng(task_.options.seed, fmt::format("order/{}", epoch + 1));
    order_ = at::tensor(rng.permutation(train_.size()), at::kLong);
    order_epoch_ = epoch;
  }
  const int64_t first = place * batch_size_;
  return order_.narrow(0, first, std::min(batch_size_, train_.size() - first));
}

Status TrainingLoop::take_step(const at::Tensor& indices, TrainPoint& sums) {
  student_.gradients().zero_();
  if (adapter_optimizer_) objective_.adapters.flat_gradients().zero_();
  Batch batch = train_.batch(student_, indices, order_epoch_ + 1);
  batch.targets.peers = objective_.peers.answer(batch.rows);
  const losses::StudentOutput output =
      student_.observe(batch.rows, layers::ForwardMode::kTrain, objective_.features.layers);
  const losses::LossValue value = (*objective_.loss)(output, batch.targets);
  APPRENTICE_CHECK(check_finite(value));
  value.total.backward();
  optimizer_->step(sums.learning_rate, ++state_.step);
  if (adapter_optimizer_) adapter_optimizer_->step(sums.learning_rate, state_.step);
  objective_.peers.learn(*objective_.loss, output.logits, batch.targets.peers, batch.targets, sums.learning_rate,
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

Status TrainingLoop::check_finite(const losses::LossValue& value) const {
  if (std::isfinite(value.total.item<double>())) return {};
  std::string parts;
  for (const auto& [name, part] : value.parts) {
    const double number = part.item<double>();
    parts += std::isnan(number) ? fmt::format(" {} nan", name) : fmt::format(" {} {}", name, number);
  }
  return bad_input(task_.title,
                   "the loss is no longer finite in step {} of {} ({}): lower learning_rate ({}), or look for extreme "
                   "values in the data or the teacher's answers",
                   state_.step + 1, schedule_.steps, parts.substr(1), task_.options.learning_rate);
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
  if (task_.options.weight_average == 0.0) return score(student_, validation_, task_.metric);
  const StudentState own = student_.state().clone();
  student_.load(state_.average);
  const Score result = score(student_, validation_, task_.metric);
  student_.load(own);
  return result;
}

Status TrainingLoop::finish_point(TrainPoint point) {
  const at::NoGradGuard no_grad;
  const Score result = validate();
  if (!std::isfinite(result.loss)) {
    return bad_input(task_.title, "the validation loss is no longer finite after step {}: lower learning_rate ({})",
                     state_.step, task_.options.learning_rate);
  }
  point.step = state_.step;
  point.validation_loss = result.loss;
  point.validation_metric = result.metric;
  TrainReport& report = state_.report;
  if (report.points.empty() || is_better(result, state_.best_score)) {
    const StudentState& current = task_.options.weight_average == 0.0 ? state_.student : state_.average;
    state_.best = current.clone();
    state_.best_score = result;
    report.best_step = point.step;
    report.best_metric = result.metric;
  }
  report.points.push_back(point);
  state_.seconds = seconds_since_start();
  update_end();
  if (!checkpoint_path_.empty()) APPRENTICE_CHECK(save_checkpoint(checkpoint_path_, identity_, state_));
  // Told last: steps that were seen to end are not repeated by a stopped run.
  report_progress(point);
  return {};
}

void TrainingLoop::update_end() {
  TrainReport& report = state_.report;
  const bool impatient = schedule_.patience > 0 && state_.step - report.best_step >= schedule_.patience;
  const bool complete = state_.step >= schedule_.steps;
  if (complete)
    report.end = TrainEnd::kComplete;
  else if (impatient)
    report.end = TrainEnd::kOutOfPatience;
  else if (is_out_of_time())
    report.end = TrainEnd::kOutOfTime;
  state_.finished = complete || impatient || is_out_of_time();
}

bool TrainingLoop::is_out_of_time() const {
  return task_.options.max_seconds > 0.0 && seconds_since_start() >= task_.options.max_seconds;
}

double TrainingLoop::seconds_since_start() const { return seconds_before_ + seconds_between(start_, Clock::now()); }

void TrainingLoop::report_progress(const TrainPoint& means) const {
  if (!control_.on_progress) return;
  std::string detail = fmt::format("step {}/{} {}", state_.step, schedule_.steps, describe(means));
  if (!state_.report.points.empty())
    detail += fmt::format(" val {:.4f}", state_.report.points.back().validation_metric);
  detail += fmt::format("  {:.0f} samples/s", means.samples_per_second);
  control_.report({"train " + task_.title, state_.step, schedule_.steps, detail});
}

}  // namespace apprentice::train
