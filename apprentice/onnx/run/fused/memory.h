// SPDX-License-Identifier: Apache-2.0
// Where the values of a plan lie in one block of memory: values whose lives do not overlap share it.
// Internal to onnx/run/fused/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace apprentice::onnx::run {

class FusedMemory {
 public:
  // A new value of so many bytes; of none, because it lies elsewhere.
  int add(size_t bytes);
  int external();
  bool is_external(int value) const { return lives_[root(value)].external; }

  // Action `at` (counted from 0, in the order of time) reads or writes the value.
  void use(int value, int at);
  // From now on `value` is the same memory as `old`, which nobody asks for any more.
  void take_over(int value, int old);
  // `value`, whose uses may lie before, is the part of `whole` that begins at `offset`, in bytes.
  void lie_within(int value, int whole, int64_t offset);

  // Chooses all places; gives the size of the block.
  int64_t arrange();
  int64_t offset(int value) const;

 private:
  struct Life {
    int64_t bytes = 0;
    int64_t offset = 0;  // in the block, or in what it is a part of
    int first = -1, last = -1;
    int part_of = -1;
    bool external = false;
  };
  size_t root(int value) const;
  std::vector<Life> lives_;
};

}  // namespace apprentice::onnx::run
