// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/folds.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "apprentice/report/comparison_rows.h"
#include "apprentice/report/format.h"
#include "apprentice/report/metric_text.h"

namespace apprentice::report {
namespace {

// Student's t: 0.975 quantile with 1, 2, ... degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
constexpr std::array<double, 19> kQuantiles = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                                               2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093};

using Folds = std::vector<const ComparisonData*>;

template <typename Value>
std::vector<double> over(const Folds& folds, Value value) {
  std::vector<double> values;
  for (const ComparisonData* fold : folds) values.push_back(value(*fold));
  return values;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

metrics::Interval interval_of(const std::vector<double>& values) {
  const double mean = mean_of(values), n = static_cast<double>(values.size());
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double half = kQuantiles[values.size() - 2] * std::sqrt(squares / (n - 1.0) / n);
  return {mean, mean - half, mean + half};
}

double gain_of(const ComparisonData& fold, const std::string& name) {
  const auto& gain = find_method(fold, name)->score.gain;
  return gain ? gain->mean : 0.0;
}

// "job" alone does not tell what it is.
std::string title_of(const ComparedMethod& method) {
  if (method.name != "job" || !method.loss.is_object()) return method.name;
  std::string text = "job (";
  for (const auto& [key, value] : method.loss.items())
    text += key == "name" ? value.get<std::string>() + ":" : fmt::format("{}={},", key, value.dump());
  text.back() = ')';
  return text;
}

PooledMethod pool_method(const Folds& folds, const PooledFolds& job, const std::string& name) {
  PooledMethod pooled;
  pooled.name = title_of(*find_method(*folds.front(), name));
  pooled.test = mean_of(over(folds, [&](const auto& fold) { return find_method(fold, name)->score.test.mean; }));
  pooled.gain = interval_of(over(folds, [&](const auto& fold) { return gain_of(fold, name); }));
  if (!job.teacher || name == kControlName) return pooled;
  const double sign = metrics::is_share(job.metric) ? 1.0 : -1.0;
  const double way = sign * (*job.teacher - job.methods.front().test);
  if (way > 0.0) pooled.to_teacher = sign * (pooled.test - job.methods.front().test) / way;
  return pooled;
}

Status check_folds(const Folds& folds) {
  const ComparisonData& first = *folds.front();
  if (folds.size() < 2 || folds.size() > kQuantiles.size() + 1)
    return bad_input(first.job, "{} comparisons of this job are given; 2 to {} folds are expected", folds.size(),
                     kQuantiles.size() + 1);
  for (const ComparisonData* fold : folds) {
    const bool same = fold->methods.size() == first.methods.size() && fold->metric == first.metric &&
                      std::all_of(first.methods.begin(), first.methods.end(), [&](const ComparedMethod& method) {
                        return find_method(*fold, method.name) != nullptr;
                      });
    if (!same) return bad_input(first.job, "its folds compared different methods; compare the same ones on each");
    if (fold != &first && fold->split == first.split)
      return bad_input(first.job, "two of its comparisons have the same split: {}", first.split);
  }
  return {};
}

Result<PooledFolds> pool(const Folds& folds) {
  APPRENTICE_CHECK(check_folds(folds));
  PooledFolds job;
  job.job = folds.front()->job;
  job.metric = folds.front()->metric;
  job.folds = static_cast<int64_t>(folds.size());
  for (const ComparisonData* fold : folds) job.test_samples += fold->test_samples;
  if (std::all_of(folds.begin(), folds.end(), [](const auto* fold) { return fold->teacher.has_value(); }))
    job.teacher = mean_of(over(folds, [](const auto& fold) { return fold.teacher->test.mean; }));
  std::vector<std::string> names;
  for (const ComparedMethod& method : folds.front()->methods) names.push_back(method.name);
  std::sort(names.begin() + 1, names.end());  // folds rank them differently
  for (const std::string& name : names) job.methods.push_back(pool_method(folds, job, name));
  return job;
}

std::string figure(const PooledFolds& job, double value) { return score_text(job.metric)(value); }

std::string rows_of(const PooledFolds& job) {
  std::string rows;
  const auto row = [&](const std::string& name, double test, const std::string& gain, const std::string& way) {
    rows += fmt::format("| {} | {} | {} | {} | {} | {} |\n", escape_markdown(job.job), format_whole(job.test_samples),
                        name, figure(job, test), gain, way);
  };
  if (job.teacher) row("teacher", *job.teacher, "", "");
  for (const PooledMethod& method : job.methods) {
    const bool control = method.name == kControlName;
    row(control ? "control (labels only)" : escape_markdown(method.name), method.test,
        control ? "" : gain_figures(job.metric, method.gain),
        method.to_teacher ? format_percent(*method.to_teacher) : "");
  }
  return rows;
}

}  // namespace

Result<std::vector<PooledFolds>> pool_folds(const std::vector<ComparisonData>& comparisons) {
  std::vector<Folds> jobs;
  for (const ComparisonData& each : comparisons) {
    const auto known =
        std::find_if(jobs.begin(), jobs.end(), [&](const Folds& folds) { return folds.front()->job == each.job; });
    (known == jobs.end() ? jobs.emplace_back() : *known).push_back(&each);
  }
  std::vector<PooledFolds> pooled;
  for (const Folds& folds : jobs) {
    APPRENTICE_TRY(pooled.emplace_back(), pool(folds));
  }
  return pooled;
}

std::string render_folds(const std::vector<PooledFolds>& jobs) {
  if (jobs.empty()) return "";
  std::string page =
      "\n## Cross-validation\n\nEach fold is a comparison of its own, so that every sample tests once; float students, "
      "means over the folds. Intervals (95 %) are Student's t over the gains of the folds. Folds share training "
      "samples, "
      "so they are a little too narrow (Bengio and Grandvalet 2004).\n\n"
      "| job | test samples | method | accuracy or error | gain over the control arm | way to the teacher |\n"
      "|---|---|---|---|---|---|\n";
  for (const PooledFolds& job : jobs) page += rows_of(job);
  return page;
}

}  // namespace apprentice::report
