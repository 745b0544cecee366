// SPDX-License-Identifier: Apache-2.0
// Methods of distillation side by side: plain data, its JSON (docs/formats/comparison_json.md), one offline HTML page,
// one text table. The validation split ranks and chooses; the test split was read once, at the end. Pure functions.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/task.h"
#include "apprentice/metrics/metric.h"

namespace apprentice::report {

// In a run directory.
inline constexpr const char* kComparisonJson = "compare/comparison.json";
inline constexpr const char* kComparisonPage = "compare/comparison.html";

// One training.
struct ComparedSeed {
  uint64_t seed = 0;
  int64_t steps = 0, best_step = 0;     // trained, kept
  double validation = 0.0, test = 0.0;  // of the kept step, float, by the metric
  double seconds = 0.0;                 // of its training steps; validation and loading left out
};

// Means over seeds with their 95 % intervals, on the test split, by the metric.
struct ComparedScore {
  metrics::Interval test;
  std::optional<metrics::Interval> gain;  // over the control arm, paired over samples and seeds; positive is good
  std::optional<double> rmse;             // regression
  std::optional<double> nasa_score;
};

struct ComparedMethod {
  std::string name;             // "control", "kd", "kd:T=1"
  nlohmann::ordered_json loss;  // every key with the value used; null for the control arm
  std::vector<ComparedSeed> seeds;
  ComparedScore score;                // of the float students
  std::optional<ComparedScore> int8;  // of their int8 forms: winner and control arm
};

struct ComparisonData {
  std::string job;
  TaskKind task = TaskKind::kClassification;
  metrics::Metric metric = metrics::Metric::kAccuracy;  // by which the job judges
  std::string target_name, target_unit;
  std::vector<ComparedMethod> methods;  // the control arm first, then as the validation split ranks them
  std::string winner;                   // best on the validation split; "control" where no method beats it there
  std::optional<ComparedScore> teacher;
  int64_t validation_samples = 0, test_samples = 0;
  std::string unit_name;  // what the bootstrap drew: "group", "sample"
  int64_t units = 0, rounds = 0;
  std::string job_file, job_hash, split, leak_warning;
  std::vector<std::pair<std::string, std::string>> versions;
};

inline constexpr const char* kControlName = "control";

const ComparedMethod* find_method(const ComparisonData& data, const std::string& name);
// Mean over seeds of the metric on the validation split.
double validation_mean(const ComparedMethod& method);
double seconds_mean(const ComparedMethod& method);
// The share of the way from the control arm to the teacher that a method goes, on the test split (float); absent where
// the teacher is not better than the control arm.
std::optional<double> way_to_teacher(const ComparisonData& data, const ComparedMethod& method);

struct ComparisonSummary {
  enum class Verdict { kGain, kUnproven, kLoss, kControl } verdict = Verdict::kUnproven;  // kControl: nothing beats it
  std::string headline, claim;         // what validation chose; what the test split says of it
  std::vector<std::string> sentences;  // how to read the rest
};
ComparisonSummary summarize(const ComparisonData& data);

nlohmann::ordered_json to_json(const ComparisonData& data);
std::string comparison_json_text(const ComparisonData& data);
// kBadInput names the place inside the file; derived values are not read.
Result<ComparisonData> comparison_from_json(const nlohmann::ordered_json& json, const std::string& file);
Result<ComparisonData> read_comparison(const std::string& path);

std::string render_html(const ComparisonData& data);
std::string render_text(const ComparisonData& data);

}  // namespace apprentice::report
