// SPDX-License-Identifier: Apache-2.0
// Augmentation: one random change that leaves the answer of a sample meaningful. One file per augmentation, one row in
// views/kinds.def; the contract test (tests/views) walks the table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/base/random.h"
#include "apprentice/base/tensor.h"

namespace apprentice::views {

// What augmentations are scaled by: facts of the training split, per channel (the first axis), in raw units.
struct SampleFacts {
  Shape shape;  // [features], [channels, time] or [channels, height, width]
  std::vector<float> mean, deviation;

  int64_t channels() const { return shape.empty() ? 1 : shape[0]; }
  int64_t channel_size() const { return element_count(shape) / channels(); }
};

// Immutable; any thread.
class Augmentation {
 public:
  virtual ~Augmentation() = default;
  // Changes one raw sample, channel-first, in place. All chance comes from `rng`.
  virtual void apply(float* sample, Rng& rng) const = 0;
  // The share that the sample keeps beside another one, in [0, 1]; only mixup gives any away.
  virtual double draw_share(Rng&) const { return 1.0; }
};

struct AugmentationKind {
  const char* name;
  const char* summary;  // with its keys
  const char* source;   // paper
  size_t least_rank;    // of samples: 1 = vectors, 2 = windows, 3 = images
  double chance;        // default of the key `chance`: how often it is applied
  Result<std::unique_ptr<Augmentation>> (*make)(Config& keys, const SampleFacts& facts);  // reads its own keys
};
const std::vector<AugmentationKind>& augmentation_kinds();
// Null when there is no such augmentation.
const AugmentationKind* find_augmentation_kind(const std::string& name);

}  // namespace apprentice::views
