// SPDX-License-Identifier: Apache-2.0
// Whether samples may be run together: every value of a program is followed from the inputs on, operator by operator
// (batch_rules.def), and what is left says whether row i of an answer depends on sample i alone. No numbers are
// compared, so it holds for all samples, not only for those of a trial. Internal to onnx/run/.
#pragma once

#include <map>
#include <string>

#include "apprentice/onnx/run/batch_step.h"
#include "apprentice/onnx/run/program.h"

namespace apprentice::onnx::run {

// Watches one run of `samples` samples (at least 2) through RunOptions::observer.
class BatchWatch {
 public:
  // Axis 0 of every input counts samples.
  BatchWatch(const Program& program, const Values& inputs, int64_t samples);
  void see(const Step& step, const Values& in, const Values& out);

  // A value of the run, by its slot.
  struct Seen {
    BatchState state;
    Sizes sizes;
    BatchAxis axis;  // of kSample
  };
  const std::map<int, Seen>& seen() const { return seen_; }
  int64_t samples() const { return samples_; }

 private:
  BatchState state_of(int slot) const;
  void keep(int slot, const at::Tensor& value, BatchState state);

  const Program& program_;
  int64_t samples_;
  std::map<int, Seen> seen_;
};

// Why the value in `slot` is not known to have a row for each sample, whatever their number; empty when it is. Two runs
// of different numbers must tell the same.
std::string why_not_by_sample(const BatchWatch& a, const BatchWatch& b, int slot);

}  // namespace apprentice::onnx::run
