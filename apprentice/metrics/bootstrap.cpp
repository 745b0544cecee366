// SPDX-License-Identifier: Apache-2.0
// Percentile bootstrap of a mean difference; the unit that is drawn is a sample or a whole group, and a training seed.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "apprentice/base/error.h"
#include "apprentice/base/random.h"
#include "apprentice/metrics/metrics.h"

namespace apprentice {
namespace {

using Matrix = std::vector<std::vector<double>>;

// What is drawn with replacement: per unit its number of samples and, per seed, its sum of differences.
struct Units {
  Matrix sums;                 // [seed][unit]
  std::vector<double> counts;  // [unit]
};

// Unit of every sample: its group, numbered by first appearance, or the sample itself.
std::vector<size_t> unit_of_samples(size_t samples, const std::vector<int32_t>& groups) {
  std::vector<size_t> unit(samples);
  std::iota(unit.begin(), unit.end(), size_t{0});
  if (groups.empty()) return unit;
  promise(groups.size() == samples, "one group per sample");
  std::map<int32_t, size_t> number;
  for (size_t i = 0; i < samples; ++i) unit[i] = number.emplace(groups[i], number.size()).first->second;
  return unit;
}

Units collect(const Matrix& a, const Matrix& b, const std::vector<int32_t>& groups) {
  promise(!a.empty() && a.size() == b.size(), "a bootstrap compares as many seeds on both sides");
  const size_t samples = a.front().size();
  promise(samples > 0, "a bootstrap needs at least one sample");
  const std::vector<size_t> unit = unit_of_samples(samples, groups);
  const size_t unit_count = *std::max_element(unit.begin(), unit.end()) + 1;
  Units units{Matrix(a.size(), std::vector<double>(unit_count, 0.0)), std::vector<double>(unit_count, 0.0)};
  for (size_t i = 0; i < samples; ++i) units.counts[unit[i]] += 1.0;
  for (size_t s = 0; s < a.size(); ++s) {
    promise(a[s].size() == samples && b[s].size() == samples, "a bootstrap pairs the same samples on both sides");
    for (size_t i = 0; i < samples; ++i) units.sums[s][unit[i]] += a[s][i] - b[s][i];
  }
  return units;
}

// The mean over all samples of the drawn units, averaged over the drawn seeds.
double draw_mean(const Units& units, Rng* rng) {
  const size_t unit_count = units.counts.size();
  std::vector<double> times(unit_count, 0.0);
  double samples = 0.0;
  for (size_t i = 0; i < unit_count; ++i) {
    const auto unit = static_cast<size_t>(rng->below(unit_count));
    times[unit] += 1.0;
    samples += units.counts[unit];
  }
  double sum = 0.0;
  for (size_t s = 0; s < units.sums.size(); ++s) {
    const auto& drawn = units.sums[units.sums.size() == 1 ? 0 : static_cast<size_t>(rng->below(units.sums.size()))];
    sum = std::inner_product(times.begin(), times.end(), drawn.begin(), sum);
  }
  return sum / (samples * static_cast<double>(units.sums.size()));
}

// Linear interpolation between order statistics (Hyndman and Fan 1996, type 7).
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Interval bootstrap(const Units& units, int64_t rounds, uint64_t seed) {
  promise(rounds > 0, "a bootstrap needs at least one round");
  Interval interval;
  for (const auto& sums : units.sums) interval.mean = std::accumulate(sums.begin(), sums.end(), interval.mean);
  const double samples = std::accumulate(units.counts.begin(), units.counts.end(), 0.0);
  interval.mean /= samples * static_cast<double>(units.sums.size());
  Rng rng(seed, "bootstrap");
  std::vector<double> means(static_cast<size_t>(rounds));
  for (double& mean : means) mean = draw_mean(units, &rng);
  std::sort(means.begin(), means.end());
  interval.low = quantile(means, 0.025);
  interval.high = quantile(means, 0.975);
  return interval;
}

}  // namespace

Interval paired_bootstrap(const std::vector<double>& a, const std::vector<double>& b, int64_t rounds, uint64_t seed) {
  return bootstrap(collect({a}, {b}, {}), rounds, seed);
}

Interval grouped_bootstrap(const std::vector<double>& a, const std::vector<double>& b,
                           const std::vector<int32_t>& groups, int64_t rounds, uint64_t seed) {
  promise(groups.size() == a.size(), "one group per sample");
  return bootstrap(collect({a}, {b}, groups), rounds, seed);
}

Interval seeded_bootstrap(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b,
                          const std::vector<int32_t>& groups, int64_t rounds, uint64_t seed) {
  return bootstrap(collect(a, b, groups), rounds, seed);
}

}  // namespace apprentice
