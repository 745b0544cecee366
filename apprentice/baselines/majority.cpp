// SPDX-License-Identifier: Apache-2.0
// The shares of the classes in training, so the commonest class for every sample; in regression the mean target.
#include <cmath>

#include "apprentice/baselines/baseline_rows.h"

namespace apprentice::baselines {
namespace {

Tensor repeated(const std::vector<float>& answer, int64_t samples) {
  const auto width = static_cast<int64_t>(answer.size());
  Tensor out(DType::kF32, {samples, width});
  for (int64_t i = 0; i < samples; ++i) std::copy(answer.begin(), answer.end(), out.data<float>() + i * width);
  return out;
}

Result<Baseline> fit_majority(const data::Splits& splits, const BaselineOptions&, const RunControl&) {
  const data::Dataset& train = *splits.train;
  const int64_t classes = class_count(train.info());
  std::vector<double> sums(static_cast<size_t>(std::max<int64_t>(1, classes)), 0.0);
  for (int64_t i = 0; i < train.size(); ++i) {
    const data::SampleInfo info = train.sample_info(i);
    if (classes > 0)
      sums[static_cast<size_t>(info.label)] += 1.0;
    else
      sums[0] += double{info.target};
  }
  std::vector<float> answer;
  for (const double sum : sums) {
    const double share = sum / static_cast<double>(train.size());
    answer.push_back(static_cast<float>(classes > 0 ? std::log(std::max(share, 1e-9)) : share));
  }
  Baseline fitted{"majority", classes > 0 ? "Commonest class" : "Mean of the training targets", train.size(), {}};
  fitted.answers.size = static_cast<int64_t>(answer.size());
  fitted.answers.unit = "numbers";
  fitted.answers.validation = repeated(answer, splits.validation->size());
  fitted.answers.test = repeated(answer, splits.test->size());
  return fitted;
}

}  // namespace

const BaselineKind rows::majority = {"majority", [](const data::DatasetInfo&) { return true; }, fit_majority};

}  // namespace apprentice::baselines
