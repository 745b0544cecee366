// SPDX-License-Identifier: Apache-2.0
// Float ONNX: one node per layer, in the layer's own terms.
#include <cmath>

#include "apprentice/layers/layer.h"
#include "apprentice/layers/net_input.h"
#include "apprentice/onnx/write/export.h"
#include "apprentice/onnx/write/export_graph.h"
#include "apprentice/onnx/write/export_parts.h"

namespace apprentice::onnx::write {
namespace {

// A value in the graph; its shape is without batch.
struct GraphValue {
  std::string name;
  Shape shape;
};

// What the operator reads: the layer's inputs, its parameters, the bounds of a Clip.
std::vector<std::string> operands(OnnxWriter& out, const model::LayerSpec& layer, const model::Weights& weights,
                                  const std::vector<GraphValue>& inputs) {
  const layers::LayerKind& kind = layers::layer_kind(layer.kind);
  std::vector<std::string> names;
  std::vector<Shape> shapes;
  for (const GraphValue& input : inputs) {
    names.push_back(input.name);
    shapes.push_back(input.shape);
  }
  for (const layers::ParameterInfo& parameter : kind.parameters(layer, shapes)) {
    const Tensor& values = weights.at(layer.name + "." + parameter.suffix);
    names.push_back(out.constant(layer.name + "/" + parameter.suffix, values));
  }
  if (kind.role == layers::Int8Role::kClamps && std::isfinite(kind.range.high)) {
    names.push_back(out.floats(layer.name + "/low", {}, {static_cast<float>(kind.range.low)}));
    names.push_back(out.floats(layer.name + "/high", {}, {static_cast<float>(kind.range.high)}));
  }
  return names;
}

// The name of the layer's output in the graph.
Result<std::string> write_layer(OnnxWriter& out, const model::LayerSpec& layer, const model::Weights& weights,
                                const std::vector<GraphValue>& inputs) {
  const layers::LayerKind& kind = layers::layer_kind(layer.kind);
  if (kind.onnx.op == nullptr) {
    return fail(ErrorKind::kUnsupported, "layer '" + layer.name + "'", "{} cannot be written as ONNX yet", layer.kind);
  }
  const bool keeps_places = kind.reach == layers::Reach::kPlane;  // ONNX leaves [N, channels, 1, 1]
  const std::string name = layer.name + (keeps_places ? "/pooled" : "/out");
  out.node(kind.onnx.op, operands(out, layer, weights, inputs), name);
  add_attributes(out, kind, layer, inputs[0].shape.size() - 1, inputs[0].shape[0]);
  return keeps_places ? out.node("Flatten", {name}, layer.name + "/out") : name;
}

}  // namespace

Result<std::string> export_onnx(const model::Model& model, Normalise normalise) {
  const model::NetSpec& spec = model.spec;
  APPRENTICE_TRY(const std::vector<Shape> shapes, layers::infer_shapes(spec));
  APPRENTICE_CHECK(layers::check_weights(spec, model.weights));
  APPRENTICE_CHECK(check_output(spec, shapes.back()));
  APPRENTICE_TRY(const layers::NetInput input_of_net, layers::NetInput::create(spec));
  const Shape& shape = input_of_net.shape();
  OnnxWriter out(spec.name,
                 spec.frontend ? "float32 network; its input is what the front end gives" : "float32 network", shape);
  std::string input = "input";
  if (normalise == Normalise::kInside) {
    input = write_normalisation(out, shape, spec.input_mean, spec.input_scale);
  }
  const std::vector<std::vector<size_t>> read = model::wiring(spec);
  std::vector<GraphValue> values{{input, shape}};
  for (size_t i = 0; i < spec.layers.size(); ++i) {
    std::vector<GraphValue> inputs;
    for (size_t index : read[i]) inputs.push_back(values[index]);
    APPRENTICE_TRY(const std::string output, write_layer(out, spec.layers[i], model.weights, inputs));
    values.push_back({output, shapes[i]});
  }
  write_metadata(out, spec, model::fingerprint(spec));
  return write_output(out, spec, values.back().name, shapes.back()[0]);
}

}  // namespace apprentice::onnx::write
