// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/fused/region.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <tuple>

#include "apprentice/base/cores.h"
#include "apprentice/onnx/run/fused/packed_weights.h"

namespace apprentice::onnx::run {
namespace {

// Plans that are kept: for each thread a chunk of samples and a shorter last one, and few samples on all threads.
size_t most_idle() { return 2 * static_cast<size_t>(core_count()) + 2; }

}  // namespace

bool FusedShapes::operator==(const FusedShapes& other) const {
  return std::tie(inputs, batch.batch, batch.exported_batch, threads) ==
         std::tie(other.inputs, other.batch.batch, other.batch.exported_batch, other.threads);
}

FusedRegion::FusedRegion(FusedGraph graph) : graph_(std::move(graph)), weights_(std::make_shared<PackedWeights>()) {}

std::optional<FusedRegion::Entry> FusedRegion::take(const FusedShapes& shapes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found =
      std::find_if(idle_.begin(), idle_.end(), [&](const Entry& entry) { return entry.shapes == shapes; });
  if (found == idle_.end()) return std::nullopt;
  Entry entry = std::move(*found);
  idle_.erase(found);
  return entry;
}

std::optional<Values> FusedRegion::run(const Values& inputs, const FusedBatch& batch) {
  FusedShapes shapes{{}, batch, at::in_parallel_region() ? 1 : at::get_num_threads()};
  Values plain;
  for (const at::Tensor& input : inputs) {
    if (!input.defined() || input.scalar_type() != at::kFloat || !input.device().is_cpu() || input.numel() == 0)
      return std::nullopt;
    shapes.inputs.push_back(input.sizes().vec());
    plain.push_back(input.contiguous());
  }
  std::optional<Entry> entry = take(shapes);
  if (!entry) entry = Entry{shapes, FusedPlan::make(graph_, shapes, *weights_)};
  std::optional<Values> made;
  if (entry->plan != nullptr) made = entry->plan->run(plain);
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_.push_front(std::move(*entry));
  if (idle_.size() > most_idle()) idle_.pop_back();
  return made;
}

}  // namespace apprentice::onnx::run
