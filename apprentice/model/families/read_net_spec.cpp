// SPDX-License-Identifier: Apache-2.0
// The [student] or [teach] table of a job as a NetSpec.
#include <algorithm>

#include "apprentice/model/families/net_builder.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
constexpr int64_t kMaxWindow = 4096;
constexpr int64_t kMaxChannels = 65536;

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// One integer, or a list of them; empty after an error.
std::vector<int64_t> read_sizes(Config& table, const std::string& key, const Json& json, int64_t least) {
  std::vector<int64_t> sizes;
  for (const Json& item : json.is_array() ? json : Json::array({json})) {
    if (!item.is_number_integer() || item.get<int64_t>() < least || item.get<int64_t>() > kMaxWindow) {
      table.reject(key, fmt::format("'{}' must be an integer or list of integers of {} to {}", key, least, kMaxWindow));
      return {};
    }
    sizes.push_back(item.get<int64_t>());
  }
  return sizes;
}

// kernel and stride: 3, or [3] over time, or [3, 5] over height and width.
void read_pair(Config& table, const std::string& key, bool over_time, std::array<int64_t, 2>& pair) {
  const Json json = table.read_any(key);
  if (json.is_null()) return;
  const std::vector<int64_t> sizes = read_sizes(table, key, json, 1);
  if (sizes.empty()) return;
  if (sizes.size() > (over_time ? 1U : 2U)) {
    table.reject(key, fmt::format("'{}' must be {}", key, over_time ? "one integer" : "one integer or [height, width]"));
    return;
  }
  pair = {over_time ? 1 : sizes.front(), sizes.back()};
}

void read_padding(Config& table, bool over_time, LayerSpec& layer) {
  const Json json = table.read_any("padding");
  if (json.is_null() || json == "valid") return;
  if (json == "same") {
    layer.padding = same_padding(layer.kernel);
    return;
  }
  if (json.is_string()) return table.reject("padding", "'padding' must be \"same\", \"valid\" or numbers");
  const std::vector<int64_t> sizes = read_sizes(table, "padding", json, 0);
  if (sizes.empty()) return;
  if (sizes.size() == 1) {
    layer.padding = {over_time ? 0 : sizes[0], sizes[0], over_time ? 0 : sizes[0], sizes[0]};
  } else if (over_time && sizes.size() == 2) {
    layer.padding = {0, sizes[0], 0, sizes[1]};
  } else if (!over_time && sizes.size() == 4) {
    std::copy(sizes.begin(), sizes.end(), layer.padding.begin());
  } else {
    table.reject("padding", over_time ? "'padding' must be one number or [left, right]"
                                      : "'padding' must be one number or [top, left, bottom, right]");
  }
}

LayerSpec read_layer(Config& table, size_t index, const std::string& previous) {
  LayerSpec layer;
  table.require("kind", layer.kind);
  layer.name = fmt::format("{}_{}", layer.kind, index + 1);
  layer.inputs = {previous};
  table.read("name", layer.name).read("inputs", layer.inputs);
  if (table.has("channels")) read_knob(table, "channels", layer.channels, 1, kMaxChannels);
  const bool over_time = ends_with(layer.kind, "1d"), is_pool = layer.kind.find("pool") != std::string::npos;
  if (!over_time && !ends_with(layer.kind, "2d")) return layer;
  read_pair(table, "kernel", over_time, layer.kernel);
  if (is_pool) layer.stride = layer.kernel;
  read_pair(table, "stride", over_time, layer.stride);
  read_padding(table, over_time, layer);
  return layer;
}

NetSpec read_layers(std::vector<Config>& tables, const Shape& input_shape, int64_t outputs) {
  NetSpec spec;
  spec.name = "layers";
  spec.input_shape = input_shape;
  std::string previous = kNetInput;
  for (size_t i = 0; i < tables.size(); ++i) {
    spec.layers.push_back(read_layer(tables[i], i, previous));
    previous = spec.layers.back().name;
  }
  LayerSpec& last = spec.layers.back();
  if (last.kind == "dense" && last.channels == 0) last.channels = outputs;
  return spec;
}

Result<NetSpec> make_family(Config& table, const std::string& name, const Shape& input_shape, int64_t outputs) {
  std::vector<std::string> names;
  for (const FamilyKind& kind : family_kinds()) {
    if (name == kind.name) return kind.make(table, input_shape, outputs);
    names.emplace_back(kind.name);
  }
  return bad_input(table.place("family"), "unknown family '{}'; {}", name, known_names("families", names));
}

}  // namespace

Result<NetSpec> read_net_spec(Config& table, const Shape& input_shape, int64_t outputs) {
  if (outputs < 1) return bad_input(table.place(), "a net needs at least one output, not {}", outputs);
  std::vector<Config> layers = table.tables("layer");
  if (table.has("family") == !layers.empty()) {
    return bad_input(table.place(), "needs either family = \"...\" or [[layer]] tables");
  }
  NetSpec spec;
  if (layers.empty()) {
    std::string family;
    table.read("family", family);
    APPRENTICE_TRY(spec, make_family(table, family, input_shape, outputs));
  } else {
    spec = read_layers(layers, input_shape, outputs);
  }
  table.read("name", spec.name);
  return spec;
}

}  // namespace apprentice
