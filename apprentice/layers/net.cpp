// SPDX-License-Identifier: Apache-2.0
// Questions about a whole net: shapes, cost, initial weights, whether weights fit.
#include <cmath>

#include "apprentice/base/random.h"
#include "apprentice/layers/layer.h"
#include "apprentice/layers/net_input.h"

namespace apprentice::layers {
namespace {

constexpr int64_t kMaxParameters = int64_t{1} << 28;  // one layer's; a gibibyte of float32

std::string place_of(const model::LayerSpec& layer) { return fmt::format("layer '{}'", layer.name); }

Result<const LayerKind*> kind_of(const model::LayerSpec& layer) {
  const LayerKind* kind = find_layer_kind(layer.kind);
  if (kind != nullptr) return kind;
  std::vector<std::string> names;
  for (const LayerKind& known : layer_kinds()) names.emplace_back(known.name);
  return bad_input(place_of(layer), "unknown kind '{}'; known kinds: {}", layer.kind, fmt::join(names, ", "));
}

Result<std::vector<Shape>> shapes_of_inputs(const model::LayerSpec& layer, const LayerKind& kind,
                                            const ShapesByName& known) {
  const auto count = static_cast<int>(layer.inputs.size());
  if (count < kind.min_inputs || count > kind.max_inputs) {
    return bad_input(place_of(layer), "{} takes {} to {} inputs, not {}", layer.kind, kind.min_inputs, kind.max_inputs,
                     count);
  }
  std::vector<Shape> shapes;
  for (const std::string& name : layer.inputs) {
    const auto found = known.find(name);
    if (found == known.end()) return bad_input(place_of(layer), "its input '{}' is not an earlier layer", name);
    shapes.push_back(found->second);
  }
  return shapes;
}

Status check_size(const model::LayerSpec& layer, const LayerKind& kind, const std::vector<Shape>& inputs,
                  const Shape& output) {
  const int64_t count = checked_element_count(output);
  if (count < 1 || count > kMaxElements) {
    return bad_input(place_of(layer), "its output {} must have 1 to {} elements", to_string(output), kMaxElements);
  }
  for (const ParameterInfo& parameter : kind.parameters(layer, inputs)) {
    const int64_t numbers = checked_element_count(parameter.shape);
    if (numbers >= 1 && numbers <= kMaxParameters) continue;
    return bad_input(place_of(layer), "its {} of shape {} must have 1 to {} numbers", parameter.suffix,
                     to_string(parameter.shape), kMaxParameters);
  }
  return {};
}

// Calls visit(layer, kind, input shapes, output shape) for every layer of a net.
template <typename Visit>
Status visit_layers(const model::NetSpec& spec, Visit visit) {
  APPRENTICE_TRY(const NetInput input, NetInput::create(spec));
  if (spec.layers.empty()) return bad_input("", "the net has no layers");
  ShapesByName known{{model::kNetInput, input.shape()}};
  for (const model::LayerSpec& layer : spec.layers) {
    APPRENTICE_TRY(const Shape output, infer_shape(layer, known));
    std::vector<Shape> input_shapes;
    for (const std::string& name : layer.inputs) input_shapes.push_back(known.at(name));
    visit(layer, layer_kind(layer.kind), input_shapes, output);
    if (!known.emplace(layer.name, output).second) return bad_input(place_of(layer), "its name is used twice");
  }
  return {};
}

// He et al. 2015, eq. 10, as a uniform distribution: the bound is sqrt(6 / fan_in).
Tensor initial_tensor(const ParameterInfo& parameter, uint64_t seed, const std::string& name) {
  Tensor tensor(DType::kF32, parameter.shape);
  Rng rng(seed, "init/" + name);
  const double bound = std::sqrt(6.0 / static_cast<double>(parameter.fan_in));
  for (int64_t i = 0; i < tensor.size(); ++i) {
    switch (parameter.init) {
      case ParameterInfo::Init::kZeros: break;
      case ParameterInfo::Init::kOnes: tensor.data<float>()[i] = 1.0F; break;
      case ParameterInfo::Init::kKaimingUniform:
        tensor.data<float>()[i] = static_cast<float>(rng.uniform(-bound, bound));
        break;
    }
  }
  return tensor;
}

Result<std::map<std::string, ParameterInfo>> parameters_of_net(const model::NetSpec& spec) {
  std::map<std::string, ParameterInfo> all;
  APPRENTICE_CHECK(visit_layers(
      spec, [&](const model::LayerSpec& layer, const LayerKind& kind, const std::vector<Shape>& inputs, const Shape&) {
        for (const ParameterInfo& info : kind.parameters(layer, inputs)) all[layer.name + "." + info.suffix] = info;
      }));
  return all;
}

// Of what the first layers read, for a spec that infer_shapes has accepted.
Shape input_shape(const model::NetSpec& spec) {
  const auto input = NetInput::create(spec);
  promise(input.has_value(), "the net's input is sound");
  return input->shape();
}

}  // namespace

Result<Shape> infer_shape(const model::LayerSpec& layer, const ShapesByName& known) {
  APPRENTICE_TRY(const LayerKind* kind, kind_of(layer));
  APPRENTICE_TRY(const std::vector<Shape> inputs, shapes_of_inputs(layer, *kind, known));
  Result<Shape> output = kind->infer_shape(layer, inputs);
  if (!output) return bad_input(place_of(layer), "{} {}", layer.kind, output.error().message);
  APPRENTICE_CHECK(check_size(layer, *kind, inputs, *output));
  return output;
}

Result<std::vector<Shape>> infer_shapes(const model::NetSpec& spec) {
  std::vector<Shape> shapes;
  APPRENTICE_CHECK(visit_layers(spec, [&](const model::LayerSpec&, const LayerKind&, const std::vector<Shape>&,
                                          const Shape& output) { shapes.push_back(output); }));
  return shapes;
}

Status check_net(const model::NetSpec& spec, int64_t outputs) {
  APPRENTICE_TRY(const std::vector<Shape> shapes, infer_shapes(spec));
  if (shapes.back() == Shape{outputs}) return {};
  return bad_input(place_of(spec.layers.back()), "the last layer gives {}, but the task needs [{}]",
                   to_string(shapes.back()), outputs);
}

Result<NetCost> net_cost(const model::NetSpec& spec) {
  NetCost total;
  APPRENTICE_CHECK(visit_layers(spec, [&](const model::LayerSpec& layer, const LayerKind& kind,
                                          const std::vector<Shape>& inputs, const Shape& output) {
    const LayerCost cost = kind.cost(layer, inputs, output);
    total.macs += cost.macs;
    total.parameters += cost.parameters;
    total.layers.push_back(cost);
  }));
  return total;
}

Status check_weights(const model::NetSpec& spec, const model::Weights& weights) {
  APPRENTICE_TRY(const auto expected, parameters_of_net(spec));
  for (const auto& [name, info] : expected) {
    const auto found = weights.find(name);
    if (found == weights.end()) return bad_input("", "the model's parameter '{}' is missing", name);
    const Tensor& tensor = found->second;
    if (tensor.dtype() == DType::kF32 && tensor.shape() == info.shape) continue;
    return bad_input("", "the model's parameter '{}' is {} {}, not float32 {}", name, to_string(tensor.dtype()),
                     to_string(tensor.shape()), to_string(info.shape));
  }
  for (const auto& item : weights) {
    if (expected.count(item.first) == 0)
      return bad_input("", "the model's parameter '{}' belongs to no layer", item.first);
  }
  return {};
}

std::vector<model::GraphValue> graph_values(const model::NetSpec& spec, const std::vector<Shape>& shapes) {
  const std::vector<std::vector<size_t>> inputs = model::wiring(spec);
  std::vector<model::GraphValue> values{{{}, input_shape(spec)}};
  for (size_t i = 0; i < spec.layers.size(); ++i) {
    values.push_back({inputs[i], shapes[i], layer_kind(spec.layers[i].kind).role == Int8Role::kWeights});
  }
  return values;
}

Result<model::Weights> initial_weights(const model::NetSpec& spec, uint64_t seed) {
  APPRENTICE_TRY(const auto parameters, parameters_of_net(spec));
  model::Weights weights;
  for (const auto& [name, info] : parameters) weights.emplace(name, initial_tensor(info, seed, name));
  return weights;
}

}  // namespace apprentice::layers
