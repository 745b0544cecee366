// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>
#include <unordered_map>

#include "apprentice/base/random.h"
#include "apprentice/baselines/features.h"
#include "apprentice/baselines/giveaways.h"

namespace apprentice::baselines {

using data::Dataset;

namespace {

constexpr int64_t kMostSamples = 50'000;  // of a side that are compared
constexpr int64_t kMostPairs = 400;
constexpr double kNoticeable = 0.01;  // share of samples that are training samples, too
constexpr double kBeside = 0.5;       // share of samples that lie beside a training sample
constexpr double kAlike = 0.5;        // distance of neighbours, in distances of random samples of the same class

std::string bytes_of(const Dataset& data, int64_t index) {
  std::vector<float> sample(static_cast<size_t>(element_count(data.info().sample_shape)));
  data.get(index, sample.data());
  return {reinterpret_cast<const char*>(sample.data()), sample.size() * sizeof(float)};
}

// A sample of equal values says nothing about where it came from.
bool is_constant(const std::string& bytes) {
  for (size_t i = sizeof(float); i < bytes.size(); i += sizeof(float))
    if (std::memcmp(bytes.data(), bytes.data() + i, sizeof(float)) != 0) return false;
  return true;
}

std::string duplicates(const Dataset& train, const Dataset& other, const char* side) {
  std::unordered_map<size_t, int64_t> seen;
  const std::hash<std::string_view> hash;
  for (const int64_t index : spread_over(train.size(), kMostSamples)) seen.emplace(hash(bytes_of(train, index)), index);
  const std::vector<int64_t> looked_at = spread_over(other.size(), kMostSamples);
  int64_t found = 0, first = -1, twin = -1;
  for (const int64_t index : looked_at) {
    const std::string bytes = bytes_of(other, index);
    const auto match = seen.find(hash(bytes));
    if (match == seen.end() || is_constant(bytes) || bytes_of(train, match->second) != bytes) continue;
    if (found++ == 0) first = index, twin = match->second;
  }
  if (static_cast<double>(found) < kNoticeable * static_cast<double>(looked_at.size())) return "";
  return fmt::format(
      "{} of {} {} samples are training samples, too, value for value (the first: {} sample {} and training sample "
      "{}), so their figures flatter every model: remove the copies, or keep them on one side by a group column",
      found, looked_at.size(), side, side, first + 1, twin + 1);
}

using ByRow = std::unordered_map<int64_t, int64_t>;  // row of the data -> index of the sample

// Rows between samples that follow each other: the commonest difference.
int64_t usual_step(const Dataset& train) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < std::min(train.size(), kMostSamples); ++i) rows.push_back(train.sample_info(i).row);
  std::sort(rows.begin(), rows.end());
  int64_t least = 0;
  for (size_t i = 1; i < rows.size(); ++i) {
    const int64_t step = rows[i] - rows[i - 1];
    if (step > 0 && (least == 0 || step < least)) least = step;
  }
  return least;
}

struct Neighbours {
  std::vector<std::pair<int64_t, int64_t>> pairs;  // sample of the other side, training sample beside it
  int64_t looked_at = 0;
};

Neighbours neighbours_of(const Dataset& train, const Dataset& other) {
  ByRow by_row;
  for (int64_t i = 0; i < train.size(); ++i) by_row.emplace(train.sample_info(i).row, i);
  const int64_t step = usual_step(train);
  Neighbours found;
  for (const int64_t index : spread_over(other.size(), kMostPairs)) {
    const int64_t row = other.sample_info(index).row;
    if (row < 0 || step == 0) return {};
    found.looked_at += 1;
    for (const int64_t beside : {row - step, row + step}) {
      const auto match = by_row.find(beside);
      if (match == by_row.end()) continue;
      found.pairs.emplace_back(index, match->second);
      break;
    }
  }
  return found;
}

// Mean absolute difference of the columns, each in units of its mean difference between random samples.
class Distance {
 public:
  Distance(const Dataset& train, const Features& features) : features_(features) {
    Rng rng(1, "baselines/pairs");
    std::vector<int64_t> indices;
    const auto size = static_cast<uint64_t>(train.size());
    for (int64_t i = 0; i < 2 * kMostPairs; ++i) indices.push_back(static_cast<int64_t>(rng.below(size)));
    const Tensor rows = feature_rows(train, indices, features);
    scale_.assign(static_cast<size_t>(features.columns), 0.0);
    for (int64_t i = 0; i + 1 < rows.shape()[0]; i += 2)
      for (size_t j = 0; j < scale_.size(); ++j)
        scale_[j] += std::abs(double{row(rows, i)[j]} - double{row(rows, i + 1)[j]}) / static_cast<double>(kMostPairs);
  }
  double between(const Dataset& a, int64_t i, const Dataset& b, int64_t j) const {
    const Tensor one = feature_rows(a, {i}, features_), two = feature_rows(b, {j}, features_);
    double sum = 0.0, columns = 0.0;
    for (size_t k = 0; k < scale_.size(); ++k) {
      if (!(scale_[k] > 0.0)) continue;
      sum += std::abs(double{row(one, 0)[k]} - double{row(two, 0)[k]}) / scale_[k];
      columns += 1.0;
    }
    return columns > 0.0 ? sum / columns : 0.0;
  }

 private:
  const float* row(const Tensor& rows, int64_t index) const { return rows.data<float>() + index * features_.columns; }
  const Features& features_;
  std::vector<double> scale_;
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<int64_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// A training sample of the same class (any, in regression) that does not lie beside it.
int64_t stranger(const Dataset& train, const data::SampleInfo& like, Rng& rng) {
  const auto size = static_cast<uint64_t>(train.size());
  for (int tries = 0; tries < 50; ++tries) {
    const auto index = static_cast<int64_t>(rng.below(size));
    if (train.sample_info(index).label == like.label) return index;
  }
  return static_cast<int64_t>(rng.below(size));
}

std::string torn_stretches(const Dataset& train, const Dataset& other, const char* side) {
  const Neighbours found = neighbours_of(train, other);
  if (found.pairs.size() < 20) return "";
  if (static_cast<double>(found.pairs.size()) < kBeside * static_cast<double>(found.looked_at)) return "";
  const Features features = statistics(train.info().sample_shape);
  const Distance distance(train, features);
  Rng rng(1, "baselines/strangers");
  std::vector<double> beside, random;
  for (const auto& [index, neighbour] : found.pairs) {
    beside.push_back(distance.between(other, index, train, neighbour));
    random.push_back(distance.between(other, index, train, stranger(train, other.sample_info(index), rng)));
  }
  const double ratio = median(beside) / std::max(median(random), 1e-12);
  if (ratio > kAlike) return "";
  return fmt::format(
      "{:.0f} % of the {} samples lie beside a training sample in the data and are {:.1f} times as like it as other "
      "samples of their class: stretches of the same recordings are on both sides, so figures flatter every model; "
      "name "
      "the column of the recording or machine as group, or split by time",
      100.0 * static_cast<double>(found.pairs.size()) / static_cast<double>(found.looked_at), side,
      1.0 / std::max(ratio, 1e-3));
}

}  // namespace

std::vector<std::string> find_shared_samples(const data::Splits& splits) {
  std::vector<std::string> sentences;
  const std::pair<const Dataset*, const char*> sides[] = {{splits.validation.get(), "validation"},
                                                          {splits.test.get(), "test"}};
  bool torn = false;  // said once: both sides are cut in the same way
  for (const auto& [other, side] : sides) {
    std::string copies = duplicates(*splits.train, *other, side);
    if (!copies.empty()) sentences.push_back(std::move(copies));
    std::string stretches = torn ? "" : torn_stretches(*splits.train, *other, side);
    torn = torn || !stretches.empty();
    if (!stretches.empty()) sentences.push_back(std::move(stretches));
  }
  return sentences;
}

}  // namespace apprentice::baselines
