// SPDX-License-Identifier: Apache-2.0
// What a value of a graph has to do with the samples that are run together, and one step of a run seen that way: what
// the rules of batch_rules.def take. Internal to onnx/run/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {

enum class Depends {
  kNone,    // on no sample: the same in every run
  kCount,   // on how many samples there are, but on none of them: a shape, what is reckoned from one
  kSample,  // every element on one sample, and the same way for each of them
  kMixed,   // not known to be any of these
};

struct BatchState {
  Depends on = Depends::kNone;
  int64_t stride = 0;          // kSample: element i, in row-major order, is of sample (i / stride) % samples
  at::Tensor counted;          // kCount: which elements change with the number of samples; bool, shaped like the value
  bool counted_shape = false;  // kCount: its shape may change, too
  std::string blame;           // kMixed: the node that may mix samples
};

// The axis along which a value's samples lie; each has `inner` neighbouring places (axes that were folded into it).
struct BatchAxis {
  int64_t axis = 0, inner = 1;
};

// One step of a run of `samples` samples (at least 2), its values and what its inputs depend on.
class BatchStep {
 public:
  BatchStep(const OnnxNode& node, const Values& in, const Values& out, std::vector<BatchState> states, int64_t samples)
      : call(node, in), in_(in), out_(out), states_(std::move(states)), samples_(samples) {}

  OpCall call;  // for attributes and parameters
  size_t inputs() const { return in_.size(); }
  bool has(size_t input) const { return input < in_.size() && in_[input].defined(); }
  const at::Tensor& in(size_t input) const { return in_.at(input); }
  const at::Tensor& out(size_t output) const { return out_.at(output); }
  const BatchState& state(size_t input) const { return states_.at(input); }
  int64_t samples() const { return samples_; }

  // Left out, or the same in every run.
  bool is_fixed(size_t input) const { return !has(input) || state(input).on == Depends::kNone; }
  bool are_fixed(size_t first) const;  // all from `first` on
  bool is_fixed_number(size_t input) const { return is_fixed(input) && (!has(input) || in(input).numel() == 1); }
  bool is_sample(size_t input) const { return has(input) && state(input).on == Depends::kSample; }
  // Where the samples of an input lie; empty when they lie along no axis, or when the input is not of samples.
  std::optional<BatchAxis> axis(size_t input) const;
  std::optional<BatchAxis> axis_of(int64_t stride, at::IntArrayRef sizes) const;
  // Whether a fixed input leaves alone the axis `axis` of a tensor of `rank` dimensions that it is broadcast against.
  bool broadcasts_along(size_t input, int64_t axis, int64_t rank) const;

  // The state of an output whose samples lie along `axis`; kMixed where its size does not allow that.
  BatchState along(size_t output, BatchAxis axis) const;
  BatchState with_stride(size_t output, int64_t stride) const;
  BatchState mixed() const;

 private:
  const Values& in_;
  const Values& out_;
  std::vector<BatchState> states_;
  int64_t samples_;
};

// What an output depends on, given that an input depends on samples and none is mixed.
using BatchRule = BatchState (*)(BatchStep& step, size_t output);

// Null for operators that have none: nothing is known of them.
BatchRule find_batch_rule(const OnnxNode& node);

// What an output depends on when inputs depend on the number of samples and none on a sample.
BatchState counted_output(BatchStep& step, const OpRow& row, size_t output);

}  // namespace apprentice::onnx::run
