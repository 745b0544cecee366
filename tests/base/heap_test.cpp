// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/heap.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <cstring>
#include <memory>

namespace apprentice {
namespace {

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)

constexpr size_t kBytes = 4 << 20, kPage = 4096;

int64_t page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

// As in a training step: many tensors live at once, then none.
int64_t faults_of_a_step() {
  const int64_t before = page_faults();
  std::array<std::unique_ptr<char[]>, 32> tensors;
  for (auto& tensor : tensors) {
    tensor.reset(new char[kBytes]);
    std::memset(tensor.get(), 1, kBytes);
  }
  EXPECT_EQ(tensors.back()[kBytes / 2], 1);  // so that the writing isn't left out
  return page_faults() - before;
}

TEST(Heap, KeepsFreedMemory) {
  keep_freed_memory();
  faults_of_a_step();
  EXPECT_LT(faults_of_a_step(), static_cast<int64_t>(kBytes / kPage / 8));
}

#endif

}  // namespace
}  // namespace apprentice
