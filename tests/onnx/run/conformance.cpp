// SPDX-License-Identifier: Apache-2.0
#include "tests/onnx/run/conformance.h"

#include <fmt/format.h>
#include <onnx/onnx-data_pb.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include "apprentice/base/files.h"
#include "apprentice/onnx/format/tensor_file.h"
#include "apprentice/onnx/format/tensor_proto.h"
#include "apprentice/onnx/run/model.h"

namespace apprentice::test {
namespace {

constexpr double kRelative = 1e-3;

// Values as float64; exact for every type but 64-bit integers beyond 2^53.
std::vector<double> as_doubles(const Tensor& tensor) {
  std::vector<double> out(static_cast<size_t>(tensor.size()));
  if (tensor.dtype() == DType::kF64) return {tensor.data<double>(), tensor.data<double>() + tensor.size()};
  if (tensor.dtype() == DType::kI64) return {tensor.data<int64_t>(), tensor.data<int64_t>() + tensor.size()};
  if (tensor.dtype() == DType::kI32) return {tensor.data<int32_t>(), tensor.data<int32_t>() + tensor.size()};
  const Tensor floats = tensor.to_f32();
  for (int64_t i = 0; i < floats.size(); ++i)
    out[static_cast<size_t>(i)] = static_cast<double>(floats.data<float>()[i]);
  return out;
}

std::string difference(const Tensor& made, const Tensor& expected, double absolute) {
  if (made.dtype() != expected.dtype())
    return fmt::format("type {} instead of {}", to_string(made.dtype()), to_string(expected.dtype()));
  if (made.shape() != expected.shape())
    return fmt::format("shape {} instead of {}", to_string(made.shape()), to_string(expected.shape()));
  const std::vector<double> a = as_doubles(made), b = as_doubles(expected);
  for (size_t i = 0; i < a.size(); ++i) {
    const bool same = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]));
    if (!same && !(std::abs(a[i] - b[i]) <= absolute + kRelative * std::abs(b[i])))
      return fmt::format("element {} is {} instead of {}", i, a[i], b[i]);
  }
  return "";
}

onnx::run::NamedTensors named(const std::string& name,
                              const ::google::protobuf::RepeatedPtrField<::onnx::TensorProto>& elements) {
  onnx::run::NamedTensors values;
  for (int i = 0; i < elements.size(); ++i)
    values[fmt::format("{}[{}]", name, i)] = onnx::tensor_from_proto(elements[i], name).value();
  return values;
}

// The tensors of a data file by the names that OnnxModel gives them: "x", or "x[0]", "x[1]", ...
Result<onnx::run::NamedTensors> read_value(const onnx::OnnxValueInfo& value, const std::string& path) {
  const std::string bytes = read_file(path).value();
  if (value.kind == onnx::OnnxValueKind::kSequence) {
    ::onnx::SequenceProto sequence;
    if (!onnx::parse_proto(bytes, sequence)) return bad_input(path, "no sequence");
    return named(value.name, sequence.tensor_values());
  }
  if (value.kind == onnx::OnnxValueKind::kOptional) {
    ::onnx::OptionalProto optional;
    if (!onnx::parse_proto(bytes, optional)) return bad_input(path, "no optional value");
    if (optional.has_sequence_value()) return named(value.name, optional.sequence_value().tensor_values());
    if (!optional.has_tensor_value()) return onnx::run::NamedTensors{};
    return onnx::run::NamedTensors{{value.name, onnx::tensor_from_proto(optional.tensor_value(), path).value()}};
  }
  APPRENTICE_TRY(onnx::NamedTensor tensor, onnx::read_tensor_file(path));
  return onnx::run::NamedTensors{{value.name, std::move(tensor.tensor)}};
}

// Which input a data file is of: it may know its name, else files come in the order of the graph's own list, which
// names initializers no more.
Result<size_t> input_of(const onnx::OnnxGraph& graph, size_t file, const std::string& path) {
  if (file >= graph.inputs.size()) return bad_input(path, "more input files than inputs");
  if (graph.inputs[file].kind != onnx::OnnxValueKind::kTensor) return file;
  APPRENTICE_TRY(const onnx::NamedTensor tensor, onnx::read_tensor_file(path));
  for (size_t i = 0; i < graph.inputs.size(); ++i)
    if (graph.inputs[i].name == tensor.name) return i;
  return file;
}

Result<onnx::run::NamedTensors> read_inputs(const onnx::OnnxGraph& graph, const std::string& folder) {
  onnx::run::NamedTensors inputs;
  for (size_t i = 0; file_exists(fmt::format("{}/input_{}.pb", folder, i)); ++i) {
    const std::string path = fmt::format("{}/input_{}.pb", folder, i);
    APPRENTICE_TRY(const size_t which, input_of(graph, i, path));
    APPRENTICE_TRY(onnx::run::NamedTensors value, read_value(graph.inputs[which], path));
    inputs.merge(value);
  }
  return inputs;
}

CaseResult refused(const Error& error) { return {Outcome::kRefused, error.text()}; }

CaseResult run_set(const onnx::run::OnnxModel& model, const std::string& folder, double absolute) {
  const auto inputs = read_inputs(model.graph(), folder);
  if (!inputs) return refused(inputs.error());
  const auto made = model.run(*inputs);
  if (!made) return refused(made.error());
  size_t compared = 0;
  for (size_t i = 0; i < model.graph().outputs.size(); ++i) {
    const auto expected = read_value(model.graph().outputs[i], fmt::format("{}/output_{}.pb", folder, i));
    if (!expected) return refused(expected.error());
    for (const auto& [name, tensor] : *expected) {
      const auto found = made->find(name);
      const std::string wrong = found == made->end() ? "is not made" : difference(found->second, tensor, absolute);
      if (!wrong.empty()) return {Outcome::kDiffers, fmt::format("output {}: {}", name, wrong)};
    }
    compared += expected->size();
  }
  if (made->size() != compared) return {Outcome::kDiffers, "more is made than expected"};
  return {};
}

}  // namespace

CaseResult run_case(const std::string& folder, double absolute,
                    const std::function<void(onnx::run::OnnxModel&)>& prepare) {
  auto model = onnx::run::OnnxModel::load(folder + "/model.onnx");
  if (!model) return refused(model.error());
  if (!model->left_out().empty()) return {Outcome::kRefused, model->left_out().begin()->second};
  prepare(*model);
  int sets = 0;
  for (; file_exists(fmt::format("{}/test_data_set_{}/output_0.pb", folder, sets)); ++sets) {
    const CaseResult result = run_set(*model, fmt::format("{}/test_data_set_{}", folder, sets), absolute);
    if (result.outcome != Outcome::kSame) return result;
  }
  if (sets == 0) return {Outcome::kDiffers, "no data sets"};
  return {};
}

std::vector<ListedCase> listed_cases(const std::string& index_path) {
  std::vector<ListedCase> out;
  std::ifstream file(index_path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::istringstream cells_of(line);
    for (std::string cell; std::getline(cells_of, cell, ',');) cells.push_back(cell);
    if (cells.size() != 11) continue;
    out.push_back({cells[0], cells[1], {}, cells[8] == "1", cells[9] == "1", cells[10].substr(0, 1) == "1"});
    std::istringstream operators(cells[5]);
    for (std::string name; std::getline(operators, name, '|');) out.back().operators.push_back(name);
  }
  return out;
}

}  // namespace apprentice::test
