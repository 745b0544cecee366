// SPDX-License-Identifier: Apache-2.0
// Stages: where a network can be looked into, found from its wiring and shapes alone. Students and teachers are treated
// alike, so that their stages can be paired.
#pragma once

#include <optional>
#include <vector>

#include "apprentice/base/tensor.h"

namespace apprentice::model {

// A value of a network, in an order in which every value comes after those that it is made from.
struct GraphValue {
  std::vector<size_t> inputs;  // earlier values; none for the network's input
  Shape shape;                 // of one sample: [values], [channels, time] or [channels, height, width]
  bool product = false;        // made by a layer with weights: convolution, matrix product, recurrence
};

struct Stages {
  std::vector<size_t> maps;      // the last value of each stage, shallow to deep
  std::optional<size_t> vector;  // what the last product sees, where that is a vector
};
// All of the answer's information passes through each value found: nothing before it is used after it, branches and
// shortcuts are whole. A stage is a run of such maps of one size, after the first product; channels may differ.
Stages find_stages(const std::vector<GraphValue>& values, size_t answer);

// A feature's shape as losses see it: [channels, height, width] of maps, with height 1 for [channels, time]; [values]
// of vectors, also where they have further axes of size 1. Empty for what has more axes or none.
Shape feature_shape(const Shape& shape);
// Of a feature_shape().
inline bool is_map(const Shape& shape) { return shape.size() == 3; }

}  // namespace apprentice::model
