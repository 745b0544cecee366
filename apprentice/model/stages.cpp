// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/stages.h"

#include <algorithm>

namespace apprentice::model {
namespace {

bool same_places(const Shape& a, const Shape& b) { return std::equal(a.begin() + 1, a.end(), b.begin() + 1, b.end()); }

// Values that the answer is made from, itself included.
std::vector<bool> sources_of(const std::vector<GraphValue>& values, size_t answer) {
  std::vector<bool> wanted(values.size(), false);
  wanted[answer] = true;
  for (size_t i = answer + 1; i-- > 0;) {
    if (!wanted[i]) continue;
    for (const size_t input : values[i].inputs) wanted[input] = true;
  }
  return wanted;
}

// Values after the first product that all later ones depend on: when they are made, no earlier value is still to be
// used.
std::vector<size_t> narrow_values(const std::vector<GraphValue>& values, size_t answer) {
  const std::vector<bool> wanted = sources_of(values, answer);
  std::vector<size_t> last_use(values.size(), 0);
  for (size_t i = 0; i <= answer; ++i) {
    if (!wanted[i]) continue;
    for (const size_t input : values[i].inputs) last_use[input] = i;
  }
  std::vector<size_t> narrow;
  size_t latest = 0;  // use of any value before
  bool learned = false;
  for (size_t i = 0; i < answer; ++i) {
    if (!wanted[i]) continue;
    learned = learned || values[i].product;
    if (latest <= i && learned) narrow.push_back(i);
    latest = std::max(latest, last_use[i]);
  }
  return narrow;
}

}  // namespace

Stages find_stages(const std::vector<GraphValue>& values, size_t answer) {
  const std::vector<size_t> narrow = narrow_values(values, answer);
  Stages stages;
  for (const size_t i : narrow) {
    const Shape shape = feature_shape(values[i].shape);
    if (!is_map(shape)) continue;
    if (!stages.maps.empty() && same_places(feature_shape(values[stages.maps.back()].shape), shape))
      stages.maps.back() = i;
    else
      stages.maps.push_back(i);
  }
  size_t last = answer;
  while (last > 0 && !values[last].product) --last;
  if (!values[last].product) return stages;
  const size_t seen = values[last].inputs.front();
  const bool is_narrow = std::binary_search(narrow.begin(), narrow.end(), seen);
  if (is_narrow && feature_shape(values[seen].shape).size() == 1) stages.vector = seen;
  return stages;
}

Shape feature_shape(const Shape& shape) {
  if (shape.empty() || checked_element_count(shape) < 1) return {};
  const int64_t largest = *std::max_element(shape.begin(), shape.end());
  if (element_count(shape) == largest) return {largest};
  if (shape.size() == 2) return {shape[0], 1, shape[1]};
  return shape.size() == 3 ? shape : Shape{};
}

}  // namespace apprentice::model
