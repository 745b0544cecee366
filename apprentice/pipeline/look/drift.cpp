// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/look/drift.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace apprentice::pipeline {
namespace {

struct Level {
  double sum = 0.0;
  int64_t windows = 0;
};

// Of one channel: the mean of each group's windows, and the mean variance inside windows.
struct Levels {
  std::map<std::pair<int, int32_t>, Level> groups;
  double variance = 0.0;
  int64_t windows = 0;
};

void add(const data::Dataset& data, int side, std::vector<Levels>& channels) {
  const int64_t length = data.info().sample_shape[1];
  std::vector<float> sample(static_cast<size_t>(element_count(data.info().sample_shape)));
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample.data());
    for (size_t c = 0; c < channels.size(); ++c) {
      const float* rows = sample.data() + static_cast<int64_t>(c) * length;
      double sum = 0.0, squares = 0.0;
      for (int64_t t = 0; t < length; ++t) sum += double{rows[t]};
      const double mean = sum / static_cast<double>(length);
      for (int64_t t = 0; t < length; ++t) squares += (double{rows[t]} - mean) * (double{rows[t]} - mean);
      Level& level = channels[c].groups[{side, data.sample_info(i).group}];
      level.sum += mean;
      ++level.windows;
      channels[c].variance += squares / static_cast<double>(length);
      ++channels[c].windows;
    }
  }
}

double ratio_of(const Levels& levels) {
  const double count = static_cast<double>(levels.groups.size());
  double sum = 0.0, squares = 0.0;
  for (const auto& [group, level] : levels.groups) sum += level.sum / static_cast<double>(level.windows);
  for (const auto& [group, level] : levels.groups) {
    const double away = level.sum / static_cast<double>(level.windows) - sum / count;
    squares += away * away;
  }
  const double inside = std::sqrt(levels.variance / static_cast<double>(levels.windows));
  const double between = std::sqrt(squares / count);
  return between > 0.0 ? between / std::max(inside, 1e-9 * between) : 0.0;
}

}  // namespace

std::vector<ChannelDrift> drifting_channels(const data::Dataset& train, const data::Dataset& validation, double least) {
  const Shape& shape = train.info().sample_shape;
  if (shape.size() != 2) return {};
  std::vector<Levels> channels(static_cast<size_t>(shape[0]));
  add(train, 0, channels);
  add(validation, 1, channels);
  std::vector<ChannelDrift> found;
  for (size_t c = 0; c < channels.size(); ++c) {
    const double ratio = ratio_of(channels[c]);
    if (ratio >= least) found.push_back({static_cast<int64_t>(c), ratio});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const ChannelDrift& a, const ChannelDrift& b) { return a.ratio > b.ratio; });
  return found;
}

}  // namespace apprentice::pipeline
