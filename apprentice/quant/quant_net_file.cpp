// SPDX-License-Identifier: Apache-2.0
// Saving and loading quantized nets: docs/formats/quant_net.md.
#include <cstring>

#include "apprentice/base/hash.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/model/container.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice {
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

Json tensor_to_json(const QuantTensor& tensor) {
  return {{"name", tensor.name},         {"height", tensor.height},      {"width", tensor.width},
          {"channels", tensor.channels}, {"scale", tensor.params.scale}, {"zero_point", tensor.params.zero_point}};
}

Json layer_to_json(const QuantLayer& layer) {
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

Container pack(const QuantNet& net) {
  Container content;
  Json tensors = Json::array(), layers = Json::array();
  for (const QuantTensor& tensor : net.tensors) tensors.push_back(tensor_to_json(tensor));
  for (const QuantLayer& layer : net.layers) {
    layers.push_back(layer_to_json(layer));
    append(content.blob, layer.weights);
    append(content.blob, layer.weight_scales);
    append(content.blob, layer.bias);
    append(content.blob, layer.multipliers);
  }
  content.header = {{"name", net.name},
                    {"spec", to_json(net.spec)},
                    {"input_mean", net.input.mean},
                    {"input_factor", net.input.factor},
                    {"tensors", std::move(tensors)},
                    {"layers", std::move(layers)},
                    {"notes", net.notes}};
  return content;
}

void read_int32(JsonReader& reader, const char* key, int32_t& value, int64_t least, int64_t most) {
  int64_t wide = value;
  reader.read(key, wide, least, most);
  value = static_cast<int32_t>(wide);
}

Result<QuantTensor> read_tensor(const Json& json, const std::string& place) {
  QuantTensor tensor;
  JsonReader reader(json, place);
  reader.read("name", tensor.name);
  reader.read("height", tensor.height, 1, kMaxSize);
  reader.read("width", tensor.width, 1, kMaxSize);
  reader.read("channels", tensor.channels, 1, kMaxSize);
  reader.read("scale", tensor.params.scale);
  read_int32(reader, "zero_point", tensor.params.zero_point, -128, 127);
  APPRENTICE_CHECK(reader.finish());
  return tensor;
}

Result<QuantLayer> read_layer(const Json& json, const std::string& place, std::string_view& blob) {
  QuantLayer layer;
  int64_t weights = 0, channels = 0, multipliers = 0;
  std::vector<int64_t> inputs;
  JsonReader reader(json, place);
  reader.read("name", layer.name);
  reader.read("kind", layer.kind);
  reader.read("inputs", inputs, 0, kMaxSize);
  read_int32(reader, "output", layer.output, 0, kMaxSize);
  reader.read("kernel", layer.kernel, 1, kMaxSize);
  reader.read("stride", layer.stride, 1, kMaxSize);
  reader.read("padding", layer.padding, 0, kMaxSize);
  reader.read("weights", weights, 0, INT32_MAX);
  reader.read("channels", channels, 0, INT32_MAX);
  reader.read("multipliers", multipliers, 0, INT32_MAX);
  read_int32(reader, "shift", layer.shift, 0, 62);
  read_int32(reader, "activation_min", layer.activation_min, -128, 127);
  read_int32(reader, "activation_max", layer.activation_max, -128, 127);
  APPRENTICE_CHECK(reader.finish());
  for (int64_t input : inputs) layer.inputs.push_back(static_cast<int>(input));
  const bool whole = take(blob, weights, layer.weights) && take(blob, channels, layer.weight_scales) &&
                     take(blob, channels, layer.bias) && take(blob, multipliers, layer.multipliers);
  if (!whole) return bad_input(place, "needs more bytes than the file holds");
  return layer;
}

}  // namespace

Status save_quant_net(const QuantNet& net, const std::string& path) { return write_container(path, kMagic, pack(net)); }

Result<QuantNet> load_quant_net(const std::string& path) {
  APPRENTICE_TRY(const Container content, read_container(path, kMagic, "a quantized net file (.apq)"));
  QuantNet net;
  JsonReader reader(content.header, path);
  reader.read("name", net.name);
  const Json& spec = reader.object("spec");
  reader.read("input_mean", net.input.mean);
  reader.read("input_factor", net.input.factor);
  const Json& tensors = reader.array("tensors");
  const Json& layers = reader.array("layers");
  reader.read("notes", net.notes);
  if (layers.size() > kMaxLayers) reader.reject("layers", "has more than " + std::to_string(kMaxLayers) + " layers");
  APPRENTICE_CHECK(reader.finish());
  APPRENTICE_TRY(net.spec, net_spec_from_json(spec, path + " spec"));
  for (size_t i = 0; i < tensors.size(); ++i) {
    APPRENTICE_TRY(QuantTensor tensor, read_tensor(tensors[i], fmt::format("{} tensors[{}]", path, i)));
    net.tensors.push_back(std::move(tensor));
  }
  std::string_view blob = content.blob;
  for (size_t i = 0; i < layers.size(); ++i) {
    APPRENTICE_TRY(QuantLayer layer, read_layer(layers[i], fmt::format("{} layers[{}]", path, i), blob));
    net.layers.push_back(std::move(layer));
  }
  if (!blob.empty()) return bad_input(path, "holds {} bytes that belong to no layer", blob.size());
  if (!net.tensors.empty()) {
    net.input.scale = net.tensors[0].params.scale;
    net.input.zero_point = net.tensors[0].params.zero_point;
  }
  const Status sound = check_quant_net(net);
  if (!sound) return bad_input(path, "{}", sound.error().text());
  return net;
}

std::string fingerprint(const QuantNet& net) {
  const Container content = pack(net);
  return Hasher().add(json_text(content.header)).add(content.blob).hex();
}

}  // namespace apprentice
