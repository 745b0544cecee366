// SPDX-License-Identifier: Apache-2.0
// Teacher from an ONNX file.
#include <algorithm>
#include <filesystem>
#include <set>

#include "apprentice/data/load.h"
#include "apprentice/onnx/format/class_names.h"
#include "apprentice/onnx/run/compute_device.h"
#include "apprentice/onnx/run/features.h"
#include "apprentice/onnx/run/model.h"
#include "apprentice/teacher/onnx_ports.h"
#include "apprentice/teacher/prepared_model.h"
#include "apprentice/teacher/source.h"

namespace apprentice::teacher {
namespace {

struct Ports {
  std::vector<OnnxPort> inputs;
  std::string output;
};

Result<onnx::run::NamedTensors> inputs_of(const Ports& ports, const Tensor& prepared, const std::string& place) {
  onnx::run::NamedTensors inputs;
  for (const OnnxPort& port : ports.inputs) {
    APPRENTICE_TRY(inputs[port.value.name], port_values(port, prepared, place));
  }
  return inputs;
}

class OnnxRawModel : public RawModel {
 public:
  OnnxRawModel(onnx::run::OnnxModel model, Ports ports) : model_(std::move(model)), ports_(std::move(ports)) {}

  Result<Tensor> run(const Tensor& prepared) override {
    APPRENTICE_TRY(std::vector<Tensor> made, observe(prepared, {}));
    return std::move(made.front());
  }

  bool can_observe() const override { return true; }

  Result<std::vector<Tensor>> observe(const Tensor& prepared, const std::vector<std::string>& values) override {
    std::vector<std::string> names{ports_.output};
    for (const std::string& value : values) {
      APPRENTICE_TRY(names.emplace_back(), onnx::run::value_of(model_.graph(), value));
    }
    APPRENTICE_TRY(const onnx::run::NamedTensors inputs, inputs_of(ports_, prepared, model_.graph().place));
    APPRENTICE_TRY(const onnx::run::NamedTensors made, model_.run_samples(inputs, names));
    std::vector<Tensor> out;
    for (const std::string& name : names) out.push_back(made.at(name));
    return out;
  }

 private:
  onnx::run::OnnxModel model_;
  Ports ports_;
};

Result<ModelFacts> facts_of(const onnx::run::OnnxModel& model, const Ports& ports, const Shape& prepared,
                            const onnx::run::ComputeDevice& where) {
  const onnx::OnnxGraph& graph = model.graph();
  ModelFacts facts;
  facts.place = graph.place;
  facts.batches = Batches::kProven;  // run_samples() proves it
  facts.parameters = onnx::summarize(graph).parameters;
  Shape one = prepared;
  one.insert(one.begin(), 1);
  APPRENTICE_TRY(const onnx::run::NamedTensors example, inputs_of(ports, Tensor(DType::kF32, one), graph.place));
  APPRENTICE_TRY(const onnx::run::OnnxCost cost, model.cost(example));
  facts.macs = cost.macs;
  for (onnx::run::OnnxFeature& feature : onnx::run::sensible_features(graph, cost.shapes, ports.output)) {
    facts.features.push_back({std::move(feature.name), std::move(feature.shape)});
  }
  const auto opset = graph.opsets.find("");
  facts.description =
      fmt::format("{} (ONNX opset {}, {} parameters)", std::filesystem::path(graph.place).filename().string(),
                  opset == graph.opsets.end() ? 0 : opset->second, facts.parameters);
  APPRENTICE_TRY(const std::string why_not, model.why_not_together(example, {ports.output}));
  if (!why_not.empty()) facts.description += "; samples do not run together: " + why_not;
  Hasher hasher;
  hasher.add("onnx teacher 2").add(graph.fingerprint).add(ports.inputs[0].value.name).add(ports.output);
  for (const OnnxPort& port : ports.inputs)
    for (const int64_t channel : port.channels) hasher.add(channel);
  if (!where.is_cpu()) hasher.add(where.name);  // other last bits
  facts.fingerprint = hasher.hex();
  return facts;
}

std::map<std::string, std::vector<std::string>> names_by_output(const onnx::OnnxGraph& graph) {
  std::map<std::string, std::vector<std::string>> names;
  for (const onnx::OnnxValueInfo& output : graph.outputs) names[output.name] = onnx::class_names_in(graph, output.name);
  return names;
}

// The model's own order of classes, where the job names none and the model's names are those of the data. Numbers that
// are not those of the data say nothing.
void take_class_names(const std::vector<std::string>& names, const data::DatasetInfo& data, AnswerOptions& answers) {
  if (!answers.classes.empty() || data.task != TaskKind::kClassification) return;
  const auto is_number = [](const std::string& name) {
    return name.find_first_not_of("-0123456789") == std::string::npos;
  };
  const std::set<std::string> distinct(names.begin(), names.end());
  const auto is_known = [&](const std::string& name) { return distinct.count(name) != 0; };
  const bool numbers = std::all_of(names.begin(), names.end(), is_number);
  const bool same = std::all_of(data.class_names.begin(), data.class_names.end(), is_known);
  if (names.size() >= 2 && distinct.size() == names.size() && (same || !numbers)) answers.classes = names;
}

// The shape of a prepared sample, and the inputs that take it.
Result<Shape> find_inputs(const onnx::OnnxGraph& graph, const std::string& input_name, const PreparedKeys& keys,
                          const data::DatasetInfo& data, std::vector<OnnxPort>& inputs) {
  if (graph.inputs.size() > 1 && input_name.empty()) {
    APPRENTICE_TRY(Shape sample,
                   prepared_shape(keys.how, data.sample_shape, declared_input(data.sample_shape), graph.place));
    APPRENTICE_TRY(inputs, ports_of(graph, sample, data));
    return sample;
  }
  if (graph.inputs.size() > 1)
    return bad_input(graph.place, "the model has {} inputs and needs all of them; leave input_name out",
                     graph.inputs.size());
  APPRENTICE_TRY(onnx::OnnxValueInfo input, choose_input(graph, input_name));
  inputs = {OnnxPort{input, {}}};
  return prepared_shape(keys.how, data.sample_shape, input, graph.place);
}

}  // namespace

Result<std::unique_ptr<Teacher>> make_onnx_teacher(Config& teacher, const data::DatasetInfo& data,
                                                   const std::string& folder) {
  std::string path, input_name, output_name, device = "cpu";
  teacher.require("path", path).read("input_name", input_name).read("output_name", output_name).read("device", device);
  PreparedKeys keys = read_prepared_keys(teacher);
  if (path.empty()) return bad_input(teacher.place("path"), "path is empty; the file of an ONNX model is expected");
  APPRENTICE_TRY(const onnx::run::ComputeDevice where, onnx::run::find_compute_device(device, teacher.place("device")));
  APPRENTICE_TRY(onnx::OnnxGraph graph, onnx::read_onnx(data::resolve_path(folder, path)));
  const std::map<std::string, std::vector<std::string>> class_names = names_by_output(graph);
  APPRENTICE_TRY(onnx::run::OnnxModel model, onnx::run::OnnxModel::from_graph(std::move(graph)));
  compute_on(model, where);
  Ports ports;
  APPRENTICE_TRY(Shape prepared, find_inputs(model.graph(), input_name, keys, data, ports.inputs));
  APPRENTICE_TRY(const onnx::OnnxValueInfo output, choose_output(model, output_name, data.task));
  ports.output = output.name;
  take_class_names(class_names.at(ports.output), data, keys.answers);
  APPRENTICE_TRY(ModelFacts facts, facts_of(model, ports, prepared, where));
  auto raw = std::make_unique<OnnxRawModel>(std::move(model), std::move(ports));
  return prepared_teacher(std::move(raw), std::move(facts), std::move(keys), std::move(prepared), data);
}

}  // namespace apprentice::teacher
