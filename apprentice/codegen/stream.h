// SPDX-License-Identifier: Apache-2.0
// StreamPlan: how a package answers while raw samples come, every `hop` steps, with the bits of the batch answer to the
// same window. docs/howto/streams.md. Internal to codegen/.
#pragma once

#include "apprentice/codegen/package.h"

namespace apprentice::codegen {

struct StreamPlan {
  int64_t hop = 0, window = 0;  // in steps of raw time: from answer to answer, and those that an answer is about
  int64_t channels = 0;         // raw ones
  // What the first layers read: `width` columns, of which `fresh` are new in each answer; the others move to the front.
  int64_t width = 0, fresh = 0;
  // With a front end: whenever `raw_steps` steps are there as int16, `frames` frames are made of them, and
  // `raw_advance` steps leave. All 0 without one.
  int64_t raw_steps = 0, raw_advance = 0, frames = 0;
  MemoryPlan memory;  // of its arena

  bool has_frontend() const { return raw_steps > 0; }
  // Of the struct: its arena, and one or two counters.
  int64_t context_bytes() const { return memory.arena_bytes + (has_frontend() ? 8 : 4); }
};
// `hop` has passed check_hop.
StreamPlan plan_stream(const quant::QuantNet& net, int64_t hop);

// As plan_memory of a net alone, but what is kept from answer to answer shares its place with nothing.
MemoryPlan plan_memory(const quant::QuantNet& net, const StreamPlan& stream);

}  // namespace apprentice::codegen
