// SPDX-License-Identifier: Apache-2.0
// Many samples in chunks of a fixed size, each on one thread: threads wait for each other once and not after every
// operator, and feature maps stay in the cache. Internal to onnx/run/.
#pragma once

#include <functional>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {

// Samples in a chunk of a model of so many multiply-accumulates per sample. It depends on nothing that is measured at
// run time, so the same samples always give the same bits.
int64_t samples_in_chunk(int64_t macs);

using ChunkRun = std::function<Result<Values>(const Values& inputs)>;

// Axis 0 of every input counts samples, at least one, and so must that of every output. `run` is called from several
// threads; a single chunk of a costly model is computed by all of them together. Gives the error of a chunk that
// failed; `place` leads others.
Result<Values> run_in_chunks(const Values& inputs, int64_t chunk, const std::string& place, const ChunkRun& run);

}  // namespace apprentice::onnx::run
