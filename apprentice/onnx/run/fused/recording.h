// SPDX-License-Identifier: Apache-2.0
// oneDNN primitives in the order in which they run, with all the memory between them. Internal to onnx/run/fused/.
#pragma once

#include <ATen/ATen.h>

#include <dnnl.hpp>
#include <functional>
#include <unordered_map>
#include <vector>

#include "apprentice/onnx/run/fused/memory.h"
#include "apprentice/onnx/run/fused/node.h"

namespace apprentice::onnx::run {

const dnnl::engine& cpu_engine();

// Row-major float32, and float32 in the layout that a primitive likes best.
dnnl::memory::desc plain_layout(const Sizes& shape);
dnnl::memory::desc any_layout(const Sizes& shape);
// Channels in blocks of what AVX-512 holds; row-major where there are no positions. For one or two axes of them.
dnnl::memory::desc blocked_layout(const Sizes& shape);

// Where a value lies and how.
struct Place {
  dnnl::memory::desc desc;
  int value = -1;  // of FusedMemory
  Sizes shape() const { return desc.dims(); }
};

// What a primitive reads or writes: a value, or a constant of the given layout.
struct Argument {
  int name = 0;  // DNNL_ARG_...
  Place place;
  at::Tensor constant;
};

// Not thread-safe.
class Recording {
 public:
  // A row-major value that every run gets from outside, or gives.
  Place external(const Sizes& shape) { return {plain_layout(shape), memory_.external()}; }
  bool is_external(const Place& place) const { return memory_.is_external(place.value); }
  Place make(const dnnl::memory::desc& desc) { return {desc, memory_.add(desc.get_size())}; }
  // `to` gets the memory of `old`, which nothing reads any more.
  void take_over(const Place& to, const Place& old) { memory_.take_over(to.value, old.value); }
  // `part`, which nothing else asks for, lies in `whole` from that byte on.
  void lie_within(const Place& part, const Place& whole, int64_t offset) {
    memory_.lie_within(part.value, whole.value, offset);
  }

  // Appends a primitive; its scratchpad is seen to here.
  template <typename Described>
  void act(const Described& described, std::vector<Argument> arguments) {
    const dnnl::memory::desc scratchpad = described.scratchpad_desc();
    if (scratchpad.get_size() > 0) arguments.push_back({DNNL_ARG_SCRATCHPAD, make(scratchpad), {}});
    push({dnnl::primitive(described.get()), std::move(arguments), nullptr, {}});
  }
  void copy(const Place& from, const Place& to);
  // The same values in another layout.
  Place laid_out(const Place& from, const dnnl::memory::desc& desc);
  // Appends a function of ours; it gets the addresses of the places in their order.
  using Function = std::function<void(const std::vector<float*>&)>;
  void call(Function function, const std::vector<Place>& places);

  // Chooses where values lie; after it nothing may be appended.
  void finish();
  // Addresses of the external values.
  void run(const std::unordered_map<int, void*>& given);

 private:
  struct Action {
    dnnl::primitive primitive;  // empty where there is a function
    std::vector<Argument> arguments;
    Function function;
    std::unordered_map<int, dnnl::memory> bound;
  };
  void push(Action action);

  FusedMemory memory_;
  std::vector<Action> actions_;
  at::Tensor block_;
  std::vector<std::pair<dnnl::memory*, int>> external_;
};

// `after` applied to the result; with `sum`, what lies at the destination is added before. Scratchpads are given.
dnnl::primitive_attr attributes_of(const std::vector<Activation>& after = {}, bool sum = false);
dnnl::algorithm algorithm_of(const Activation& activation);

}  // namespace apprentice::onnx::run
