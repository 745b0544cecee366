// SPDX-License-Identifier: Apache-2.0
// From the [student] table to a NetSpec: a family with keys, or layers written out.
#include "apprentice/base/nearest.h"
#include "apprentice/families/builder.h"
#include "apprentice/families/family_keys.h"
#include "apprentice/families/family_rows.h"

namespace apprentice::families {
namespace {

// padding = "same" | "valid" | [top, left, bottom, right]
void read_padding(Config& table, const NetBuilder& net, model::LayerSpec& layer) {
  const nlohmann::ordered_json json = table.read_any("padding");
  if (json.is_null() || json == "valid") return;
  if (json == "same") {
    layer.padding = net.same_padding(layer.inputs.front(), layer.kernel, layer.stride);
    return;
  }
  bool valid = json.is_array() && json.size() == 4;
  for (size_t i = 0; valid && i < 4; ++i) {
    valid = json[i].is_number_integer() && json[i] >= 0 && json[i] <= 1024;
    if (valid) layer.padding[i] = json[i].get<int64_t>();
  }
  if (!valid) {
    table.reject("padding", fmt::format("padding is {}; expected \"same\", \"valid\" or [top, left, bottom, right] "
                                        "with numbers from 0 to 1024",
                                        json.dump()));
  }
}

model::LayerSpec read_layer(Config& table, const NetBuilder& net) {
  model::LayerSpec layer;
  layer.inputs = {net.last()};
  table.require("kind", layer.kind).read("name", layer.name).read("inputs", layer.inputs);
  if (layer.inputs.empty()) {
    table.reject("inputs", "inputs is empty; name at least one earlier layer, or \"input\"");
    layer.inputs = {net.last()};
  }
  table.read_bounded("channels", layer.channels, 0, int64_t{1} << 20);
  layer.kernel = read_pair(table, "kernel", {1, 1}, 1);
  layer.stride = read_pair(table, "stride", {1, 1}, 1);
  const layers::LayerKind* kind = layers::find_layer_kind(layer.kind);
  if (kind != nullptr && kind->reach == layers::Reach::kTime) layer.kernel[0] = layer.stride[0] = 1;
  read_padding(table, net, layer);
  return layer;
}

Result<model::NetSpec> read_layers(Config& table, const Shape& input_shape) {
  NetBuilder net("layers", input_shape);
  for (Config& layer : table.tables("layer")) net.append(read_layer(layer, net));
  return net.finish();
}

}  // namespace

Result<model::NetSpec> read_net_spec(Config& table, const Shape& input_shape, int64_t outputs) {
  if (table.has("layer")) {
    if (table.has("family")) return bad_input(table.place("family"), "give family or layer tables, not both");
    return read_layers(table, input_shape);
  }
  std::string family;
  table.require("family", family);
  APPRENTICE_CHECK(table.has("family") ? Status{} : table.finish());
  std::vector<std::string> names;
  for (const FamilyKind& kind : family_kinds()) {
    if (family == kind.name) return kind.make(table, input_shape, outputs);
    names.emplace_back(kind.name);
  }
  return bad_input(table.place("family"), "unknown family '{}'; {}", family, known_names("families", names, family));
}

}  // namespace apprentice::families
