// SPDX-License-Identifier: Apache-2.0
#include "apprentice/views/time_axis.h"

namespace apprentice::views {

TimeAxis::TimeAxis(Config& keys, const Shape& shape) : channels_(shape[0]) {
  int64_t axis = 1;
  if (shape.size() > 2) keys.read_bounded("axis", axis, 1, 2);
  for (int64_t i = 0; i < axis; ++i) outer_ *= shape[static_cast<size_t>(i)];
  length_ = shape[static_cast<size_t>(axis)];
  for (size_t i = static_cast<size_t>(axis) + 1; i < shape.size(); ++i) stride_ *= shape[i];
}

}  // namespace apprentice::views
