// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/layers.h"

#include <fmt/format.h>

#include "apprentice/report/format.h"

namespace apprentice::report {
namespace {

ReportLayer sum_of(const std::vector<ReportLayer>& layers) {
  ReportLayer sum{"all", "", 0, 0, 0};
  for (const ReportLayer& layer : layers) {
    sum.macs += layer.macs;
    sum.weight_bytes += layer.weight_bytes;
  }
  return sum;
}

std::string share(int64_t part, int64_t whole) {
  return whole > 0 && part > 0 ? format_percent(static_cast<double>(part) / static_cast<double>(whole)) : "";
}

std::string bytes(int64_t count) { return count > 0 ? format_bytes(count) : std::string("–"); }

std::string row(const ReportLayer& layer, const ReportLayer& sum) {
  return fmt::format(
      "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
      escape_html(layer.name), escape_html(layer.kind), layer.macs > 0 ? format_count(layer.macs) : "–",
      share(layer.macs, sum.macs), bytes(layer.weight_bytes), share(layer.weight_bytes, sum.weight_bytes),
      bytes(layer.output_bytes));
}

}  // namespace

nlohmann::ordered_json layers_json(const std::vector<ReportLayer>& layers) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ReportLayer& layer : layers) {
    list.push_back({{"name", layer.name},
                    {"kind", layer.kind},
                    {"macs", layer.macs},
                    {"weight_bytes", layer.weight_bytes},
                    {"output_bytes", layer.output_bytes}});
  }
  return list;
}

std::vector<ReportLayer> read_layers(const JsonReader& json, const std::string& key) {
  std::vector<ReportLayer> layers;
  for (const JsonReader& layer : json.objects(key)) {
    layers.push_back({layer.text("name"), layer.text("kind"), layer.count("macs"), layer.count("weight_bytes"),
                      layer.count("output_bytes")});
  }
  return layers;
}

std::string layers_html(const std::vector<ReportLayer>& layers) {
  if (layers.empty()) return "";
  const ReportLayer sum = sum_of(layers);
  std::string out =
      "<div class=\"panel scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Layer by layer\"><table class=\"plain\">"
      "<thead><tr><th scope=\"col\">Layer</th><th scope=\"col\">Kind</th><th scope=\"col\">MACs</th><td></td>"
      "<th scope=\"col\">Weights</th><td></td><th scope=\"col\">Output</th></tr></thead><tbody>\n";
  for (const ReportLayer& layer : layers) out += row(layer, sum);
  return out + row(sum, {}) + "</tbody></table></div>\n";
}

}  // namespace apprentice::report
