// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <utility>

namespace apprentice::quant {

using layers::QuantRange;

namespace {

constexpr double kLeastReach = 0x1p-100;
constexpr double kMostValue = 1e30;  // beyond it a scale would leave float32
constexpr int kSearchSteps = 128;

struct Bin {
  double middle, count;
};

// Rounds to nearest even for |x| < 2^51, without a call, so the search loop is quick.
double round_even(double x) {
  constexpr double kMagic = 0x1.8p52;
  return (x + kMagic) - kMagic;
}

double squared_error(const std::vector<Bin>& bins, const QuantRange& range) {
  const layers::QuantParams params = params_of(range);
  const double zero = params.zero_point, inverse = 1.0 / params.scale;
  double error = 0.0;
  for (const Bin& bin : bins) {
    const double scaled = std::min(std::max(bin.middle * inverse, -1000.0), 1000.0);
    const double q = std::min(std::max(round_even(scaled), -128.0 - zero), 127.0 - zero);
    const double difference = bin.middle - q * params.scale;
    error += bin.count * difference * difference;
  }
  return error;
}

// Keeps the better of `best` and the candidates made from k / kSearchSteps.
void search(const std::vector<Bin>& bins, const std::function<QuantRange(double)>& candidate, QuantRange& best,
            double& best_error) {
  for (int k = 1; k <= kSearchSteps; ++k) {
    const QuantRange range = candidate(static_cast<double>(k) / kSearchSteps);
    const double error = squared_error(bins, range);
    if (error < best_error) {
      best = range;
      best_error = error;
    }
  }
}

}  // namespace

void Histogram::widen() {
  std::vector<int64_t> wider(kBins, 0);
  for (int64_t i = 0; i < kBins; ++i) wider[static_cast<size_t>(kBins / 4 + i / 2)] += bins_[static_cast<size_t>(i)];
  bins_ = std::move(wider);
  reach_ *= 2.0;
}

void Histogram::grow(double largest) {
  if (largest == 0.0) return;
  if (reach_ == 0.0) {
    reach_ = std::max(std::exp2(std::ceil(std::log2(largest))), kLeastReach);
  }
  while (reach_ < largest) widen();
}

bool Histogram::add(const double* values, int64_t count) {
  double least = 0.0, most = 0.0;
  bool usable = true;
  for (int64_t i = 0; i < count; ++i) {
    usable &= std::abs(values[i]) <= kMostValue;  // false for NaN
    least = std::min(least, values[i]);
    most = std::max(most, values[i]);
  }
  if (!usable) return false;
  grow(std::max(-least, most));
  least_ = std::min(least_, least);
  most_ = std::max(most_, most);
  const double per_unit = reach_ > 0.0 ? kBins / 2 / reach_ : 0.0;
  for (int64_t i = 0; i < count; ++i) {
    if (values[i] == 0.0) {
      ++zeros_;
      continue;
    }
    const auto bin = static_cast<int64_t>((values[i] + reach_) * per_unit);
    ++bins_[static_cast<size_t>(std::min(bin, kBins - 1))];
  }
  return true;
}

void Histogram::merge(const Histogram& other) {
  Histogram copy = other;
  grow(copy.reach_);
  copy.grow(reach_);
  for (size_t i = 0; i < bins_.size(); ++i) bins_[i] += copy.bins_[i];
  zeros_ += copy.zeros_;
  least_ = std::min(least_, copy.least_);
  most_ = std::max(most_, copy.most_);
}

QuantRange Histogram::percentile(double percent) const {
  int64_t total = zeros_;
  for (int64_t count : bins_) total += count;
  // 99.9 % of 20,000 is 19,980, and not one more because 99.9 is not exact in binary.
  const auto needed = static_cast<int64_t>(std::ceil(percent / 100.0 * static_cast<double>(total) * (1.0 - 1e-12)));
  int64_t inside = zeros_;
  double edge = 0.0;
  for (int64_t i = 0; i < kBins / 2 && inside < needed; ++i) {
    inside += bins_[static_cast<size_t>(kBins / 2 + i)] + bins_[static_cast<size_t>(kBins / 2 - 1 - i)];
    edge = reach_ * static_cast<double>(i + 1) / (kBins / 2);
  }
  return {std::max(least_, -edge), std::min(most_, edge)};
}

QuantRange Histogram::least_error() const {
  std::vector<Bin> bins;
  for (size_t i = 0; i < bins_.size(); ++i) {
    if (bins_[i] == 0) continue;
    const double middle = reach_ * ((static_cast<double>(i) + 0.5) / (kBins / 2) - 1.0);
    bins.push_back({middle, static_cast<double>(bins_[i])});
  }
  const QuantRange full = min_max();
  QuantRange best = full;
  double error = squared_error(bins, best);
  // Both ends together, then each end alone, twice: the error is smooth enough for this to find the valley.
  search(
      bins,
      [&](double k) {
        return QuantRange{full.low * k, full.high * k};
      },
      best, error);
  for (int round = 0; round < 2; ++round) {
    const QuantRange start = best;
    search(
        bins,
        [&](double k) {
          return QuantRange{start.low, full.high * k};
        },
        best, error);
    const double high = best.high;
    search(
        bins,
        [&](double k) {
          return QuantRange{full.low * k, high};
        },
        best, error);
  }
  return best;
}

QuantRange choose_range(const Histogram& histogram, const QuantOptions& options) {
  promise(options.calibration != CalibrationMethod::kAuto, "choose_range: one method is chosen");
  switch (options.calibration) {
    case CalibrationMethod::kMinMax: return histogram.min_max();
    case CalibrationMethod::kPercentile: return histogram.percentile(options.percentile);
    case CalibrationMethod::kLeastError:
    case CalibrationMethod::kAuto: break;
  }
  return histogram.least_error();
}

layers::QuantParams params_of(const QuantRange& range, double scale) {
  const double zero_point = std::nearbyint(-128.0 - range.low / scale);
  return {scale, static_cast<int32_t>(std::min(std::max(zero_point, -128.0), 127.0))};
}

layers::QuantParams params_of(const QuantRange& range) {
  if (range.high == range.low) return {1.0 / 128.0, 0};
  // The floor keeps the scale a normal float32.
  const auto scale = static_cast<float>(std::max((range.high - range.low) / 255.0, 0x1p-100));
  return params_of(range, double{scale});
}

}  // namespace apprentice::quant
