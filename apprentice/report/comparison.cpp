// SPDX-License-Identifier: Apache-2.0
// What a comparison means, in sentences that claim no more than the choice on the validation split allows.
#include "apprentice/report/comparison.h"

#include <fmt/format.h>

#include <cmath>

#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"

namespace apprentice::report {
namespace {

using Verdict = ComparisonSummary::Verdict;

double mean_of(const ComparedMethod& method, double ComparedSeed::*value) {
  double sum = 0.0;
  for (const ComparedSeed& seed : method.seeds) sum += seed.*value;
  return method.seeds.empty() ? 0.0 : sum / static_cast<double>(method.seeds.size());
}

std::string score_words(const ComparisonData& data, double value) {
  if (data.metric == metrics::Metric::kAccuracy) return format_percent(value);
  if (metrics::is_share(data.metric)) return format_percent(value) + " " + metrics::metric_title(data.metric);
  return fmt::format("{} of {}{}", data.metric == metrics::Metric::kRmse ? "an RMSE" : "a mean absolute error",
                     format_number(value), data.target_unit.empty() ? "" : " " + data.target_unit);
}

std::string headline(const ComparisonData& data, const ComparedMethod& winner, const ComparedMethod& control) {
  const auto methods = static_cast<int64_t>(data.methods.size()) - 1;
  const std::string of = fmt::format("{} {}", methods, plural(methods, "method"));
  if (winner.name == kControlName) {
    return fmt::format("On the validation split none of {} beats the control arm ({}).", of,
                       score_words(data, validation_mean(control)));
  }
  const char* tie = validation_mean(winner) == validation_mean(control) ? "; the loss broke the tie" : "";
  return fmt::format("On the validation split {} is the best of {}: {} against {} of the control arm{}.", winner.name,
                     of, score_words(data, validation_mean(winner)), score_words(data, validation_mean(control)), tie);
}

Verdict verdict_of(const ComparisonData& data, const metrics::Interval& gain) {
  if (data.units < 2) return Verdict::kUnproven;
  if (gain.low > 0.0) return Verdict::kGain;
  return gain.high < 0.0 ? Verdict::kLoss : Verdict::kUnproven;
}

std::string claim(const ComparisonData& data, const ComparedMethod& winner, const ComparedScore& score,
                  Verdict verdict) {
  const metrics::Interval& gain = *score.gain;
  const auto format = gain_text(data.metric);
  const std::string what =
      fmt::format("{} {}{} {}", metrics::is_share(data.metric) ? "has" : "saves", format(gain.mean),
                  gain_unit(data.metric, data.target_unit), metrics::is_share(data.metric) ? "over" : "against");
  const char* lead = verdict == Verdict::kGain   ? "Distillation helps"
                     : verdict == Verdict::kLoss ? "Distillation hurts here"
                                                 : "No proven gain from distillation";
  return fmt::format("{}: on the test split {}{} {} the control arm (95 % interval {} to {}).", lead,
                     winner.int8 ? "the int8 form of " : "", winner.name, what, format(gain.low), format(gain.high));
}

std::string reading(const ComparisonData& data) {
  return fmt::format(
      "Only this interval is a claim: {} {} compared, the winner was chosen on the validation split, and the test "
      "split was read once, after that. The other intervals are for orientation; with so many, some leave zero out by "
      "luck.",
      data.methods.size() - 1, data.methods.size() == 2 ? "method was" : "methods were");
}

std::string intervals(const ComparisonData& data) {
  const size_t seeds = data.methods.front().seeds.size();
  std::string text = fmt::format("Intervals: bootstrap over {} test {} and {} training {}, {} rounds",
                                 format_whole(data.units), plural(data.units, data.unit_name), seeds,
                                 plural(static_cast<int64_t>(seeds), "seed"), format_whole(data.rounds));
  if (seeds == 1) text += "; with one seed the luck of training is not in them";
  if (data.units < 10) text += fmt::format("; from so few {} they are likely too narrow", plural(2, data.unit_name));
  return text + ".";
}

}  // namespace

const ComparedMethod* find_method(const ComparisonData& data, const std::string& name) {
  for (const ComparedMethod& method : data.methods) {
    if (method.name == name) return &method;
  }
  return nullptr;
}

double validation_mean(const ComparedMethod& method) { return mean_of(method, &ComparedSeed::validation); }
double seconds_mean(const ComparedMethod& method) { return mean_of(method, &ComparedSeed::seconds); }

std::optional<double> way_to_teacher(const ComparisonData& data, const ComparedMethod& method) {
  const ComparedMethod* control = find_method(data, kControlName);
  if (!data.teacher || control == nullptr || method.name == kControlName) return std::nullopt;
  const double sign = metrics::is_share(data.metric) ? 1.0 : -1.0;
  const double gap = sign * (data.teacher->test.mean - control->score.test.mean);
  if (!(gap > 0.0)) return std::nullopt;
  return sign * (method.score.test.mean - control->score.test.mean) / gap;
}

ComparisonSummary summarize(const ComparisonData& data) {
  ComparisonSummary summary;
  const ComparedMethod* winner = find_method(data, data.winner);
  const ComparedMethod* control = find_method(data, kControlName);
  if (winner == nullptr || control == nullptr) {
    summary.headline = "Nothing has been compared yet.";
    return summary;
  }
  summary.headline = headline(data, *winner, *control);
  const ComparedScore& score = winner->int8 ? *winner->int8 : winner->score;
  if (winner == control || !score.gain) {
    summary.verdict = Verdict::kControl;
    summary.claim = "Train this student on labels only: the validation split gives no reason for a teacher.";
    summary.sentences.push_back(
        "The intervals on the test split are for orientation: no method was chosen, so none of them is a claim.");
  } else {
    summary.verdict = verdict_of(data, *score.gain);
    summary.claim = claim(data, *winner, score, summary.verdict);
    summary.sentences.push_back(reading(data));
  }
  summary.sentences.push_back(intervals(data));
  return summary;
}

}  // namespace apprentice::report
