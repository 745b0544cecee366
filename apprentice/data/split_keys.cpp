// SPDX-License-Identifier: Apache-2.0
// The [split] table of a job.
#include <cmath>

#include "apprentice/data/split.h"

namespace apprentice::data {
namespace {

constexpr int64_t kMostFolds = 20;

// train = [0.0, 0.6]
std::optional<Span> read_span(Config& config, const std::string& key) {
  std::vector<double> ends;
  config.read(key, ends);
  if (ends.empty()) return std::nullopt;
  if (ends.size() != 2 || ends[0] < 0.0 || ends[1] > 1.0 || ends[0] >= ends[1]) {
    config.reject(key, fmt::format("'{}' is no span of time; expected [from, to] with 0 <= from < to <= 1", key));
    return std::nullopt;
  }
  return Span{ends[0], ends[1]};
}

void read_spans(Config& config, SplitRule& rule) {
  for (int side = 0; side < kSides; ++side) {
    rule.spans[static_cast<size_t>(side)] = read_span(config, side_name(side));
    const auto& span = rule.spans[static_cast<size_t>(side)];
    for (int other = 0; other < side && span; ++other) {
      const auto& before = rule.spans[static_cast<size_t>(other)];
      if (!before || before->to <= span->from || span->to <= before->from) continue;
      config.reject(side_name(side), fmt::format("the spans of {} and {} overlap", side_name(other), side_name(side)));
    }
  }
}

bool has_spans(const SplitRule& rule) {
  for (const auto& span : rule.spans) {
    if (span) return true;
  }
  return false;
}

void read_attribute(Config& split, SplitPlan& plan) {
  std::string column;
  split.require("column", column);
  plan.words = fmt::format("by attribute '{}'", column);
  for (int side = 0; side < kSides; ++side) {
    if (!split.has(side_name(side))) continue;
    SplitRule rule;
    rule.place = split.place(side_name(side));
    rule.side = side;
    rule.where.conditions.push_back(read_condition(split, side_name(side), column));
    plan.rules.push_back(std::move(rule));
  }
}

// Cross-validation: jobs that differ in `fold` only test on every group once.
void read_folds(Config& split, SplitPlan& plan) {
  split.require("fold", plan.fold).read("folds", plan.folds);
  if (plan.folds < 2 || plan.folds > kMostFolds)
    split.reject("folds", fmt::format("'folds' is {}; expected 2 to {}", plan.folds, kMostFolds));
  if (plan.fold < 1 || plan.fold > plan.folds)
    split.reject("fold", fmt::format("'fold' is {}; expected 1 to {}", plan.fold, plan.folds));
  if (split.has("test")) split.reject("test", "a fold is what tests; leave 'test' out, or 'folds'");
  plan.words = fmt::format("by group, fold {} of {}", plan.fold, plan.folds);
  plan.fractions[kTest] = 1.0 / static_cast<double>(std::max<int64_t>(1, plan.folds));
}

void read_group(Config& split, SplitPlan& plan) {
  plan.by = SplitPlan::By::kGroup;
  plan.words = "by group";
  if (split.has("folds")) read_folds(split, plan);
  // Training last: what the others leave is its default, which is echoed.
  for (const int side : {kValidation, kTest, kTrain}) {
    double& fraction = plan.fractions[static_cast<size_t>(side)];
    if (side == kTrain) fraction = 1.0 - plan.fractions[kValidation] - plan.fractions[kTest];
    if (side != kTest || plan.folds == 0) split.read(side_name(side), fraction);
    if (fraction < 0.0 && split.has(side_name(side)))
      split.reject(side_name(side), "a share of the groups is at least 0");
  }
  const double sum = plan.fractions[kTrain] + plan.fractions[kValidation] + plan.fractions[kTest];
  if (std::fabs(sum - 1.0) > 1e-6 || plan.fractions[kTrain] <= 0.0) {
    split.reject("train", fmt::format("the shares of train, validation and test sum to {}; expected 1, with something "
                                      "left to train",
                                      sum));
  }
}

void read_rules(Config& split, SplitPlan& plan) {
  plan.words = "by rules";
  for (Config& table : split.tables("rule")) {
    SplitRule rule;
    rule.place = table.place();
    rule.where = read_selector(table, "where");
    std::string side;
    if (table.has("side")) {
      table.read_choice("side", side, {"train", "validation", "test", "none"});
      for (int i = 0; i < kSides; ++i) rule.side = side == side_name(i) ? i : rule.side;
    }
    read_spans(table, rule);
    if (has_spans(rule) == table.has("side")) {
      table.reject("side",
                   "a rule has either side = \"train\" (or validation, test, none) or spans of time such as "
                   "train = [0.0, 0.6], test = [0.7, 1.0]");
    }
    plan.time_inside_recordings = plan.time_inside_recordings || has_spans(rule);
    plan.rules.push_back(std::move(rule));
  }
  if (plan.rules.empty()) split.reject("by", "by = \"rules\" needs at least one [[split.rule]]");
}

void read_cut(Config& split, SplitPlan& plan) {
  Config& cut = split.table("validation_from_train");
  if (!split.has("validation_from_train")) return;
  std::string by = "group", column;
  cut.read_choice("by", by, {"group", "time", "attribute"});
  if (by == "attribute") {
    plan.cut = SplitPlan::Cut::kAttribute;
    cut.require("column", column);
    if (!cut.has("values")) cut.reject("values", "key 'values' is missing in [split.validation_from_train]");
    plan.cut_where.conditions.push_back(read_condition(cut, "values", column));
    return;
  }
  plan.cut = by == "time" ? SplitPlan::Cut::kTime : SplitPlan::Cut::kGroup;
  cut.read("fraction", plan.cut_fraction);
  if (plan.cut_fraction <= 0.0 || plan.cut_fraction >= 1.0) {
    cut.reject("fraction", fmt::format("'fraction' is {}; expected more than 0 and less than 1", plan.cut_fraction));
  }
  if (by != "time" || !cut.has("gap")) return;
  cut.read("gap", plan.cut_gap_rows);
  if (plan.cut_gap_rows < 0) cut.reject("gap", "'gap' is a number of rows, at least 0");
}

}  // namespace

SplitPlan read_split_keys(Config& split, bool files_per_side) {
  SplitPlan plan;
  plan.place = split.place();
  std::string by = files_per_side ? "files" : "";
  if (!files_per_side || split.has("by")) {
    split.require("by", by);
    split.read_choice("by", by, {"attribute", "files", "group", "rules", "time"});
  }
  if ((by == "files") != files_per_side) {
    split.reject("by", files_per_side ? "[data.train] and [data.test] give files per side, so by = \"files\" is the "
                                        "only split; remove 'by' or those tables"
                                      : "by = \"files\" needs the tables [data.train] and [data.test] with the files "
                                        "of each side");
  }
  if (by == "files") {
    plan.by = SplitPlan::By::kFiles;
    plan.words = "by given files";
  } else if (by == "attribute") {
    read_attribute(split, plan);
  } else if (by == "group") {
    read_group(split, plan);
  } else if (by == "rules") {
    read_rules(split, plan);
  } else if (by == "time") {
    plan.words = "by time";
    plan.time_inside_recordings = true;
    SplitRule rule;
    rule.place = split.place();
    read_spans(split, rule);
    if (!has_spans(rule)) split.reject("by", "by = \"time\" needs spans such as train = [0.0, 0.6], test = [0.7, 1.0]");
    plan.rules.push_back(std::move(rule));
  }
  read_cut(split, plan);
  split.read("allow_leak", plan.allow_leak).read("seed", plan.seed);
  return plan;
}

}  // namespace apprentice::data
