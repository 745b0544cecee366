// SPDX-License-Identifier: Apache-2.0
// Logistic or ridge regression on the log spectrum of each channel of a window.
#include "apprentice/baselines/baseline_rows.h"

namespace apprentice::baselines {
namespace {

constexpr int64_t kShortest = 8;  // steps of a window that has a spectrum worth the name

bool has_spectrum(const data::DatasetInfo& info) {
  return info.sample_shape.size() == 2 && info.sample_shape[1] >= kShortest;
}

Result<Baseline> fit_linear_spectrum(const data::Splits& splits, const BaselineOptions& options,
                                     const RunControl& control) {
  return fit_linear_on(log_spectrum(*splits.train), "linear_spectrum", splits, options, control);
}

}  // namespace

const BaselineKind rows::linear_spectrum = {"linear_spectrum", has_spectrum, fit_linear_spectrum};

}  // namespace apprentice::baselines
