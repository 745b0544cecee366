// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/net_spec_json.h"

#include "apprentice/base/hash.h"
#include "apprentice/base/task_names.h"

namespace apprentice::model {
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

LayerSpec read_layer(const JsonReader& json) {
  LayerSpec layer;
  layer.name = json.text("name");
  layer.kind = json.text("kind");
  layer.inputs = json.texts("inputs");
  layer.channels = json.integer("channels", 0, kMaxSize);
  layer.kernel = json.integers<2>("kernel", 1, kMaxWindow);
  layer.stride = json.integers<2>("stride", 1, kMaxWindow);
  layer.padding = json.integers<4>("padding", 0, kMaxWindow);
  json.expect(is_layer_name(layer.name) && layer.name != kNetInput, "name",
              fmt::format("1 to {} of the characters A-Z a-z 0-9 _ . - and not '{}'", kMaxNameLength, kNetInput));
  json.refuse_unknown();
  return layer;
}

// Normalisation has one pair per channel, or there is none.
void check_normalisation(const NetSpec& spec, const JsonReader& json) {
  const size_t pairs = spec.input_mean.size();
  if (pairs != spec.input_scale.size())
    json.refuse("'input_mean' has {} values and 'input_scale' {}", pairs, spec.input_scale.size());
  else if (pairs != 0 && !spec.frontend && !spec.input_shape.empty() &&
           static_cast<int64_t>(pairs) != spec.input_shape[0])
    json.refuse("'input_mean' has {} values for an input of {} channels", pairs, spec.input_shape[0]);
}

}  // namespace

bool LayerSpec::operator==(const LayerSpec& other) const {
  return name == other.name && kind == other.kind && inputs == other.inputs && channels == other.channels &&
         kernel == other.kernel && stride == other.stride && padding == other.padding;
}

bool NetSpec::operator==(const NetSpec& other) const {
  return name == other.name && task == other.task && input_shape == other.input_shape && frontend == other.frontend &&
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
  Json json = {{"name", spec.name},
               {"task", to_string(spec.task)},
               {"input_shape", spec.input_shape},
               {"input_mean", spec.input_mean},
               {"input_scale", spec.input_scale},
               {"output_scale", spec.output_scale},
               {"output_mean", spec.output_mean},
               {"class_names", spec.class_names},
               {"layers", std::move(layers)}};
  if (spec.frontend) json["frontend"] = to_json(*spec.frontend);
  return json;
}

NetSpec net_spec_from_json(const JsonReader& json) {
  NetSpec spec;
  spec.name = json.text("name");
  spec.task = json.choice<TaskKind>("task", kTaskNames);
  spec.input_shape = json.integers("input_shape", 1, kMaxSize);
  json.expect(!spec.input_shape.empty() && spec.input_shape.size() <= 3, "input_shape", "1 to 3 numbers");
  if (json.has("frontend")) spec.frontend = frontend_spec_from_json(json.object("frontend"));
  spec.input_mean = json.finite_floats("input_mean");
  spec.input_scale = json.finite_floats("input_scale");
  spec.output_scale = json.finite_float("output_scale");
  spec.output_mean = json.finite_float("output_mean");
  spec.class_names = json.texts("class_names");
  check_normalisation(spec, json);
  const std::vector<JsonReader> layers = json.objects("layers");
  if (layers.size() > kMaxLayers) json.refuse("has more than {} layers", kMaxLayers);
  for (const JsonReader& layer : layers) spec.layers.push_back(read_layer(layer));
  json.refuse_unknown();
  return spec;
}

Result<NetSpec> net_spec_from_json(const Json& json, const std::string& place) {
  const JsonReader reader(json, place);
  NetSpec spec = net_spec_from_json(reader);
  APPRENTICE_CHECK(reader.status());
  return spec;
}

std::string fingerprint(const NetSpec& spec) { return sha256_hex(json_text(to_json(spec))); }

}  // namespace apprentice::model
