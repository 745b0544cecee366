// SPDX-License-Identifier: Apache-2.0
#include "apprentice/views/knobs.h"

namespace apprentice {
namespace {

template <typename T>
void read_bounded(Config& options, const std::string& key, T least, T most, T& value) {
  options.read(key, value);
  if (value >= least && value <= most) return;
  options.reject(key, fmt::format("'{}' is {}; expected a number from {} to {}", key, value, least, most));
  value = least;
}

}  // namespace

void read_number(Config& options, const std::string& key, double least, double most, double& value) {
  read_bounded(options, key, least, most, value);
}

void read_number(Config& options, const std::string& key, int64_t least, int64_t most, int64_t& value) {
  read_bounded(options, key, least, most, value);
}

TimeAxis::TimeAxis(Config& options, const Shape& shape) : channels_(shape[0]) {
  int64_t axis = 1;
  if (shape.size() > 2) read_number(options, "axis", 1, 2, axis);
  for (int64_t i = 0; i < axis; ++i) outer_ *= shape[static_cast<size_t>(i)];
  length_ = shape[static_cast<size_t>(axis)];
  for (size_t i = static_cast<size_t>(axis) + 1; i < shape.size(); ++i) stride_ *= shape[i];
}

}  // namespace apprentice
