// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/onnx_ports.h"

#include <algorithm>
#include <numeric>

#include "apprentice/base/config.h"
#include "apprentice/base/nearest.h"
#include "apprentice/onnx/format/class_names.h"

namespace apprentice::teacher {

using onnx::OnnxValueInfo;

namespace {

std::vector<std::string> names_of(const std::vector<OnnxValueInfo>& values) {
  std::vector<std::string> names;
  for (const OnnxValueInfo& value : values) names.push_back(value.name);
  return names;
}

Result<OnnxValueInfo> choose(const std::vector<OnnxValueInfo>& values, const std::string& name, const char* what,
                             const std::string& place) {
  for (const OnnxValueInfo& value : values)
    if (value.name == name || (name.empty() && values.size() == 1)) return value;
  const std::string kind = std::string(what) + "s";
  if (name.empty())
    return bad_input(place, "the model has {} {}, so {}_name must say which; {}", values.size(), kind, what,
                     known_names(kind, names_of(values)));
  return fail(ErrorKind::kNotFound, place, "the model has no {} '{}'; {}", what, name,
              known_names(kind, names_of(values), name));
}

// Values that an input takes of one sample: sizes behind the first axis, one where there is none; -1 where free.
int64_t values_of_input(const OnnxValueInfo& input) {
  int64_t count = 1;
  for (size_t i = 1; i < input.dims.size(); ++i) {
    if (input.dims[i].size < 0) return -1;
    count *= input.dims[i].size;
  }
  return count;
}

// Where in the data each input's column is; empty when none of them has one.
Result<std::vector<int64_t>> columns_by_name(const onnx::OnnxGraph& graph, const std::vector<std::string>& columns) {
  std::vector<int64_t> out;
  std::string lacking;
  for (const OnnxValueInfo& input : graph.inputs) {
    const auto found = std::find(columns.begin(), columns.end(), input.name);
    if (found != columns.end())
      out.push_back(found - columns.begin());
    else
      lacking = lacking.empty() ? input.name : lacking;
  }
  if (lacking.empty() || out.empty()) return out;
  return bad_input(graph.place, "the model's input '{}' is no column of the data, though other inputs are; {}", lacking,
                   known_names("columns", columns, lacking));
}

}  // namespace

Result<OnnxValueInfo> choose_input(const onnx::OnnxGraph& graph, const std::string& name) {
  return choose(graph.inputs, name, "input", graph.place);
}

Result<OnnxValueInfo> choose_output(const onnx::run::OnnxModel& model, const std::string& name, TaskKind task) {
  const onnx::OnnxGraph& graph = model.graph();
  if (const auto gone = model.left_out().find(name); gone != model.left_out().end())
    return fail(ErrorKind::kUnsupported, graph.place, "the model's output '{}' cannot be computed: {}", name,
                gone->second);
  std::vector<OnnxValueInfo> scores;
  for (const OnnxValueInfo& output : graph.outputs)
    if (task == TaskKind::kRegression || !onnx::holds_labels(output)) scores.push_back(output);
  if (scores.empty())
    return bad_input(graph.place,
                     "the model gives labels only ({}), but a teacher gives a number for each class; export its "
                     "probabilities, too, or record them",
                     known_names("outputs", names_of(graph.outputs)));
  const auto named = [&](const OnnxValueInfo& output) { return output.name == name; };
  if (std::any_of(graph.outputs.begin(), graph.outputs.end(), named) &&
      std::none_of(scores.begin(), scores.end(), named))
    return bad_input(graph.place,
                     "the model's output '{}' holds labels, but a teacher gives a number for each class; {}", name,
                     known_names("outputs with numbers", names_of(scores)));
  return choose(scores, name, "output", graph.place);
}

Result<std::vector<OnnxPort>> ports_of(const onnx::OnnxGraph& graph, const Shape& sample,
                                       const data::DatasetInfo& data) {
  const int64_t channels = sample.empty() ? 1 : sample[0],
                rest = element_count(sample) / std::max<int64_t>(channels, 1);
  APPRENTICE_TRY(const std::vector<int64_t> columns, columns_by_name(graph, data.channel_names));
  std::vector<OnnxPort> ports;
  int64_t next = 0;
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    const OnnxValueInfo& input = graph.inputs[i];
    const int64_t values = values_of_input(input);
    if (values < 1 || rest < 1 || values % rest != 0 || (!columns.empty() && values != rest))
      return bad_input(graph.place, "the model has {} inputs, and '{}' {} does not fit channels of samples {}",
                       graph.inputs.size(), input.name, onnx::shape_text(input), to_string(sample));
    OnnxPort port{input, std::vector<int64_t>(static_cast<size_t>(values / rest))};
    std::iota(port.channels.begin(), port.channels.end(), columns.empty() ? next : columns[i]);
    next += values / rest;
    ports.push_back(std::move(port));
  }
  if (columns.empty() && next != channels)
    return bad_input(graph.place,
                     "the model has {} inputs that take {} values, but samples {} have {} channels; inputs named like "
                     "columns of the data are found by name",
                     graph.inputs.size(), next * rest, to_string(sample), channels);
  return ports;
}

Result<Tensor> port_values(const OnnxPort& port, const Tensor& prepared, const std::string& place) {
  Tensor values = prepared;
  if (!port.channels.empty()) {
    const int64_t samples = prepared.shape()[0], channels = prepared.shape()[1];
    const int64_t rest = prepared.size() / std::max<int64_t>(samples * channels, 1);
    Shape shape{samples};
    for (size_t i = 1; i < port.value.dims.size(); ++i) shape.push_back(port.value.dims[i].size);
    values = Tensor(DType::kF32, shape);
    float* to = values.data<float>();
    for (int64_t n = 0; n < samples; ++n)
      for (const int64_t channel : port.channels)
        to = std::copy_n(prepared.data<float>() + (n * channels + channel) * rest, rest, to);
  }
  return onnx::run::cast_for_input(port.value, values, place);
}

}  // namespace apprentice::teacher
