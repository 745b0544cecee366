// SPDX-License-Identifier: Apache-2.0
// A resolved job as TOML text (toml.io 1.0): scalars first, then sub-tables, in the order of reading.
#include <cmath>

#include "apprentice/base/toml_text.h"
#include "apprentice/pipeline/job.h"

namespace apprentice::pipeline {
namespace {

using Json = nlohmann::ordered_json;

bool is_list_of_tables(const Json& value) { return value.is_array() && !value.empty() && value.front().is_object(); }

// What stands for "not given"; shown as a comment, since not every key takes it as a value.
bool is_unset(const Json& value) { return (value.is_string() && value == "") || (value.is_array() && value.empty()); }

std::string value_text(const Json& value) {
  if (value.is_number_float()) {
    const std::string text = fmt::format("{}", value.get<double>());
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
  }
  if (!value.is_array()) return toml_value(value);
  std::string text = "[";
  for (const Json& item : value) text += (text.size() > 1 ? ", " : "") + value_text(item);
  return text + "]";
}

// Bare where TOML allows it.
std::string key_text(const std::string& key) {
  const bool bare = !key.empty() && key.find_first_not_of(
                                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "0123456789_-") == std::string::npos;
  return bare ? key : toml_text(key);
}

void append(const Json& table, const std::string& name, std::string& text) {
  for (const auto& [key, value] : table.items()) {
    if (value.is_object() || value.is_null() || is_list_of_tables(value)) continue;
    text += fmt::format("{}{} = {}\n", is_unset(value) ? "# " : "", key_text(key), value_text(value));
  }
  for (const auto& [key, value] : table.items()) {
    const std::string path = name.empty() ? key_text(key) : name + "." + key_text(key);
    if (value.is_object()) {
      text += fmt::format("\n[{}]\n", path);
      append(value, path, text);
    } else if (is_list_of_tables(value)) {
      for (const Json& item : value) {
        text += fmt::format("\n[[{}]]\n", path);
        append(item, path, text);
      }
    }
  }
}

}  // namespace

std::string to_toml(const Json& json) {
  std::string text;
  append(json, "", text);
  return text;
}

}  // namespace apprentice::pipeline
