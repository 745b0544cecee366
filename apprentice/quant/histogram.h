// SPDX-License-Identifier: Apache-2.0
// Counts of values seen during calibration, and the range that int8 should cover; zero is always inside.
#pragma once

#include <cstdint>
#include <vector>

#include "apprentice/layers/quant_layer.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice::quant {

// Equal bins over [-reach, reach]; the reach is a power of two and doubles when a value lies outside, so one pass is
// enough and the order of the values does not matter beyond the reach.
class Histogram {
 public:
  static constexpr int64_t kBins = 16384;

  // False, and nothing is counted, when a value is NaN, infinite or beyond 1e30 in magnitude.
  bool add(const double* values, int64_t count);
  void merge(const Histogram& other);

  layers::QuantRange min_max() const { return {least_, most_}; }
  // The least symmetric range, cut to min_max(), that holds `percent` of |x|.
  layers::QuantRange percentile(double percent) const;
  // The range whose rounding and clipping has the least squared error; each bin counts at its middle.
  layers::QuantRange least_error() const;

 private:
  void grow(double largest);
  void widen();

  double reach_ = 0.0;  // 0: nothing but zeros so far
  double least_ = 0.0, most_ = 0.0;
  int64_t zeros_ = 0;  // exact zeros have no error in any range
  std::vector<int64_t> bins_ = std::vector<int64_t>(kBins, 0);
};

layers::QuantRange choose_range(const Histogram& histogram, const QuantOptions& options);
// Scale (rounded to float32, as ONNX stores it) and zero point of a range; 1/128 and 0 for an empty one.
layers::QuantParams params_of(const layers::QuantRange& range);
// The same with a scale given from outside.
layers::QuantParams params_of(const layers::QuantRange& range, double scale);

}  // namespace apprentice::quant
