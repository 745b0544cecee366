// SPDX-License-Identifier: Apache-2.0
// The rows of the table, and what they share. Internal to baselines/.
#pragma once

#include <cstdint>
#include <vector>

#include "apprentice/baselines/baseline.h"
#include "apprentice/baselines/features.h"

namespace apprentice::baselines {

namespace rows {
#define APPRENTICE_BASELINE(name) extern const BaselineKind name;
#include "apprentice/baselines/kinds.def"
#undef APPRENTICE_BASELINE
}  // namespace rows

struct Truths {
  std::vector<int32_t> labels;  // classification
  std::vector<float> targets;   // regression
};
Truths truths_of(const data::Dataset& data, const std::vector<int64_t>& indices);

// Classes of the data; 0 in regression.
int64_t class_count(const data::DatasetInfo& info);

// Training samples for rows of so many columns, and validation samples that choose: at most 20,000 and 5,000, fewer
// where they would not fit 60 MB.
std::vector<int64_t> training_samples(const data::Dataset& train, int64_t columns);
std::vector<int64_t> choosing_samples(const data::Dataset& validation, int64_t columns);

// A linear model on `features`.
Result<Baseline> fit_linear_on(const Features& features, const char* name, const data::Splits& splits,
                               const BaselineOptions& options, const RunControl& control);

}  // namespace apprentice::baselines
