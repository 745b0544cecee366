// SPDX-License-Identifier: Apache-2.0
// OnnxModel: any supported ONNX model, run on host tensors by libtorch. What is supported: docs/formats/onnx_import.md.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"
#include "apprentice/onnx/format/graph.h"

namespace c10 {
struct Device;
}

namespace apprentice::onnx::run {

using NamedTensors = std::map<std::string, Tensor>;

// What one sample costs, found by running the model once on zeros.
struct OnnxCost {
  int64_t macs = 0;  // multiply-accumulates of convolutions, matrix products and recurrent layers, per sample
  std::map<std::string, Shape> shapes;  // of every value of the main graph that is not constant, for one sample
};

// A sequence "s" of tensors is given and taken as the tensors "s[0]", "s[1]", ...; an optional value may be left out.
// Movable. run() and run_samples() may be called from any thread.
class OnnxModel {
 public:
  // Refuses a file that is not ONNX, and operators, attributes and types that are not supported: by name, node, opset.
  static Result<OnnxModel> load(const std::string& path);
  static Result<OnnxModel> from_graph(OnnxGraph graph);
  OnnxModel(OnnxModel&&) noexcept;
  OnnxModel& operator=(OnnxModel&&) noexcept;
  ~OnnxModel();

  const OnnxGraph& graph() const;  // without what is left out
  // Outputs of the file that cannot be computed, and why: labels as texts, operators that are not supported. A model of
  // which no output can be computed is refused.
  const std::map<std::string, std::string>& left_out() const;
  // Where runs compute (compute_device.h); before the first one. Tensors come from the processor and go back to it.
  void compute_on(const c10::Device& device);

  // Runs the graph as it is written. `outputs` may name any value of the main graph (features); empty means the
  // model's outputs. Every input must be given with its type and shape; when only the number of samples (axis 0)
  // differs from a fixed one, the call is passed to run_samples().
  Result<NamedTensors> run(const NamedTensors& inputs, const std::vector<std::string>& outputs = {}) const;

  // Axis 0 of every input and of every wanted output counts samples: any number of them, whatever number the model was
  // exported with. They run together when the graph proves, operator by operator, that no answer depends on other
  // samples, and a trial confirms it; else in groups of the exported size.
  Result<NamedTensors> run_samples(const NamedTensors& inputs, const std::vector<std::string>& outputs = {}) const;
  // Why run_samples() does not run samples like those of `example` together, naming the node; empty when it does.
  Result<std::string> why_not_together(const NamedTensors& example = {},
                                       const std::vector<std::string>& outputs = {}) const;

  // Sizes of axes that the model leaves free, axis 0 apart, are taken from `example`. Fails when it has no such sizes,
  // or when the model cannot run on zeros.
  Result<OnnxCost> cost(const NamedTensors& example = {}) const;

 private:
  struct State;
  explicit OnnxModel(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// float32 values in the type of an input; whole numbers are rounded to. Refuses types that libtorch does not have.
Result<Tensor> cast_for_input(const OnnxValueInfo& input, const Tensor& values, const std::string& place);

// Threads that libtorch computes with from now on, in the whole process; 0 = all cores.
void set_compute_threads(int threads);

}  // namespace apprentice::onnx::run
