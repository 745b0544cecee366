// SPDX-License-Identifier: Apache-2.0
// Mean and standard deviation per channel in one pass, merging samples by Chan, Golub and LeVeque (1983), eq. 2.1.
#include <cmath>

#include "apprentice/data/load.h"

namespace apprentice::data {
namespace {

struct Moments {
  double count = 0.0, mean = 0.0, squares = 0.0;  // squares: sum of squared distances from the mean

  void merge(const float* values, int64_t n) {
    double sum = 0.0;
    for (int64_t i = 0; i < n; ++i) sum += static_cast<double>(values[i]);
    const double here = sum / static_cast<double>(n);
    double distance = 0.0;
    for (int64_t i = 0; i < n; ++i) {
      const double d = static_cast<double>(values[i]) - here;
      distance += d * d;
    }
    const double both = count + static_cast<double>(n), step = here - mean;
    squares += distance + step * step * count * static_cast<double>(n) / both;
    mean += step * static_cast<double>(n) / both;
    count = both;
  }
};

}  // namespace

Result<Normalisation> fit_normalisation(const Dataset& train, ConstantChannels constant) {
  const DatasetInfo& info = train.info();
  const int64_t size = element_count(info.sample_shape);
  const int64_t channels = info.sample_shape.empty() ? 1 : info.sample_shape[0];
  if (train.size() == 0 || size == 0) return bad_input("[data]", "there are no training samples to normalise by");
  std::vector<Moments> moments(static_cast<size_t>(channels));
  std::vector<float> sample(static_cast<size_t>(size));
  for (int64_t i = 0; i < train.size(); ++i) {
    train.get(i, sample.data());
    for (int64_t c = 0; c < channels; ++c) {
      moments[static_cast<size_t>(c)].merge(sample.data() + c * (size / channels), size / channels);
    }
  }
  Normalisation result;
  for (size_t c = 0; c < moments.size(); ++c) {
    const double deviation = std::sqrt(moments[c].squares / moments[c].count);
    // Rounding of float32 alone leaves about 1e-7 of the mean.
    const bool is_constant = deviation <= 1e-7 * std::fabs(moments[c].mean) || deviation < 1e-30;
    const std::string name = c < info.channel_names.size() ? info.channel_names[c] : std::to_string(c);
    if (is_constant && constant == ConstantChannels::kRefuse) {
      return bad_input("[data]",
                       "channel '{}' is {} in all {} training samples; leave it out with ignore = [\"{}\"], "
                       "or set allow_constant = true to give it weight 0",
                       name, moments[c].mean, train.size(), name);
    }
    result.mean.push_back(static_cast<float>(moments[c].mean));
    result.scale.push_back(is_constant ? 0.0F : static_cast<float>(1.0 / deviation));
  }
  return result;
}

}  // namespace apprentice::data
