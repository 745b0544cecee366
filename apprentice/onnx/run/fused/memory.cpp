// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/fused/memory.h"

#include <algorithm>
#include <numeric>

namespace apprentice::onnx::run {
namespace {

constexpr int64_t kAlignment = 64;

}  // namespace

int FusedMemory::add(size_t bytes) {
  Life life;
  life.bytes = (static_cast<int64_t>(bytes) + kAlignment - 1) / kAlignment * kAlignment;
  lives_.push_back(life);
  return static_cast<int>(lives_.size()) - 1;
}

int FusedMemory::external() {
  const int value = add(0);
  lives_.back().external = true;
  return value;
}

size_t FusedMemory::root(int value) const {
  auto at = static_cast<size_t>(value);
  while (lives_[at].part_of >= 0) at = static_cast<size_t>(lives_[at].part_of);
  return at;
}

void FusedMemory::use(int value, int at) {
  Life& life = lives_[root(value)];
  if (life.first < 0) life.first = at;
  life.last = at;
}

void FusedMemory::take_over(int value, int old) { lie_within(value, old, 0); }

void FusedMemory::lie_within(int value, int whole, int64_t offset) {
  Life &part = lives_[root(value)], &all = lives_[root(whole)];
  if (part.first >= 0) {
    all.first = all.first < 0 ? part.first : std::min(all.first, part.first);
    all.last = std::max(all.last, part.last);
  }
  part.part_of = whole;
  part.offset = offset;
}

int64_t FusedMemory::offset(int value) const {
  const Life& life = lives_[static_cast<size_t>(value)];
  return life.offset + (life.part_of < 0 ? 0 : offset(life.part_of));
}

// Largest first, each at the lowest place that is free during its whole life.
int64_t FusedMemory::arrange() {
  std::vector<Life*> order;
  for (Life& life : lives_)
    if (life.part_of < 0 && life.bytes > 0 && life.first >= 0) order.push_back(&life);
  std::stable_sort(order.begin(), order.end(), [](const Life* a, const Life* b) { return a->bytes > b->bytes; });
  std::vector<const Life*> placed;  // by offset
  int64_t size = 0;
  for (Life* life : order) {
    int64_t offset = 0;
    for (const Life* other : placed) {
      const bool apart = other->last < life->first || life->last < other->first;
      if (apart || other->offset + other->bytes <= offset) continue;
      if (offset + life->bytes <= other->offset) break;
      offset = other->offset + other->bytes;
    }
    life->offset = offset;
    size = std::max(size, offset + life->bytes);
    const auto lower = [](const Life* a, const Life* b) { return a->offset < b->offset; };
    placed.insert(std::upper_bound(placed.begin(), placed.end(), life, lower), life);
  }
  return size;
}

}  // namespace apprentice::onnx::run
