// SPDX-License-Identifier: Apache-2.0
// Views: several augmented faces of every training sample. View 0 is the plain sample; every other one is computed
// anew, and always to the same bits, from (seed, sample, view), so that the teacher answers what the student will see
// and no augmented input is ever stored.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/data/dataset.h"

namespace apprentice::views {

// What a view is made of beside its sample.
struct ViewMix {
  int64_t other = -1;      // the sample mixed in; -1 = none
  float own_share = 1.0F;  // in [0, 1]; the other has the rest
};

// Immutable; any thread.
class Views {
 public:
  virtual ~Views() = default;
  // `views` is the table of the job (docs/howto/views.md): `count`, `seed` (default: `seed`) and [[augment]], applied
  // in that order, each with `name`, `chance` and its own keys. Null when there is one view. Refuses unknown
  // augmentations and keys, and augmentations that need samples of another rank.
  static Result<std::shared_ptr<const Views>> create(Config& views, std::shared_ptr<const data::Dataset> train,
                                                     uint64_t seed);

  virtual int64_t count() const = 0;
  // Whether views may be mixed of two samples.
  virtual bool mixes() const = 0;
  virtual const data::Dataset& data() const = 0;
  // Covers seed, augmentations with their keys and the data; not the count, so that more views are a longer list.
  virtual const std::string& identity() const = 0;

  // Which view a sample shows in an epoch (counted from 1): one after the other, each sample from a start of its own.
  virtual int64_t view_at(int64_t sample, int64_t epoch) const = 0;
  // Writes element_count(data().info().sample_shape) raw float32 values.
  virtual ViewMix make(int64_t sample, int64_t view, float* out) const = 0;
};

}  // namespace apprentice::views
