// SPDX-License-Identifier: Apache-2.0
// NetInput: from a raw sample to what the first layers of a net read, before normalisation: the sample itself, or the
// features that the net's front end makes of it.
#pragma once

#include <memory>

#include "apprentice/base/error.h"
#include "apprentice/frontend/frontend.h"
#include "apprentice/model/net_spec.h"

namespace apprentice::layers {

// Immutable; any thread.
class NetInput {
 public:
  // Refuses what frontend::Frontend refuses, a shape without 1 to 3 sizes or of more than kMaxElements, and a
  // normalisation with other than one pair per channel.
  static Result<NetInput> create(const model::NetSpec& spec);

  // Of kNetInput.
  const Shape& shape() const { return shape_; }
  // Null without a front end.
  const std::shared_ptr<const frontend::Frontend>& frontend() const { return frontend_; }
  // One raw sample, channel-first, to element_count(shape()) real values, channel-first.
  void run(const float* sample, float* values) const;

 private:
  Shape shape_;
  std::shared_ptr<const frontend::Frontend> frontend_;
};

}  // namespace apprentice::layers
