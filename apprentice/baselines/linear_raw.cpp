// SPDX-License-Identifier: Apache-2.0
// Logistic or ridge regression on the values as they are.
#include "apprentice/baselines/baseline_rows.h"

namespace apprentice::baselines {
namespace {

Result<Baseline> fit_linear_raw(const data::Splits& splits, const BaselineOptions& options, const RunControl& control) {
  return fit_linear_on(raw_values(splits.train->info().sample_shape), "linear_raw", splits, options, control);
}

}  // namespace

const BaselineKind rows::linear_raw = {"linear_raw", [](const data::DatasetInfo&) { return true; }, fit_linear_raw};

}  // namespace apprentice::baselines
