// SPDX-License-Identifier: Apache-2.0
// The table of baselines, made from kinds.def.
#include "apprentice/baselines/baseline_rows.h"

namespace apprentice::baselines {
namespace {

constexpr int64_t kMostRows = 20'000, kMostChoosing = 5'000;
constexpr int64_t kMostNumbers = 15'000'000;  // of the rows that are kept in memory

}  // namespace

const std::vector<BaselineKind>& baseline_kinds() {
  static const std::vector<BaselineKind> kKinds = {
#define APPRENTICE_BASELINE(name) rows::name,
#include "apprentice/baselines/kinds.def"
#undef APPRENTICE_BASELINE
  };
  return kKinds;
}

Result<std::vector<Baseline>> fit_baselines(const data::Splits& splits, const BaselineOptions& options,
                                            const RunControl& control) {
  std::vector<Baseline> fitted;
  const auto total = static_cast<int64_t>(baseline_kinds().size());
  int64_t done = 0;
  RunControl quiet = control;
  quiet.on_progress = nullptr;  // of rounds and penalties: they are many and short
  for (const BaselineKind& kind : baseline_kinds()) {
    if (control.stop_requested()) return interrupted("baselines");
    control.report({"baselines", done++, total, ""});
    if (!kind.applies(splits.train->info())) continue;
    APPRENTICE_TRY(fitted.emplace_back(), kind.fit(splits, options, quiet));
  }
  control.report({"baselines", total, total, ""});
  return fitted;
}

Truths truths_of(const data::Dataset& data, const std::vector<int64_t>& indices) {
  Truths truths;
  for (const int64_t index : indices) {
    const data::SampleInfo info = data.sample_info(index);
    if (data.info().task == TaskKind::kClassification)
      truths.labels.push_back(info.label);
    else
      truths.targets.push_back(info.target);
  }
  return truths;
}

int64_t class_count(const data::DatasetInfo& info) {
  return info.task == TaskKind::kRegression ? 0 : static_cast<int64_t>(info.class_names.size());
}

std::vector<int64_t> training_samples(const data::Dataset& train, int64_t columns) {
  return spread_over(train.size(), std::max<int64_t>(1, std::min(kMostRows, kMostNumbers / columns)));
}

std::vector<int64_t> choosing_samples(const data::Dataset& validation, int64_t columns) {
  return spread_over(validation.size(), std::max<int64_t>(1, std::min(kMostChoosing, kMostNumbers / columns)));
}

}  // namespace apprentice::baselines
