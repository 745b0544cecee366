// SPDX-License-Identifier: Apache-2.0
// Saving and loading quantized nets: docs/formats/quant_net.md.
#include <cstring>

#include "apprentice/base/hash.h"
#include "apprentice/layers/net_input.h"
#include "apprentice/model/container.h"
#include "apprentice/model/net_spec_json.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice::quant {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kMagic = "APQNT001";
constexpr int64_t kMaxSize = int64_t{1} << 24;
constexpr size_t kMaxLayers = 10000;

template <typename T>
void append(std::string& blob, const std::vector<T>& values) {
  if (!values.empty()) blob.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

// False when fewer than `count` values are left.
template <typename T>
bool take(std::string_view& blob, int64_t count, std::vector<T>& values) {
  if (count > static_cast<int64_t>(blob.size() / sizeof(T))) return false;
  values.resize(static_cast<size_t>(count));
  const size_t bytes = values.size() * sizeof(T);
  if (bytes > 0) std::memcpy(values.data(), blob.data(), bytes);
  blob.remove_prefix(bytes);
  return true;
}

Json tensor_to_json(const layers::QuantTensor& tensor) {
  return {{"name", tensor.name},         {"height", tensor.height},      {"width", tensor.width},
          {"channels", tensor.channels}, {"scale", tensor.params.scale}, {"zero_point", tensor.params.zero_point}};
}

Json layer_to_json(const layers::QuantLayer& layer) {
  return {{"name", layer.name},
          {"kind", layer.kind},
          {"inputs", layer.inputs},
          {"output", layer.output},
          {"kernel", layer.kernel},
          {"stride", layer.stride},
          {"padding", layer.padding},
          {"weights", layer.weights.size()},
          {"channels", layer.bias.size()},
          {"multipliers", layer.multipliers.size()},
          {"shift", layer.shift},
          {"activation_min", layer.activation_min},
          {"activation_max", layer.activation_max}};
}

model::Container pack(const QuantNet& net) {
  model::Container content;
  Json tensors = Json::array(), layers = Json::array();
  for (const layers::QuantTensor& tensor : net.tensors) tensors.push_back(tensor_to_json(tensor));
  for (const layers::QuantLayer& layer : net.layers) {
    layers.push_back(layer_to_json(layer));
    append(content.blob, layer.weights);
    append(content.blob, layer.weight_scales);
    append(content.blob, layer.bias);
    append(content.blob, layer.multipliers);
  }
  content.header = {{"name", net.name},
                    {"spec", model::to_json(net.spec)},
                    {"input_mean", net.input.mean},
                    {"input_factor", net.input.factor},
                    {"tensors", std::move(tensors)},
                    {"layers", std::move(layers)},
                    {"notes", net.notes}};
  return content;
}

int32_t read_int32(const JsonReader& json, const char* key, int64_t least, int64_t most) {
  return static_cast<int32_t>(json.integer(key, least, most));
}

layers::QuantTensor read_tensor(const JsonReader& json) {
  layers::QuantTensor tensor;
  tensor.name = json.text("name");
  tensor.height = json.integer("height", 1, kMaxSize);
  tensor.width = json.integer("width", 1, kMaxSize);
  tensor.channels = json.integer("channels", 1, kMaxSize);
  tensor.params.scale = json.finite("scale");
  tensor.params.zero_point = read_int32(json, "zero_point", -128, 127);
  json.refuse_unknown();
  return tensor;
}

layers::QuantLayer read_layer(const JsonReader& json, std::string_view& blob) {
  layers::QuantLayer layer;
  layer.name = json.text("name");
  layer.kind = json.text("kind");
  for (const int64_t input : json.integers("inputs", 0, kMaxSize)) layer.inputs.push_back(static_cast<int>(input));
  layer.output = read_int32(json, "output", 0, kMaxSize);
  layer.kernel = json.integers<2>("kernel", 1, kMaxSize);
  layer.stride = json.integers<2>("stride", 1, kMaxSize);
  layer.padding = json.integers<4>("padding", 0, kMaxSize);
  const int64_t weights = json.integer("weights", 0, INT32_MAX);
  const int64_t channels = json.integer("channels", 0, INT32_MAX);
  const int64_t multipliers = json.integer("multipliers", 0, INT32_MAX);
  layer.shift = read_int32(json, "shift", 0, 62);
  layer.activation_min = read_int32(json, "activation_min", -128, 127);
  layer.activation_max = read_int32(json, "activation_max", -128, 127);
  json.refuse_unknown();
  const bool whole = take(blob, weights, layer.weights) && take(blob, channels, layer.weight_scales) &&
                     take(blob, channels, layer.bias) && take(blob, multipliers, layer.multipliers);
  if (!whole) json.refuse("needs more bytes than the file holds");
  return layer;
}

}  // namespace

Status save_quant_net(const QuantNet& net, const std::string& path) {
  return model::write_container(path, kMagic, pack(net));
}

Result<QuantNet> load_quant_net(const std::string& path) {
  APPRENTICE_TRY(const model::Container content, model::read_container(path, kMagic, "a quantized net file (.apq)"));
  QuantNet net;
  const JsonReader reader(content.header, path);
  net.name = reader.text("name");
  net.spec = model::net_spec_from_json(reader.object("spec"));
  net.input.mean = reader.finite_floats("input_mean");
  net.input.factor = reader.finite_floats("input_factor");
  net.notes = reader.texts("notes");
  for (const JsonReader& tensor : reader.objects("tensors")) net.tensors.push_back(read_tensor(tensor));
  std::string_view blob = content.blob;
  const std::vector<JsonReader> layers = reader.objects("layers");
  if (layers.size() > kMaxLayers) reader.refuse("has more than {} layers", kMaxLayers);
  for (const JsonReader& layer : layers) net.layers.push_back(read_layer(layer, blob));
  reader.refuse_unknown();
  APPRENTICE_CHECK(reader.status());
  if (!blob.empty()) return bad_input(path, "holds {} bytes that belong to no layer", blob.size());
  if (!net.tensors.empty()) {
    net.input.scale = net.tensors[0].params.scale;
    net.input.zero_point = net.tensors[0].params.zero_point;
  }
  const Status sound = check_quant_net(net);
  if (!sound) return bad_input(path, "{}", sound.error().text());
  APPRENTICE_TRY(const layers::NetInput input, layers::NetInput::create(net.spec));
  attach_frontend(net, input.frontend());
  return net;
}

std::string fingerprint(const QuantNet& net) {
  const model::Container content = pack(net);
  return Hasher().add(json_text(content.header)).add(content.blob).hex();
}

}  // namespace apprentice::quant
