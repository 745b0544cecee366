// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "apprentice/data/probe.h"
#include "apprentice/device/device.h"
#include "apprentice/families/family.h"
#include "apprentice/families/frontends.h"
#include "apprentice/layers/layer.h"
#include "apprentice/views/augmentation.h"
#include "list_torch.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

Result<Rows> device_rows() {
  Rows rows;
  for (const std::string& name : device::device_names()) {
    APPRENTICE_TRY(const device::DeviceProfile device, device::load_device(name));
    rows.emplace_back(name, fmt::format("{}; {}", device.core, device.summary));
  }
  return rows;
}

Rows layer_rows() {
  Rows rows;
  for (const layers::LayerKind& kind : layers::layer_kinds()) rows.emplace_back(kind.name, kind.summary);
  return rows;
}

Rows family_rows() {
  Rows rows;
  for (const families::FamilyKind& kind : families::family_kinds()) rows.emplace_back(kind.name, kind.summary);
  return rows;
}

Rows frontend_rows() {
  Rows rows;
  for (const families::FrontendChain& chain : families::frontend_chains()) rows.emplace_back(chain.name, chain.summary);
  return rows;
}

Rows format_rows() {
  Rows rows;
  for (const data::DataFormatInfo& format : data::data_formats()) rows.emplace_back(format.name, format.summary);
  return rows;
}

Rows view_rows() {
  Rows rows;
  for (const views::AugmentationKind& kind : views::augmentation_kinds()) rows.emplace_back(kind.name, kind.summary);
  return rows;
}

std::string json_text(const Rows& rows) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& [name, summary] : rows) list.push_back({{"name", name}, {"summary", summary}});
  return list.dump(2) + "\n";
}

Result<Rows> rows_of(const std::string& topic) {
  if (topic == "devices") return device_rows();
  if (topic == "layers") return layer_rows();
  if (topic == "families") return family_rows();
  if (topic == "frontends") return frontend_rows();
  if (topic == "formats") return format_rows();
  if (topic == "views") return view_rows();
  return torch_rows(topic);
}

std::string table_text(const Rows& rows) {
  size_t width = 0;
  for (const auto& [name, summary] : rows) width = std::max(width, name.size());
  std::string text;
  for (const auto& [name, summary] : rows) text += fmt::format("{:<{}}  {}\n", name, width, summary);
  return text;
}

}  // namespace

Action declare_list(Options options) {
  const std::vector<std::string> topics = {"losses",  "views",    "layers",    "formats", "teachers",
                                           "devices", "families", "frontends", "steps",   "operators"};
  const auto topic = std::make_shared<std::string>();
  const auto markdown = std::make_shared<bool>(false);
  options.positional_choice("TOPIC", *topic, topics);
  const auto form = std::make_shared<Form>(Form::kText);
  options.json(*form);
  options.flag("--markdown", *markdown,
               "losses and operators: the page of the documentation, as docs/losses.md and docs/operators.md");
  options.about("Example: apprentice list devices");
  return [topic, markdown, form](Session& session) -> Status {
    if (*markdown) {
      const std::string page = markdown_of(*topic);
      if (page.empty())
        return bad_input("--markdown", "there is no page of {}; there is one of losses and one of operators", *topic);
      session.console.result(page);
      return {};
    }
    APPRENTICE_TRY(const Rows rows, rows_of(*topic));
    session.console.result(*form == Form::kJson ? json_text(rows) : table_text(rows));
    return {};
  };
}

}  // namespace apprentice::cli
