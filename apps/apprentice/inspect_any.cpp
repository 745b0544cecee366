// SPDX-License-Identifier: Apache-2.0
#include "any_model.h"
#include "apprentice/codegen/package.h"
#include "apprentice/layers/layer.h"
#include "apprentice/model/stages.h"
#include "apprentice/onnx/run/features.h"
#include "apprentice/onnx/run/model.h"
#include "apprentice/quant/quant_net.h"
#include "apprentice/teacher/model_files.h"

namespace apprentice::cli {
namespace {

using Json = nlohmann::ordered_json;

Json input_json(const model::NetSpec& spec) {
  return Json::array({{{"name", "input"}, {"shape", to_string(spec.input_shape)}}});
}

// What a float and an int8 student have in common.
Result<Json> spec_json(const model::NetSpec& spec) {
  APPRENTICE_TRY(const layers::NetCost cost, layers::net_cost(spec));
  APPRENTICE_TRY(const std::vector<Shape> shapes, layers::infer_shapes(spec));
  Json layers = Json::array();
  for (size_t i = 0; i < spec.layers.size(); ++i) {
    const model::LayerSpec& layer = spec.layers[i];
    layers.push_back({{"name", layer.name},
                      {"kind", layer.kind},
                      {"inputs", layer.inputs},
                      {"shape", to_string(shapes[i])},
                      {"parameters", cost.layers[i].parameters},
                      {"macs", cost.layers[i].macs}});
  }
  return Json{{"name", spec.name},
              {"classes", spec.class_names},
              {"inputs", input_json(spec)},
              {"outputs", Json::array({{{"name", spec.task == TaskKind::kRegression ? "value" : "logits"},
                                        {"shape", to_string(shapes.back())}}})},
              {"parameters", cost.parameters},
              {"macs", cost.macs},
              {"fingerprint", model::fingerprint(spec)},
              {"layers", layers}};
}

Result<Json> inspect_float(const std::string& path) {
  APPRENTICE_TRY(const model::Model model, model::load_model(path));
  APPRENTICE_TRY(Json json, spec_json(model.spec));
  json["format"] = "float student (.apnet)";
  json["provenance"] = model.provenance;
  return json;
}

Result<Json> inspect_int8(const std::string& path) {
  APPRENTICE_TRY(const quant::QuantNet net, quant::load_quant_net(path));
  APPRENTICE_TRY(Json json, spec_json(net.spec));
  const codegen::MemoryPlan plan = codegen::plan_memory(net);
  json["format"] = "int8 student (.apq)";
  json["fingerprint"] = quant::fingerprint(net);
  json["arena_bytes"] = plan.arena_bytes;
  json["arena_lower_bound_bytes"] = plan.lower_bound_bytes;
  json["notes"] = net.notes;
  json["layers"] = Json::array();
  for (const layers::QuantLayer& layer : net.layers) {
    const layers::QuantTensor& out = net.tensors[static_cast<size_t>(layer.output)];
    Json inputs = Json::array();
    for (const int input : layer.inputs) inputs.push_back(net.tensors[static_cast<size_t>(input)].name);
    json["layers"].push_back({{"name", layer.name},
                              {"kind", layer.kind},
                              {"inputs", inputs},
                              {"shape", to_string(Shape{out.height, out.width, out.channels})},
                              {"parameters", layer.weights.size() + layer.bias.size()},
                              {"scale", out.params.scale},
                              {"zero_point", out.params.zero_point}});
  }
  return json;
}

Json values_json(const std::vector<onnx::OnnxValueInfo>& values) {
  Json list = Json::array();
  for (const onnx::OnnxValueInfo& value : values) {
    list.push_back({{"name", value.name},
                    {"shape", onnx::shape_text(value)},
                    {"type", value.dtype ? to_string(*value.dtype) : "not a tensor of numbers"}});
  }
  return list;
}

Json nodes_json(const onnx::OnnxGraph& graph, const std::map<std::string, Shape>& shapes) {
  Json list = Json::array();
  for (const onnx::OnnxNode& node : graph.nodes) {
    Json inputs = Json::array();
    for (const std::string& name : node.inputs) {
      if (!name.empty() && graph.initializers.count(name) == 0) inputs.push_back(name);
    }
    const std::string output = node.outputs.empty() ? "" : node.outputs.front();
    const auto shape = shapes.find(output);
    list.push_back({{"name", node.name.empty() ? output : node.name},
                    {"kind", node.domain.empty() ? node.op : node.domain + "." + node.op},
                    {"inputs", inputs},
                    {"shape", shape != shapes.end() ? to_string(shape->second) : "?"}});
  }
  return list;
}

// What a model does otherwise than its file says.
Json notes_json(const onnx::run::OnnxModel& model) {
  Json notes = Json::array();
  for (const auto& [output, why] : model.left_out())
    notes.push_back(fmt::format("the output '{}' is left out: {}", output, why));
  if (const auto why = model.why_not_together(); why && !why->empty())
    notes.push_back(fmt::format("samples do not run together: {}", *why));
  return notes;
}

Result<Json> inspect_onnx(const std::string& path) {
  APPRENTICE_TRY(const onnx::OnnxGraph graph, onnx::read_onnx(path));
  const onnx::OnnxSummary summary = onnx::summarize(graph);
  Json json = {{"name", graph.name},
               {"format", fmt::format("ONNX, opset {}",
                                      graph.opsets.count("") != 0 ? std::to_string(graph.opsets.at("")) : "unknown")},
               {"producer", graph.producer},
               {"inputs", values_json(graph.inputs)},
               {"outputs", values_json(graph.outputs)},
               {"parameters", summary.parameters},
               {"macs", nullptr},
               {"fingerprint", graph.fingerprint},
               {"operators", summary.operators}};
  // A graph with operators that cannot be run is still shown, with the reason.
  std::map<std::string, Shape> shapes;
  const auto model = onnx::run::OnnxModel::from_graph(graph);
  const auto cost = model ? model->cost() : Result<onnx::run::OnnxCost>(pass_on(model));
  if (cost) {
    json["macs"] = cost->macs;
    json["notes"] = notes_json(*model);
    shapes = cost->shapes;
  } else {
    json["cannot_run"] = cost.error().text();
  }
  json["layers"] = nodes_json(model ? model->graph() : graph, shapes);  // as features are named by number
  return json;
}

Result<Json> inspect_opened(const Result<teacher::OpenedModel>& model) {
  if (!model) return pass_on(model);
  const std::string shape = model->columns > 0 ? fmt::format("[N, {}]", model->columns) : "[...]";
  Json layers = Json::array();
  for (const teacher::ModelPart& part : model->parts) {
    layers.push_back({{"name", part.name}, {"kind", part.kind}, {"shape", "?"}, {"parameters", part.parameters}});
  }
  Json json = {{"format", model->format},  {"inputs", Json::array({{{"name", "input"}, {"shape", shape}}})},
               {"outputs", Json::array()}, {"parameters", model->parameters},
               {"notes", model->notes},    {"fingerprint", model->fingerprint},
               {"layers", layers}};
  if (!model->input_names.empty()) json["columns"] = model->input_names;
  return json;
}

Json feature_json(const std::string& name, const Shape& given) {
  const Shape shape = model::feature_shape(given);
  return {{"name", name}, {"kind", model::is_map(shape) ? "maps" : "vector"}, {"shape", shape}};
}

Result<Json> features_of_onnx(const std::string& path) {
  APPRENTICE_TRY(const onnx::run::OnnxModel model, onnx::run::OnnxModel::load(path));
  APPRENTICE_TRY(const onnx::run::OnnxCost cost, model.cost());
  Json list = Json::array();
  for (const onnx::run::OnnxFeature& feature : onnx::run::sensible_features(model.graph(), cost.shapes)) {
    list.push_back(feature_json(feature.name, feature.shape));
  }
  return list;
}

Result<Json> features_of_student(const std::string& path) {
  APPRENTICE_TRY(const model::Model model, model::load_model(path));
  APPRENTICE_TRY(const std::vector<Shape> shapes, layers::infer_shapes(model.spec));
  const model::Stages stages = model::find_stages(layers::graph_values(model.spec, shapes), shapes.size());
  Json list = Json::array();
  const auto add = [&](size_t value) {
    list.push_back(feature_json(model.spec.layers[value - 1].name, shapes[value - 1]));
  };
  for (const size_t value : stages.maps) add(value);
  if (stages.vector) add(*stages.vector);
  return list;
}

}  // namespace

Result<Json> inspect_features(const std::string& path) {
  APPRENTICE_TRY(const ModelFile kind, model_file_of(path));
  if (kind == ModelFile::kOnnx) return features_of_onnx(path);
  if (kind == ModelFile::kFloat) return features_of_student(path);
  return bad_input(path, "has no features to look at; those of .onnx and .apnet models can be listed");
}

Result<Json> inspect_any(const std::string& path) {
  APPRENTICE_TRY(const ModelFile kind, model_file_of(path));
  if (kind == ModelFile::kOnnx) return inspect_onnx(path);
  if (kind == ModelFile::kTorchscript) return inspect_opened(teacher::open_torchscript(path));
  if (kind == ModelFile::kXgboost) return inspect_opened(teacher::open_xgboost(path));
  return kind == ModelFile::kFloat ? inspect_float(path) : inspect_int8(path);
}

}  // namespace apprentice::cli
