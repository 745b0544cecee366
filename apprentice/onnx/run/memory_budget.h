// SPDX-License-Identifier: Apache-2.0
// What libtorch may allocate on the CPU while a model of unknown origin is prepared or run: a small file can ask for
// any amount by broadcasting, by products and by Concat of a value with itself, so no check of single operators is
// enough. Internal to onnx/run/.
#pragma once

#include <cstdint>
#include <memory>

namespace apprentice::onnx::run {

// While it lives, tensors made on this thread may take `bytes` together (each counts 512 bytes more for its own
// records); one that would take more makes libtorch throw. Tensors that outlive the budget are fine. Budgets of one
// thread must end in reverse order; only the newest is in force.
class MemoryBudget {
 public:
  explicit MemoryBudget(int64_t bytes);
  // What this thread makes counts for the budget that was in force where `share` was made.
  explicit MemoryBudget(const class MemoryShare& share);
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;
  ~MemoryBudget();

 private:
  std::shared_ptr<struct MemoryAccount> before_;
};

// The budget in force on this thread, for other threads that work for it.
class MemoryShare {
 public:
  MemoryShare();

 private:
  friend class MemoryBudget;
  std::shared_ptr<struct MemoryAccount> account_;
};

}  // namespace apprentice::onnx::run
