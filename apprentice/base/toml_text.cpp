// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/toml_text.h"

namespace apprentice {

std::string toml_value(const nlohmann::ordered_json& value) {
  std::string text = value.dump();
  // JSON has this byte inside strings only.
  for (size_t at = 0; (at = text.find('\x7f', at)) != std::string::npos;) text.replace(at, 1, "\\u007f");
  return text;
}

std::string toml_text(const std::string& text) { return toml_value(text); }

}  // namespace apprentice
