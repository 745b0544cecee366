// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/sample_chunks.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <atomic>

#include "apprentice/onnx/run/memory_budget.h"
#include "apprentice/onnx/run/sequence.h"
#include "apprentice/onnx/run/workers.h"

namespace apprentice::onnx::run {
namespace {

// Measured with benchmarks/teacher_bench on convolutional, dense and tree models: smaller chunks lose to the cost of
// starting operators, larger ones to the cache.
constexpr int64_t kMacsInChunk = int64_t{1} << 25;
constexpr int64_t kSmallestChunk = 4, kLargestChunk = 512;

Values part_of(const Values& inputs, int64_t first, int64_t size) {
  Values part;
  for (const at::Tensor& input : inputs) part.push_back(input.narrow(0, first, size));
  return part;
}

bool is_of(const at::Tensor& output, int64_t samples) {
  return is_plain(output) && output.dim() > 0 && output.size(0) == samples;
}

// But for the number of samples.
bool is_like(const at::Tensor& output, const at::Tensor& first) {
  return output.scalar_type() == first.scalar_type() && output.sizes().slice(1) == first.sizes().slice(1);
}

// Chunks one behind the other. Not by at::cat: the threads that it starts spin on for a while and are in the way of the
// next call's.
Values joined(const std::vector<Result<Values>>& made, int64_t samples, int64_t chunk) {
  Values out;
  for (const at::Tensor& first : *made.front()) {
    Sizes shape = first.sizes().vec();
    shape[0] = samples;
    out.push_back(at::empty(shape, first.options()));
  }
  share_pieces(static_cast<int64_t>(made.size()), [&](int64_t i) {
    const c10::InferenceMode inference;
    const Values& piece = *made[static_cast<size_t>(i)];
    for (size_t k = 0; k < out.size(); ++k) out[k].narrow(0, i * chunk, piece[k].size(0)).copy_(piece[k]);
  });
  return out;
}

}  // namespace

int64_t samples_in_chunk(int64_t macs) {
  return std::clamp(kMacsInChunk / std::max<int64_t>(macs, 1), kSmallestChunk, kLargestChunk);
}

Result<Values> run_in_chunks(const Values& inputs, int64_t chunk, const std::string& place, const ChunkRun& run) {
  const int64_t samples = inputs[0].size(0), count = (samples + chunk - 1) / chunk;
  if (count == 1 && chunk == kSmallestChunk) return run(inputs);
  std::vector<Result<Values>> made(static_cast<size_t>(count), Values{});
  std::atomic<bool> failed{false};
  const MemoryShare share;
  share_pieces(count, [&](int64_t i) {
    if (failed) return;
    const c10::InferenceMode inference;
    const MemoryBudget limit(share);
    const int64_t first = i * chunk;
    Result<Values>& piece = made[static_cast<size_t>(i)];
    piece = run(part_of(inputs, first, std::min(chunk, samples - first)));
    if (!piece) failed = true;
  });
  for (Result<Values>& each : made)
    if (!each) return std::move(each);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t expected = std::min(chunk, samples - i * chunk);
    const Values &outputs = *made[static_cast<size_t>(i)], &firsts = *made.front();
    for (size_t k = 0; k < outputs.size(); ++k) {
      if (!is_of(outputs[k], expected))
        return bad_input(place, "an output has shape {} for {} samples, so it cannot be given sample by sample",
                         to_string(outputs[k].sizes().vec()), expected);
      if (!is_like(outputs[k], firsts[k]))
        return bad_input(place, "an output has shape {} for some samples and {} for others, or another type",
                         to_string(firsts[k].sizes().vec()), to_string(outputs[k].sizes().vec()));
    }
  }
  return joined(made, samples, chunk);
}

}  // namespace apprentice::onnx::run
