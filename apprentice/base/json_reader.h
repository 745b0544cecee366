// SPDX-License-Identifier: Apache-2.0
// Strict reading of one JSON object that came from outside: typed, bounded, unknown keys refused. The first error
// sticks.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice {

class JsonReader {
 public:
  using Json = nlohmann::ordered_json;
  // `json` must outlive the reader. `place` leads every message.
  JsonReader(const Json& json, std::string place);

  // Each needs the key; a wrong type or a number outside [least, most] is an error.
  void read(const char* key, int64_t& value, int64_t least, int64_t most);
  void read(const char* key, double& value);
  void read(const char* key, float& value);
  void read(const char* key, std::string& value);
  void read(const char* key, std::vector<std::string>& value);
  void read(const char* key, std::vector<float>& value);
  void read(const char* key, std::vector<double>& value);
  void read(const char* key, std::vector<int64_t>& value, int64_t least, int64_t most);
  template <size_t N>
  void read(const char* key, std::array<int64_t, N>& value, int64_t least, int64_t most) {
    std::vector<int64_t> list;
    read(key, list, least, most);
    if (error_.message.empty() && list.size() != N) reject(key, "must have " + std::to_string(N) + " numbers");
    if (error_.message.empty()) std::copy(list.begin(), list.end(), value.begin());
  }
  // The value itself, or null after an error.
  const Json& any(const char* key);
  // An array, or an empty one after an error.
  const Json& array(const char* key);
  const Json& object(const char* key);
  void reject(const char* key, const std::string& message);
  // The first error, or an unknown key.
  Status finish();

 private:
  const Json* find(const char* key);
  const Json* find_array(const char* key);
  template <typename T, typename Read>
  void read_list(const char* key, std::vector<T>& value, Read read_one);
  const Json& json_;
  std::string place_;
  std::vector<std::string> read_;
  Error error_;
};

// Parses text from outside; refuses nesting deeper than 64.
Result<nlohmann::ordered_json> parse_json(std::string_view text, const std::string& place);
// The text of a JSON value, without line breaks; bytes that are not UTF-8 are replaced, never thrown upon.
std::string json_text(const nlohmann::ordered_json& json);

}  // namespace apprentice
