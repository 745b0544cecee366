// SPDX-License-Identifier: Apache-2.0
// StreamPlan: how a package answers while raw samples come, every `hop` steps, with the bits of the batch answer to the
// same window. docs/howto/streams.md. Internal to codegen/.
#pragma once

#include "apprentice/codegen/package.h"

namespace apprentice::codegen {

// A tensor between two answers: its last `columns` columns in time lie in the arena, of which `fresh` are written for
// each answer; the others are kept from the answers before.
struct StreamTensor {
  int64_t columns = 0, fresh = 0;
  int64_t kept() const { return columns - fresh; }
};

struct StreamLayer {
  int64_t reads = 0;      // of each input, its last columns
  std::string why_whole;  // empty: it computes new columns only
};

struct StreamPlan {
  int64_t hop = 0, window = 0;  // in steps of raw time: from answer to answer, and those that an answer is about
  int64_t channels = 0;         // raw ones
  // With a front end: whenever `raw_steps` steps are there as int16, `frames` frames are made of them, and
  // `raw_advance` steps leave. All 0 without one.
  int64_t raw_steps = 0, raw_advance = 0, frames = 0;
  std::vector<StreamTensor> tensors;  // those of the net; the first is filled column by column
  std::vector<StreamLayer> layers;    // those of the net
  // The first answer needs more than one run where layers compute new columns only: so many runs come before it, and so
  // many columns of the first tensor count as filled at the start.
  int64_t first_runs = 0, first_filled = 0;
  MemoryPlan memory;  // of its arena

  bool has_frontend() const { return raw_steps > 0; }
  // Of the struct: its arena, and one to three counters.
  int64_t context_bytes() const { return memory.arena_bytes + 4 + (has_frontend() ? 4 : 0) + (first_runs > 0 ? 4 : 0); }
  int64_t kept_bytes(const quant::QuantNet& net) const;
};
// `hop` has passed check_hop.
StreamPlan plan_stream(const quant::QuantNet& net, int64_t hop);
// The columns of the batch form: all of them, and none is kept. Without a plan of its memory.
StreamPlan whole_windows(const quant::QuantNet& net);

// Input `index` of a layer, and its output, as the layer sees them: without the columns that it leaves alone.
layers::QuantTensor read_by(const quant::QuantNet& net, const StreamPlan& plan, size_t layer, size_t index);
layers::QuantTensor written_by(const quant::QuantNet& net, const StreamPlan& plan, size_t layer);

// What is kept from answer to answer shares its place with nothing.
MemoryPlan plan_memory(const quant::QuantNet& net, const StreamPlan& stream);

}  // namespace apprentice::codegen
