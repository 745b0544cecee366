// SPDX-License-Identifier: Apache-2.0
// Values as TOML (toml.io 1.0) writes them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace apprentice {

// A basic string, in quotes. JSON's escapes are TOML's, which also wants one for DEL (U+007F). UTF-8 is expected.
std::string toml_text(const std::string& text);
// Strings, whole numbers, booleans, and lists of them.
std::string toml_value(const nlohmann::ordered_json& value);

}  // namespace apprentice
