// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/net_spec.h"

#include "apprentice/base/hash.h"
#include "apprentice/base/json_reader.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
// Far beyond any microcontroller, and small enough that products of a few of them stay inside int64.
constexpr int64_t kMaxSize = int64_t{1} << 24;
constexpr int64_t kMaxWindow = 4096;
constexpr size_t kMaxLayers = 10000;
constexpr size_t kMaxNameLength = 200;

bool is_layer_name(const std::string& name) {
  const auto allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  return !name.empty() && name.size() <= kMaxNameLength && name.find_first_not_of(allowed) == std::string::npos;
}

Json layer_to_json(const LayerSpec& layer) {
  return {{"name", layer.name},     {"kind", layer.kind},     {"inputs", layer.inputs},  {"channels", layer.channels},
          {"kernel", layer.kernel}, {"stride", layer.stride}, {"padding", layer.padding}};
}

Result<LayerSpec> layer_from_json(const Json& json, const std::string& place) {
  LayerSpec layer;
  JsonReader reader(json, place);
  reader.read("name", layer.name);
  reader.read("kind", layer.kind);
  reader.read("inputs", layer.inputs);
  reader.read("channels", layer.channels, 0, kMaxSize);
  reader.read("kernel", layer.kernel, 1, kMaxWindow);
  reader.read("stride", layer.stride, 1, kMaxWindow);
  reader.read("padding", layer.padding, 0, kMaxWindow);
  APPRENTICE_CHECK(reader.finish());
  if (!is_layer_name(layer.name) || layer.name == kNetInput) {
    return bad_input(place, "'name' must be 1 to {} of the characters A-Z a-z 0-9 _ . - and not '{}'", kMaxNameLength,
                     kNetInput);
  }
  return layer;
}

void read_task(JsonReader& reader, NetSpec& spec) {
  std::string task;
  reader.read("task", task);
  if (task != "classification" && task != "regression") {
    reader.reject("task", "must be 'classification' or 'regression', not '" + task + "'");
  }
  spec.task = task == "regression" ? TaskKind::kRegression : TaskKind::kClassification;
}

// Normalisation has one pair per channel, or there is none.
Status check_normalisation(const NetSpec& spec, const std::string& place) {
  if (spec.input_mean.size() != spec.input_scale.size()) {
    return bad_input(place, "'input_mean' has {} values and 'input_scale' {}", spec.input_mean.size(),
                     spec.input_scale.size());
  }
  if (spec.input_mean.empty() || static_cast<int64_t>(spec.input_mean.size()) == spec.input_shape[0]) return {};
  return bad_input(place, "'input_mean' has {} values for an input of {} channels", spec.input_mean.size(),
                   spec.input_shape[0]);
}

}  // namespace

bool LayerSpec::operator==(const LayerSpec& other) const {
  return name == other.name && kind == other.kind && inputs == other.inputs && channels == other.channels &&
         kernel == other.kernel && stride == other.stride && padding == other.padding;
}

bool NetSpec::operator==(const NetSpec& other) const {
  return name == other.name && task == other.task && input_shape == other.input_shape &&
         input_mean == other.input_mean && input_scale == other.input_scale && output_scale == other.output_scale &&
         output_mean == other.output_mean && class_names == other.class_names && layers == other.layers;
}

std::vector<std::vector<size_t>> wiring(const NetSpec& spec) {
  std::map<std::string, size_t> index{{kNetInput, 0}};
  std::vector<std::vector<size_t>> inputs;
  for (const LayerSpec& layer : spec.layers) {
    inputs.emplace_back();
    for (const std::string& name : layer.inputs) inputs.back().push_back(index.at(name));
    index[layer.name] = inputs.size();
  }
  return inputs;
}

Json to_json(const NetSpec& spec) {
  Json layers = Json::array();
  for (const LayerSpec& layer : spec.layers) layers.push_back(layer_to_json(layer));
  return {{"name", spec.name},
          {"task", spec.task == TaskKind::kRegression ? "regression" : "classification"},
          {"input_shape", spec.input_shape},
          {"input_mean", spec.input_mean},
          {"input_scale", spec.input_scale},
          {"output_scale", spec.output_scale},
          {"output_mean", spec.output_mean},
          {"class_names", spec.class_names},
          {"layers", std::move(layers)}};
}

Result<NetSpec> net_spec_from_json(const Json& json, const std::string& place) {
  NetSpec spec;
  JsonReader reader(json, place);
  reader.read("name", spec.name);
  read_task(reader, spec);
  reader.read("input_shape", spec.input_shape, 1, kMaxSize);
  reader.read("input_mean", spec.input_mean);
  reader.read("input_scale", spec.input_scale);
  reader.read("output_scale", spec.output_scale);
  reader.read("output_mean", spec.output_mean);
  reader.read("class_names", spec.class_names);
  const Json& layers = reader.array("layers");
  if (spec.input_shape.empty() || spec.input_shape.size() > 3) reader.reject("input_shape", "must have 1 to 3 numbers");
  if (layers.size() > kMaxLayers) reader.reject("layers", "has more than " + std::to_string(kMaxLayers) + " layers");
  APPRENTICE_CHECK(reader.finish());
  APPRENTICE_CHECK(check_normalisation(spec, place));
  for (size_t i = 0; i < layers.size(); ++i) {
    APPRENTICE_TRY(LayerSpec layer, layer_from_json(layers[i], fmt::format("{} layers[{}]", place, i)));
    spec.layers.push_back(std::move(layer));
  }
  return spec;
}

std::string fingerprint(const NetSpec& spec) { return sha256_hex(json_text(to_json(spec))); }

}  // namespace apprentice
