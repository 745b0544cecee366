// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/model_values.h"

#include <algorithm>

#include "apprentice/onnx/run/sequence.h"

namespace apprentice::onnx::run {
namespace {

Result<at::Tensor> tensor_of(const std::string& name, const Tensor& given, const std::string& place) {
  if (torch_has(given.dtype())) return to_torch(given);
  return fail(ErrorKind::kUnsupported, place, "the input '{}' is {}, which cannot be computed with", name,
              to_string(given.dtype()));
}

Result<Values> elements_of(const std::string& name, const NamedTensors& given, const std::string& place) {
  Values elements;
  for (auto found = given.find(element_name(name, 0)); found != given.end();
       found = given.find(element_name(name, elements.size()))) {
    APPRENTICE_TRY(at::Tensor element, tensor_of(found->first, found->second, place));
    elements.push_back(std::move(element));
  }
  return elements;
}

}  // namespace

Result<at::Tensor> value_of_input(const OnnxValueInfo& input, const NamedTensors& given, const std::string& place) {
  if (input.kind == OnnxValueKind::kOther)
    return fail(ErrorKind::kUnsupported, place, "the input '{}' is of a type that is not supported", input.name);
  const auto found = given.find(input.name);
  if (found != given.end() && input.kind != OnnxValueKind::kSequence) {
    if (input.dtype && *input.dtype != found->second.dtype())
      return bad_input(place, "the input '{}' is given as {}, but {} is expected", input.name,
                       to_string(found->second.dtype()), to_string(*input.dtype));
    return tensor_of(input.name, found->second, place);
  }
  if (input.kind == OnnxValueKind::kTensor)
    return bad_input(place, "the input '{}' {} is not given", input.name, shape_text(input));
  APPRENTICE_TRY(Values elements, elements_of(input.name, given, place));
  if (elements.empty() && input.kind == OnnxValueKind::kOptional) return pack_none();
  return pack_sequence(std::move(elements));
}

Result<Tensor> cast_for_input(const OnnxValueInfo& input, const Tensor& values, const std::string& place) {
  if (!input.dtype || *input.dtype == values.dtype()) return values;
  if (!torch_has(*input.dtype))
    return fail(ErrorKind::kUnsupported, place, "the input '{}' is {}, which cannot be computed with", input.name,
                to_string(*input.dtype));
  const at::ScalarType type = to_torch(*input.dtype);
  const at::Tensor given = to_torch(values);
  return to_host(at::isFloatingType(type) ? given.to(type) : at::round(given).to(type));
}

bool belongs_to_inputs(const std::string& name, const std::vector<OnnxValueInfo>& inputs) {
  return std::any_of(inputs.begin(), inputs.end(), [&](const OnnxValueInfo& input) {
    if (input.kind == OnnxValueKind::kTensor) return input.name == name;
    return input.name == name || name.substr(0, input.name.size() + 1) == input.name + "[";
  });
}

void add_output(const std::string& name, const at::Tensor& value, NamedTensors& out) {
  if (is_none(value)) return;
  const Values* const elements = sequence_of(value);
  if (elements == nullptr) {
    out[name] = to_host(value);
    return;
  }
  for (size_t i = 0; i < elements->size(); ++i) out[element_name(name, i)] = to_host((*elements)[i]);
}

}  // namespace apprentice::onnx::run
