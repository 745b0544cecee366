// SPDX-License-Identifier: Apache-2.0
// Which inputs of an ONNX model take samples, and which output answers. Internal to teacher/.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/data/dataset.h"
#include "apprentice/onnx/run/model.h"

namespace apprentice::teacher {

// One input and the channels of a sample that it takes, in its order; a model of one input takes all.
struct OnnxPort {
  onnx::OnnxValueInfo value;
  std::vector<int64_t> channels;
};

// What the job's keys input_name and output_name say; the only one where empty. An output that holds labels is none.
Result<onnx::OnnxValueInfo> choose_input(const onnx::OnnxGraph& graph, const std::string& name);
Result<onnx::OnnxValueInfo> choose_output(const onnx::run::OnnxModel& model, const std::string& name, TaskKind task);

// Models of several inputs: by the names of columns where all inputs have one, else in their order, where they take as
// many values together as a sample has. `sample` is [channels, ...], prepared.
Result<std::vector<OnnxPort>> ports_of(const onnx::OnnxGraph& graph, const Shape& sample,
                                       const data::DatasetInfo& data);

// What one input gets of prepared samples [n, channels, ...], in its type and shape.
Result<Tensor> port_values(const OnnxPort& port, const Tensor& prepared, const std::string& place);

}  // namespace apprentice::teacher
