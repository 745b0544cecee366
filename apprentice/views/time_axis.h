// SPDX-License-Identifier: Apache-2.0
// The axis that augmentations along time run over.
#pragma once

#include "apprentice/views/augmentation.h"

namespace apprentice::views {

// What an augmentation along time runs over: values lines() apart by stride(), each of length() steps.
class TimeAxis {
 public:
  // Axis 1; where samples have two axes beside the channels, the key `axis` chooses (1, or 2 for the last one).
  TimeAxis(Config& keys, const Shape& shape);

  int64_t length() const { return length_; }
  int64_t stride() const { return stride_; }
  int64_t lines() const { return outer_ * stride_; }
  // Of the first value of a line.
  int64_t start(int64_t line) const { return line / stride_ * length_ * stride_ + line % stride_; }
  // The channel that a line belongs to.
  int64_t channel(int64_t line) const { return line / (lines() / channels_); }

 private:
  int64_t channels_ = 1, outer_ = 1, length_ = 1, stride_ = 1;
};

}  // namespace apprentice::views
