// SPDX-License-Identifier: Apache-2.0
#include "tests/onnx/conformance.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include "apprentice/base/files.h"
#include "apprentice/onnx/model.h"
#include "apprentice/onnx/tensor_file.h"

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

// Inputs in the order of the graph's own list, which names initializers no more; a data file knows its name.
std::string run_set(const OnnxModel& model, const std::string& folder, double absolute) {
  NamedTensors inputs;
  for (size_t i = 0; file_exists(fmt::format("{}/input_{}.pb", folder, i)); ++i) {
    const auto value = read_tensor_file(fmt::format("{}/input_{}.pb", folder, i));
    if (!value) return value.error().text();
    const bool by_order = inputs.count(value->name) != 0 || value->name.empty();
    if (i >= model.graph().inputs.size()) return "more input files than inputs";
    inputs[by_order || model.graph().inputs[i].name != value->name ? model.graph().inputs[i].name : value->name] =
        value->tensor;
  }
  const auto made = model.run(inputs);
  if (!made) return made.error().text();
  for (size_t i = 0; i < model.graph().outputs.size(); ++i) {
    const auto expected = read_tensor_file(fmt::format("{}/output_{}.pb", folder, i));
    if (!expected) return expected.error().text();
    const std::string wrong = difference(made->at(model.graph().outputs[i].name), expected->tensor, absolute);
    if (!wrong.empty()) return fmt::format("output {}: {}", i, wrong);
  }
  return "";
}

}  // namespace

std::string run_case(const std::string& folder, double absolute) {
  const auto model = OnnxModel::load(folder + "/model.onnx");
  if (!model) return model.error().text();
  int sets = 0;
  for (; file_exists(fmt::format("{}/test_data_set_{}/output_0.pb", folder, sets)); ++sets) {
    const std::string wrong = run_set(*model, fmt::format("{}/test_data_set_{}", folder, sets), absolute);
    if (!wrong.empty()) return wrong;
  }
  return sets > 0 ? "" : "no data sets";
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
    if (cells.size() == 11)
      out.push_back({cells[0], cells[1], cells[8] == "1", cells[9] == "1", cells[10].substr(0, 1) == "1"});
  }
  return out;
}

}  // namespace apprentice::test
