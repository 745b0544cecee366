// SPDX-License-Identifier: Apache-2.0
// What baselines look at instead of samples: rows of a bounded number of columns, made from one sample each.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "apprentice/data/dataset.h"

namespace apprentice::baselines {

struct Features {
  int64_t columns = 0;
  std::string words;  // of the row's title: "raw values", "window statistics"
  std::string note;   // what was made coarser to stay bounded; may be empty
  // Reads one sample of the shape that the features were made for, writes `columns` values.
  std::function<void(const float* sample, float* out)> fill;
};

// The sample's values; beyond kMostColumns, means of neighbours along the last axis.
Features raw_values(const Shape& sample_shape);
// Of samples [channels, time]: per channel log(|X| + 0.001 s), X the Fourier transform of the window under a Hann
// window, filled up with zeros to a power of two, s the mean of |X| over `train`, so that the unit of a channel does
// not matter. Beyond kMostColumns, means of |X| over neighbouring bins.
Features log_spectrum(const data::Dataset& train);
// Of samples [channels, time]: trees/statistics.h, channel by channel, each beginning with its mean. Of [columns]: the
// columns. Of pictures: means of blocks.
Features statistics(const Shape& sample_shape);

inline constexpr int64_t kMostColumns = 2048;

// Float32 [indices, columns].
Tensor feature_rows(const data::Dataset& data, const std::vector<int64_t>& indices, const Features& features);

// `count` indices below `size`, evenly spaced; all of them where there are fewer.
std::vector<int64_t> spread_over(int64_t size, int64_t count);

}  // namespace apprentice::baselines
