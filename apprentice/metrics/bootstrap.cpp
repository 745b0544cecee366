// SPDX-License-Identifier: Apache-2.0
// Percentile bootstrap of a mean difference; the unit that is drawn is a sample or a whole group, and a training seed.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "apprentice/base/error.h"
#include "apprentice/base/random.h"
#include "apprentice/metrics/metric.h"

namespace apprentice::metrics {
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

template <typename Draw>
Interval interval_of(double mean, int64_t rounds, Draw draw) {
  promise(rounds > 0, "a bootstrap needs at least one round");
  std::vector<double> means(static_cast<size_t>(rounds));
  for (double& drawn : means) drawn = draw();
  std::sort(means.begin(), means.end());
  return {mean, quantile(means, 0.025), quantile(means, 0.975)};
}

Interval bootstrap(const Units& units, int64_t rounds, uint64_t seed) {
  double sum = 0.0;
  for (const auto& sums : units.sums) sum = std::accumulate(sums.begin(), sums.end(), sum);
  const double samples = std::accumulate(units.counts.begin(), units.counts.end(), 0.0);
  Rng rng(seed, "bootstrap");
  return interval_of(sum / (samples * static_cast<double>(units.sums.size())), rounds,
                     [&] { return draw_mean(units, &rng); });
}

// Differences of merits, seed by seed, of the units that a round drew; a seed is scored once a round.
class MeritDraw {
 public:
  MeritDraw(const std::vector<Scorecard>& a, const std::vector<Scorecard>& b, const std::vector<int32_t>& groups)
      : a_(a), b_(b), unit_(unit_of_samples(a.front().size(), groups)) {
    units_ = *std::max_element(unit_.begin(), unit_.end()) + 1;
    for (const Scorecard& card : a) promise(card.size() == unit_.size(), "a bootstrap pairs the same samples");
    for (const Scorecard& card : b) promise(card.size() == unit_.size(), "a bootstrap pairs the same samples");
  }
  double of_all() const {
    const std::vector<double> times(unit_.size(), 1.0);
    double sum = 0.0;
    for (size_t seed = 0; seed < a_.size(); ++seed) sum += difference(seed, times);
    return sum / static_cast<double>(a_.size());
  }
  double draw(Rng* rng) const {
    std::vector<double> drawn(units_, 0.0), times(unit_.size());
    for (size_t i = 0; i < units_; ++i) drawn[static_cast<size_t>(rng->below(units_))] += 1.0;
    for (size_t i = 0; i < times.size(); ++i) times[i] = drawn[unit_[i]];
    std::vector<std::optional<double>> scored(a_.size());
    double sum = 0.0;
    for (size_t s = 0; s < a_.size(); ++s) {
      const size_t seed = a_.size() == 1 ? 0 : static_cast<size_t>(rng->below(a_.size()));
      if (!scored[seed]) scored[seed] = difference(seed, times);
      sum += *scored[seed];
    }
    return sum / static_cast<double>(a_.size());
  }

 private:
  double difference(size_t seed, const std::vector<double>& times) const {
    return a_[seed].merit(times) - (b_.empty() ? 0.0 : b_[seed].merit(times));
  }

  const std::vector<Scorecard>& a_;
  const std::vector<Scorecard>& b_;
  std::vector<size_t> unit_;
  size_t units_ = 0;
};

}  // namespace

Interval paired_bootstrap(const std::vector<double>& a, const std::vector<double>& b, int64_t rounds, uint64_t seed) {
  return bootstrap(collect({a}, {b}, {}), rounds, seed);
}

double standard_error(const Interval& interval) { return (interval.high - interval.low) / (2.0 * 1.96); }

Interval grouped_bootstrap(const std::vector<double>& a, const std::vector<double>& b,
                           const std::vector<int32_t>& groups, int64_t rounds, uint64_t seed) {
  promise(groups.size() == a.size(), "one group per sample");
  return bootstrap(collect({a}, {b}, groups), rounds, seed);
}

Interval seeded_bootstrap(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b,
                          const std::vector<int32_t>& groups, int64_t rounds, uint64_t seed) {
  return bootstrap(collect(a, b, groups), rounds, seed);
}

Interval metric_bootstrap(const std::vector<Scorecard>& a, const std::vector<Scorecard>& b,
                          const std::vector<int32_t>& groups, int64_t rounds, uint64_t seed) {
  promise(!a.empty() && (b.empty() || a.size() == b.size()), "a bootstrap compares as many seeds on both sides");
  const MeritDraw draw(a, b, groups);
  Rng rng(seed, "bootstrap");
  return interval_of(draw.of_all(), rounds, [&] { return draw.draw(&rng); });
}

}  // namespace apprentice::metrics
