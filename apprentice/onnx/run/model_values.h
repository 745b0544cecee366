// SPDX-License-Identifier: Apache-2.0
// Host tensors by name <-> values of the executor. A sequence "s" is the tensors "s[0]", "s[1]", ...; an optional value
// is a tensor, such a sequence, or is left out. Internal to onnx/run/.
#pragma once

#include "apprentice/onnx/run/model.h"
#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run {

// What is given for an input; `place` leads messages. Types are checked, shapes are not.
Result<at::Tensor> value_of_input(const OnnxValueInfo& input, const NamedTensors& given, const std::string& place);

// Whether `name` belongs to one of the inputs: it is its name, or that of an element of it.
bool belongs_to_inputs(const std::string& name, const std::vector<OnnxValueInfo>& inputs);

// Adds nothing for an empty optional.
void add_output(const std::string& name, const at::Tensor& value, NamedTensors& out);

}  // namespace apprentice::onnx::run
