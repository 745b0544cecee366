// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "any_model.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string values_text(const char* what, const Json& values) {
  std::string text;
  for (const Json& value : values) {
    text +=
        fmt::format("{:<12} {} {}{}\n", what, value.at("name").get<std::string>(), value.at("shape").get<std::string>(),
                    value.contains("type") ? " " + value.at("type").get<std::string>() : "");
  }
  return text;
}

std::string layers_text(const Json& layers) {
  std::vector<std::array<std::string, 5>> rows = {{"layer", "kind", "shape", "parameters", "MACs"}};
  for (const Json& layer : layers) {
    const auto number = [&](const char* key) { return layer.contains(key) ? layer.at(key).dump() : std::string(); };
    rows.push_back({layer.at("name").get<std::string>(), layer.at("kind").get<std::string>(),
                    layer.at("shape").get<std::string>(), number("parameters"), number("macs")});
  }
  std::array<size_t, 5> widths{};
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += i < 3 ? fmt::format("{:<{}}  ", row[i], widths[i]) : fmt::format("{:>{}}  ", row[i], widths[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string features_text(const Json& features) {
  std::string text;
  for (const Json& feature : features) {
    text += fmt::format("{:<6}  {:<16}  {}\n", feature.at("kind").get<std::string>(),
                        to_string(feature.at("shape").get<Shape>()), feature.at("name").get<std::string>());
  }
  return text;
}

std::string inspect_text(const Json& json) {
  std::string text;
  const auto line = [&](const char* title, const char* key) {
    if (!json.contains(key) || json.at(key).is_null()) return;
    const Json& value = json.at(key);
    text += fmt::format("{:<12} {}\n", title, value.is_string() ? value.get<std::string>() : value.dump());
  };
  line("name", "name");
  line("format", "format");
  line("producer", "producer");
  text += values_text("input", json.at("inputs")) + values_text("output", json.at("outputs"));
  line("columns", "columns");
  line("parameters", "parameters");
  line("MACs", "macs");
  line("arena bytes", "arena_bytes");
  for (const Json& note : json.value("notes", Json::array()))
    text += fmt::format("{:<12} {}\n", "note", note.get<std::string>());
  line("cannot run", "cannot_run");
  line("fingerprint", "fingerprint");
  return json.at("layers").empty() ? text : text + "\n" + layers_text(json.at("layers"));
}

}  // namespace

Action declare_inspect(Options options) {
  const auto path = std::make_shared<std::string>();
  const auto form = std::make_shared<Form>(Form::kText);
  const auto features = std::make_shared<bool>(false);
  const auto allow = std::make_shared<bool>(false);
  options.positional("MODEL", *path, ".onnx, .pt, .ubj, .json, .apnet (float student) or .apq (int8 student)");
  options.flag("--features", *features, "what feature losses look at: ends of stages, then the last vector");
  options.flag("--allow-programs", *allow, "load a TorchScript module, which runs code of its own");
  options.json(*form);
  options.about("Example: apprentice inspect teacher.onnx");
  return [path, form, features, allow](Session& session) -> Status {
    APPRENTICE_TRY(const ModelFile kind, model_file_of(*path));
    if (kind == ModelFile::kTorchscript && !*allow) {
      return bad_input(*path,
                       "is a TorchScript module, which runs code of its own where it is loaded; --allow-programs does "
                       "so");
    }
    APPRENTICE_TRY(const Json json, *features ? inspect_features(*path) : inspect_any(*path));
    const std::string text = *features ? features_text(json) : inspect_text(json);
    session.console.result(*form == Form::kJson ? json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"
                                                : text);
    return {};
  };
}

}  // namespace apprentice::cli
