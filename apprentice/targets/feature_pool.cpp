// SPDX-License-Identifier: Apache-2.0
#include "apprentice/targets/feature_pool.h"

#include <algorithm>

namespace apprentice::targets {
namespace {

// [channels, height, width] of vectors, too.
Shape as_maps(const Shape& shape) { return shape.size() == 1 ? Shape{shape[0], 1, 1} : shape; }

struct Range {
  int64_t first, end;
};
Range covered(int64_t place, int64_t places, int64_t size) {
  return {place * size / places, ((place + 1) * size + places - 1) / places};
}

float mean_of(const float* map, int64_t width, Range rows, Range columns) {
  double sum = 0.0;
  for (int64_t y = rows.first; y < rows.end; ++y) {
    for (int64_t x = columns.first; x < columns.end; ++x) sum += static_cast<double>(map[y * width + x]);
  }
  return static_cast<float>(sum / static_cast<double>((rows.end - rows.first) * (columns.end - columns.first)));
}

}  // namespace

bool can_pool(const Shape& feature, const Shape& kept) {
  if (feature.empty() || kept.empty()) return false;
  const Shape from = as_maps(feature), to = as_maps(kept);
  return from[0] == to[0] && from[1] >= to[1] && from[2] >= to[2];
}

void pool_feature(const float* values, int64_t samples, const Shape& feature, const Shape& kept, float* out) {
  const Shape from = as_maps(feature), to = as_maps(kept);
  if (from == to) {
    std::copy_n(values, samples * element_count(from), out);
    return;
  }
  for (int64_t map = 0; map < samples * from[0]; ++map, values += from[1] * from[2]) {
    for (int64_t y = 0; y < to[1]; ++y) {
      const Range rows = covered(y, to[1], from[1]);
      for (int64_t x = 0; x < to[2]; ++x) *out++ = mean_of(values, from[2], rows, covered(x, to[2], from[2]));
    }
  }
}

}  // namespace apprentice::targets
