// SPDX-License-Identifier: Apache-2.0
// Teacher from an ONNX file.
#include <algorithm>
#include <filesystem>

#include "apprentice/base/nearest.h"
#include "apprentice/data/load.h"
#include "apprentice/onnx/features.h"
#include "apprentice/onnx/model.h"
#include "apprentice/onnx/placement.h"
#include "apprentice/teacher/prepared_model.h"
#include "apprentice/teacher/source.h"

namespace apprentice {
namespace {

struct Ports {
  OnnxValueInfo input;
  std::string output;
};

// The value that the job names, or the only one there is.
Result<OnnxValueInfo> choose(const std::vector<OnnxValueInfo>& values, const std::string& name, const char* what,
                             const std::string& place) {
  std::vector<std::string> names;
  for (const OnnxValueInfo& value : values) {
    names.push_back(value.name);
    if (value.name == name || (name.empty() && values.size() == 1)) return value;
  }
  if (name.empty())
    return bad_input(place, "the model has {} {}s, so {}_name must say which; {}", values.size(), what, what,
                     known_names(std::string(what) + "s", names));
  return fail(ErrorKind::kNotFound, place, "the model has no {} '{}'; {}", what, name,
              known_names(std::string(what) + "s", names, name));
}

Result<Ports> find_ports(const std::string& input_name, const std::string& output_name, const OnnxGraph& graph) {
  if (graph.inputs.size() > 1)
    return fail(ErrorKind::kUnsupported, graph.place, "the model has {} inputs; a teacher takes samples through one",
                graph.inputs.size());
  Ports ports;
  APPRENTICE_TRY(ports.input, choose(graph.inputs, input_name, "input", graph.place));
  APPRENTICE_TRY(const OnnxValueInfo output, choose(graph.outputs, output_name, "output", graph.place));
  if (ports.input.dtype && *ports.input.dtype != DType::kF32)
    return fail(ErrorKind::kUnsupported, graph.place, "the model's input '{}' is {}; a teacher takes float32",
                ports.input.name, to_string(*ports.input.dtype));
  ports.output = output.name;
  return ports;
}

class OnnxRawModel : public RawModel {
 public:
  OnnxRawModel(OnnxModel model, Ports ports) : model_(std::move(model)), ports_(std::move(ports)) {}

  Result<Tensor> run(const Tensor& prepared) override {
    APPRENTICE_TRY(std::vector<Tensor> made, observe(prepared, {}));
    return std::move(made.front());
  }

  bool can_observe() const override { return true; }

  Result<std::vector<Tensor>> observe(const Tensor& prepared, const std::vector<std::string>& values) override {
    std::vector<std::string> names{ports_.output};
    for (const std::string& value : values) {
      APPRENTICE_TRY(names.emplace_back(), value_of(model_.graph(), value));
    }
    NamedTensors inputs;
    inputs[ports_.input.name] = prepared;
    APPRENTICE_TRY(const NamedTensors made, model_.run_samples(inputs, names));
    std::vector<Tensor> out;
    for (const std::string& name : names) out.push_back(made.at(name));
    return out;
  }

 private:
  OnnxModel model_;
  Ports ports_;
};

Result<ModelFacts> facts_of(const OnnxModel& model, const Ports& ports, const Shape& prepared, at::Device where) {
  const OnnxGraph& graph = model.graph();
  ModelFacts facts;
  facts.place = graph.place;
  facts.batches = Batches::kProven;  // run_samples() proves it
  facts.parameters = summarize(graph).parameters;
  Shape one = prepared;
  one.insert(one.begin(), 1);
  NamedTensors example;
  example[ports.input.name] = Tensor(DType::kF32, one);
  APPRENTICE_TRY(const OnnxCost cost, model.cost(example));
  facts.macs = cost.macs;
  for (OnnxFeature& feature : sensible_features(graph, cost.shapes, ports.output)) {
    facts.features.push_back({std::move(feature.name), std::move(feature.shape)});
  }
  const auto opset = graph.opsets.find("");
  facts.description =
      fmt::format("{} (ONNX opset {}, {} parameters)", std::filesystem::path(graph.place).filename().string(),
                  opset == graph.opsets.end() ? 0 : opset->second, facts.parameters);
  Hasher hasher;
  hasher.add("onnx teacher 2").add(graph.fingerprint).add(ports.input.name).add(ports.output);
  if (!where.is_cpu()) hasher.add(where.str());  // other last bits
  facts.fingerprint = hasher.hex();
  return facts;
}

}  // namespace

Result<std::unique_ptr<Teacher>> make_onnx_teacher(Config& teacher, const DatasetInfo& data,
                                                   const std::string& folder) {
  std::string path, input_name, output_name, device = "cpu";
  teacher.require("path", path).read("input_name", input_name).read("output_name", output_name).read("device", device);
  PreparedKeys keys = read_prepared_keys(teacher);
  if (path.empty()) return bad_input(teacher.place("path"), "path is empty; the file of an ONNX model is expected");
  APPRENTICE_TRY(const at::Device where, find_compute_device(device, teacher.place("device")));
  APPRENTICE_TRY(OnnxModel model, OnnxModel::load(resolve_path(folder, path)));
  model.compute_on(where);
  APPRENTICE_TRY(Ports ports, find_ports(input_name, output_name, model.graph()));
  APPRENTICE_TRY(Shape prepared, prepared_shape(keys.how, data.sample_shape, ports.input, model.graph().place));
  APPRENTICE_TRY(ModelFacts facts, facts_of(model, ports, prepared, where));
  auto raw = std::make_unique<OnnxRawModel>(std::move(model), std::move(ports));
  return prepared_teacher(std::move(raw), std::move(facts), std::move(keys), std::move(prepared), data);
}

}  // namespace apprentice
