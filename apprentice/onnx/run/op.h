// SPDX-License-Identifier: Apache-2.0
// What an operator of the executor is: a row of ops.def and a function from input tensors to output tensors.
// Internal to onnx/run/. Semantics of each operator: github.com/onnx/onnx/blob/main/docs/Operators.md, at the opset
// that the model imports.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/onnx/format/graph.h"

namespace apprentice::onnx::run {

using Values = std::vector<at::Tensor>;
using Sizes = std::vector<int64_t>;

// Iterations of all loops of one run together.
inline constexpr int64_t kMostIterations = int64_t{1} << 20;

// Runs a subgraph of a control-flow node: values for its inputs, in order -> its outputs.
using SubgraphRun = std::function<Values(const Values&)>;

// What an operator made of its attributes at its first call, kept with its step: a forest from lists of numbers.
struct Prepared {
  std::mutex mutex;
  std::shared_ptr<const void> value;
};

// One call of one operator. Errors stick: the first one is kept and ends the run after the operator returns.
class OpCall {
 public:
  OpCall(const OnnxNode& node, Values inputs) : node_(node), inputs_(std::move(inputs)) {}

  const OnnxNode& node() const { return node_; }
  int64_t opset() const { return node_.opset; }
  size_t input_count() const { return inputs_.size(); }
  size_t output_count() const { return node_.outputs.size(); }
  bool wants_output(size_t index) const { return index < node_.outputs.size() && !node_.outputs[index].empty(); }

  bool has(size_t index) const { return index < inputs_.size() && inputs_[index].defined(); }
  // The input, or an undefined tensor where it is left out.
  at::Tensor optional(size_t index) const { return has(index) ? inputs_[index] : at::Tensor(); }
  // The input; the executor refuses a call that lacks one of the row's required inputs before it is made.
  const at::Tensor& operator[](size_t index) const { return inputs_.at(index); }
  // The values of an input that holds integers (shapes, axes); empty when left out.
  Sizes integers_of(size_t index) const;
  // The one value of an input.
  double number_of(size_t index) const;
  // The same as a whole number; what no int64 can hold is cut to +-2^62, NaN to the least.
  int64_t integer_of(size_t index) const;

  bool has_attribute(const std::string& name) const { return node_.attributes.count(name) != 0; }
  // Each keeps the default when the attribute is absent; another kind is an error.
  int64_t integer(const std::string& name, int64_t otherwise);
  double real(const std::string& name, double otherwise);
  std::string text(const std::string& name, const std::string& otherwise);
  Sizes integers(const std::string& name, const Sizes& otherwise);
  std::vector<double> reals(const std::string& name, const std::vector<double>& otherwise);
  std::vector<std::string> texts(const std::string& name);  // empty when absent
  // The values of the attribute `name` + "_as_tensor" where there is one, else of the list `name`.
  std::vector<double> reals_or_tensor(const std::string& name);
  const Tensor* tensor(const std::string& name);                 // null when absent
  std::vector<double> reals_of_tensor(const std::string& name);  // empty when absent
  // The axis attribute or input counted from the front; an axis outside the rank is an error and gives 0.
  int64_t axis_of(int64_t axis, int64_t rank);
  // axis_of of each, without repetition.
  Sizes axes_of(const Sizes& axes, int64_t rank);
  // Since `opset`, axes (or split, pads, ...) is input `index`; before, the attribute `name`.
  Sizes integers_by_opset(int64_t opset, size_t index, const std::string& name);

  // Samples in one run when the model was exported for a fixed number of them; 0 = run as written.
  int64_t batch = 0;
  int64_t exported_batch = 0;
  SubgraphRun* subgraph(const std::string& attribute);
  std::map<std::string, SubgraphRun> subgraphs;
  // Iterations of loops that the whole run may still make; null = none are counted.
  int64_t* iterations_left = nullptr;
  // Counts iterations; refuses when the run has used up its share, so that nested loops come to an end.
  bool may_iterate(int64_t count = 1);

  // `make` gives a std::shared_ptr<const T>, null after a refusal. Its result is kept for later calls of the node.
  template <typename T, typename Make>
  std::shared_ptr<const T> prepare(Make make) {
    if (prepared == nullptr) return make();
    const std::lock_guard<std::mutex> lock(prepared->mutex);
    if (prepared->value == nullptr) prepared->value = make();
    return std::static_pointer_cast<const T>(prepared->value);
  }
  Prepared* prepared = nullptr;  // null: nothing is kept

  // Records the error and returns no outputs.
  template <typename... A>
  Values refuse(fmt::format_string<A...> text, A&&... args) {
    return refuse_text(fmt::format(text, std::forward<A>(args)...));
  }
  // Whether a tensor of this shape may be made from almost nothing (Expand, Tile, Range, Resize, ...): refuses negative
  // sizes, more than 2^28 elements and more than 64 axes.
  bool may_grow_to(const Sizes& shape);
  const std::string& error() const { return error_; }
  bool failed() const { return !error_.empty(); }

 private:
  Values refuse_text(std::string text);
  const OnnxAttribute* attribute(const std::string& name, OnnxAttributeKind kind);

  const OnnxNode& node_;
  Values inputs_;
  std::string error_;
};

// The type that an attribute `to` (dtype, output_datatype) names; refuses, and gives float32, when it cannot be
// computed with.
at::ScalarType type_of(OpCall& call, int64_t onnx_type);

using OpFunction = Values (*)(OpCall&);

// Which values the function takes, and how float16 and bfloat16 are computed.
enum class Takes {
  kViaFloat,  // in float32, outputs of float32 rounded back: once per operator, where widen.h leaves them
  kAsIs,      // the function takes and gives what the operator says
  kAnyValue,  // as kAsIs, and it takes sequences and empty optionals (sequence.h) too
};

struct OpRow {
  const char* domain;
  const char* name;
  int64_t min_opset;  // the first opset that has it
  size_t min_inputs;  // inputs that may not be left out
  OpFunction run;
  Takes takes;
  const char* attributes;  // every attribute it knows, blank-separated; a node with another one is refused
};

// Every operator, in the order of ops.def.
const std::vector<OpRow>& op_table();
// The newest ai.onnx opset whose meaning the table was written for.
inline constexpr int64_t kNewestOpset = 27;
inline constexpr int64_t kNewestMlOpset = 5;  // of ai.onnx.ml
// The row for a node, or an error that names the operator, the node and the opset.
Result<const OpRow*> find_op(const OnnxNode& node, const std::string& place);

at::ScalarType to_torch(DType dtype);  // throws BrokenPromise for unsigned types above eight bits
bool torch_has(DType dtype);
DType from_torch(at::ScalarType type);
at::Tensor to_torch(const Tensor& tensor);  // a copy
Tensor to_host(const at::Tensor& tensor);   // a copy

}  // namespace apprentice::onnx::run
