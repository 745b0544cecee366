// SPDX-License-Identifier: Apache-2.0
// The test split of a comparison: answers, their scores and the intervals of the gains.
#include <cmath>
#include <numeric>

#include "apprentice/base/hash.h"
#include "apprentice/pipeline/compare_parts.h"
#include "apprentice/pipeline/gain.h"
#include "apprentice/pipeline/net_answers.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice::pipeline {
namespace {

// What several trainings answer on the test split.
struct Scored {
  Scorecards cards;                       // per seed
  std::vector<double> rmse, nasa_scores;  // per seed, regression
};

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

metrics::Interval negated(const metrics::Interval& interval) { return {-interval.mean, -interval.high, -interval.low}; }

class Scorer {
 public:
  explicit Scorer(Run& run) : run_(run), test_(*run.inputs.splits.test), truth_(read_truth(test_)) {}

  Result<Scored> float_students(const ComparedArm& arm) {
    Scored scored;
    for (const Training& training : arm.trainings) {
      run_.control.report({"test " + training.task.title, 0, 0, ""});
      if (run_.control.stop_requested()) return interrupted("the comparison");
      APPRENTICE_TRY(const NetAnswers answers, answer_float(run_, training.folder, test_));
      add(answers.outputs, scored);
    }
    return scored;
  }
  Result<Scored> int8_students(const ComparedArm& arm) {
    Scored scored;
    for (const Training& training : arm.trainings) {
      APPRENTICE_TRY(const NetAnswers answers, answer_int8(run_, training.folder, test_));
      add(answers.outputs, scored);
    }
    return scored;
  }
  Result<Scored> teacher() {
    Scored scored;
    APPRENTICE_TRY(const Tensor outputs, answer_teacher(run_));
    add(outputs, scored);
    return scored;
  }

  // `control` null: no gain.
  report::ComparedScore score(const Scored& scored, const Scored* control) const {
    const Job& job = run_.inputs.job;
    report::ComparedScore result;
    result.test = gain_over(scored.cards, {}, truth_, job).interval;
    if (!metrics::is_share(run_.inputs.metric)) result.test = negated(result.test);
    if (control != nullptr) result.gain = gain_over(scored.cards, control->cards, truth_, job).interval;
    if (!scored.rmse.empty()) result.rmse = mean(scored.rmse);
    if (!scored.nasa_scores.empty()) result.nasa_score = mean(scored.nasa_scores);
    return result;
  }
  std::vector<double> headline(const Scored& scored) const {
    std::vector<double> values;
    for (const metrics::Scorecard& card : scored.cards) values.push_back(card.value());
    return values;
  }
  const Truth& truth() const { return truth_; }

 private:
  void add(const Tensor& outputs, Scored& scored) const {
    scored.cards.push_back(scorecard(outputs, truth_, run_.inputs.metric));
    if (truth_.targets.empty()) return;
    scored.rmse.push_back(metrics::regression_metrics(outputs, truth_.targets).rmse);
    if (predicts_remaining_life(run_.inputs.job)) {
      scored.nasa_scores.push_back(metrics::nasa_score(outputs, truth_.targets));
    }
  }

  Run& run_;
  const data::Dataset& test_;
  Truth truth_;
};

// Seconds of the training steps.
double seconds_of(const train::TrainReport& history) {
  double seconds = 0.0;
  for (const train::TrainPoint& point : history.points)
    seconds += static_cast<double>(point.samples) / point.samples_per_second;
  return seconds;
}

std::vector<report::ComparedSeed> seeds_of(const Run& run, const ComparedArm& arm, const std::vector<double>& test) {
  std::vector<report::ComparedSeed> seeds;
  for (size_t i = 0; i < arm.trainings.size(); ++i) {
    const train::TrainReport& history = arm.histories[i];
    report::ComparedSeed seed;
    seed.seed = arm.trainings[i].task.options.seed;
    seed.steps = history.points.back().step;
    seed.best_step = history.best_step;
    seed.validation = metrics::is_share(run.inputs.metric) ? history.best_metric : -history.best_metric;
    seed.test = test[i];
    seed.seconds = seconds_of(history);
    seeds.push_back(seed);
  }
  return seeds;
}

report::ComparisonData frame_of(const Run& run, const Truth& truth) {
  const Inputs& inputs = run.inputs;
  report::ComparisonData data;
  data.job = inputs.job.report.title.empty() ? inputs.job.name : inputs.job.report.title;
  data.task = inputs.student.task;
  data.metric = inputs.metric;
  data.target_name = target_name(inputs.job);
  data.target_unit = target_unit(inputs.job);
  data.validation_samples = inputs.splits.validation->size();
  data.test_samples = inputs.splits.test->size();
  data.rounds = inputs.job.report.bootstrap_rounds;
  data.unit_name = truth.distinct_groups > 1 ? "group" : "sample";
  data.units = truth.distinct_groups > 1 ? truth.distinct_groups : data.test_samples;
  data.job_file = inputs.job.path;
  data.job_hash = sha256_hex(inputs.job.text);
  data.split = inputs.splits.description;
  data.leak_warning = inputs.splits.leak_warning;
  data.versions = {{"apprentice", version()}, {"libtorch", train::libtorch_version()}, {"compiler", __VERSION__}};
  return data;
}

}  // namespace

Result<report::ComparisonData> score_arms(Run& run, const std::vector<ComparedArm>& arms) {
  Scorer scorer(run);
  report::ComparisonData data = frame_of(run, scorer.truth());
  data.winner = winner_of(arms);
  if (has_teacher(run.inputs)) {
    APPRENTICE_TRY(const Scored teacher, scorer.teacher());
    data.teacher = scorer.score(teacher, nullptr);
  }
  Scored control, control_int8;
  for (const ComparedArm& arm : arms) {
    const bool is_control = &arm == &arms.front();
    report::ComparedMethod method;
    method.name = arm.name;
    const train::TrainTask& task = arm.trainings.front().task;
    if (!is_control) method.loss = to_json(LossJob{task.loss, *task.loss_keys});
    APPRENTICE_TRY(const Scored scored, scorer.float_students(arm));
    method.seeds = seeds_of(run, arm, scorer.headline(scored));
    method.score = scorer.score(scored, is_control ? nullptr : &control);
    if (is_control) control = scored;
    if (is_control || arm.name == data.winner) {
      APPRENTICE_TRY(const Scored int8, scorer.int8_students(arm));
      method.int8 = scorer.score(int8, is_control ? nullptr : &control_int8);
      if (is_control) control_int8 = int8;
    }
    data.methods.push_back(std::move(method));
  }
  return data;
}

}  // namespace apprentice::pipeline
