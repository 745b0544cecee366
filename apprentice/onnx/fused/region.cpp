// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/fused/region.h"

#include <algorithm>

namespace apprentice {
namespace {

// Shapes whose plans are kept: a batch, its shorter last one, and single samples.
constexpr size_t kMostIdle = 3;

}  // namespace

std::optional<FusedRegion::Entry> FusedRegion::take(const std::vector<Sizes>& shapes, const FusedBatch& batch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = std::find_if(idle_.begin(), idle_.end(),
                                  [&](const Entry& entry) { return entry.shapes == shapes && entry.batch == batch; });
  if (found == idle_.end()) return std::nullopt;
  Entry entry = std::move(*found);
  idle_.erase(found);
  return entry;
}

std::optional<Values> FusedRegion::run(const Values& inputs, const FusedBatch& batch) {
  std::vector<Sizes> shapes;
  Values plain;
  for (const at::Tensor& input : inputs) {
    if (!input.defined() || input.scalar_type() != at::kFloat || !input.device().is_cpu() || input.numel() == 0)
      return std::nullopt;
    shapes.push_back(input.sizes().vec());
    plain.push_back(input.contiguous());
  }
  std::optional<Entry> entry = take(shapes, batch);
  if (!entry) entry = Entry{shapes, batch, FusedPlan::make(graph_, shapes, batch)};
  std::optional<Values> made;
  if (entry->plan != nullptr) made = entry->plan->run(plain);
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_.push_front(std::move(*entry));
  if (idle_.size() > kMostIdle) idle_.pop_back();
  return made;
}

}  // namespace apprentice
