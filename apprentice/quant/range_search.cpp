// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/range_search.h"

#include <fmt/format.h>

namespace apprentice::quant {
namespace {

constexpr int kPasses = 2;

Result<ChosenRanges> nearest_candidate(const std::vector<RangeCandidate>& candidates, const DistanceOf& distance_of) {
  ChosenRanges nearest;
  std::string name, tried;
  for (const RangeCandidate& candidate : candidates) {
    APPRENTICE_TRY(const double distance, distance_of(candidate.ranges));
    tried += fmt::format("{}{} {:.3g}", tried.empty() ? "" : ", ", candidate.name, distance);
    if (!name.empty() && !(distance < nearest.distance)) continue;
    name = candidate.name;
    nearest.ranges = candidate.ranges;
    nearest.distance = distance;
  }
  nearest.note = fmt::format("calibration: {}, the nearest to the float net of: {}", name, tried);
  return nearest;
}

// True where a range of another candidate brought the net nearer.
Result<bool> improve(ChosenRanges& chosen, size_t group, const std::vector<RangeCandidate>& candidates,
                     const DistanceOf& distance_of) {
  bool better = false;
  for (const RangeCandidate& candidate : candidates) {
    if (candidate.ranges[group] == chosen.ranges[group]) continue;
    Ranges changed = chosen.ranges;
    changed[group] = candidate.ranges[group];
    APPRENTICE_TRY(const double distance, distance_of(changed));
    if (!(distance < chosen.distance)) continue;
    chosen.ranges = std::move(changed);
    chosen.distance = distance;
    better = true;
  }
  return better;
}

}  // namespace

Result<ChosenRanges> nearest_ranges(const std::vector<RangeCandidate>& candidates, const DistanceOf& distance_of,
                                    bool by_group) {
  APPRENTICE_TRY(ChosenRanges chosen, nearest_candidate(candidates, distance_of));
  if (!by_group) return chosen;
  const Ranges first = chosen.ranges;
  bool better = true;
  for (int pass = 0; better && pass < kPasses; ++pass) {
    better = false;
    for (size_t group = 0; group < first.size(); ++group) {
      APPRENTICE_TRY(const bool improved, improve(chosen, group, candidates, distance_of));
      better = better || improved;
    }
  }
  size_t others = 0;
  for (size_t group = 0; group < first.size(); ++group) others += chosen.ranges[group] == first[group] ? 0 : 1;
  chosen.note += fmt::format("; then {} ranges by another of them: {:.3g}", others, chosen.distance);
  return chosen;
}

}  // namespace apprentice::quant
