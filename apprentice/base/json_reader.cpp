// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/json_reader.h"

#include <algorithm>
#include <limits>

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
const Json kNull = nullptr;
const Json kEmptyArray = Json::array();
const Json kEmptyObject = Json::object();
constexpr int kMaxDepth = 64;

// Integers are stored as int64 or uint64; both must fit the bounds.
bool to_integer(const Json& json, int64_t least, int64_t most, int64_t& value) {
  if (!json.is_number_integer()) return false;
  if (json.is_number_unsigned() && json.get<uint64_t>() > uint64_t{std::numeric_limits<int64_t>::max()}) return false;
  value = json.get<int64_t>();
  return value >= least && value <= most;
}

bool to_number(const Json& json, double& value) {
  if (!json.is_number()) return false;
  value = json.get<double>();
  return std::isfinite(value);
}

bool to_number(const Json& json, float& value) {
  double wide = 0.0;
  if (!to_number(json, wide) || std::abs(wide) > double{std::numeric_limits<float>::max()}) return false;
  value = static_cast<float>(wide);
  return true;
}

bool to_string_value(const Json& json, std::string& value) {
  if (!json.is_string()) return false;
  value = json.get<std::string>();
  return true;
}

}  // namespace

JsonReader::JsonReader(const Json& json, std::string place) : json_(json), place_(std::move(place)) {
  if (!json_.is_object()) error_ = {ErrorKind::kBadInput, place_, "must be a JSON object"};
}

void JsonReader::reject(const char* key, const std::string& message) {
  if (!error_.message.empty()) return;
  error_ = {ErrorKind::kBadInput, place_, fmt::format("'{}' {}", key, message)};
}

const Json* JsonReader::find(const char* key) {
  if (!error_.message.empty()) return nullptr;
  read_.emplace_back(key);
  const auto found = json_.find(key);
  if (found != json_.end()) return &*found;
  reject(key, "is missing");
  return nullptr;
}

const Json* JsonReader::find_array(const char* key) {
  const Json* value = find(key);
  if (value == nullptr || value->is_array()) return value;
  reject(key, "must be a list");
  return nullptr;
}

void JsonReader::read(const char* key, int64_t& value, int64_t least, int64_t most) {
  const Json* found = find(key);
  if (found == nullptr || to_integer(*found, least, most, value)) return;
  reject(key, fmt::format("must be an integer from {} to {}", least, most));
}

void JsonReader::read(const char* key, double& value) {
  const Json* found = find(key);
  if (found != nullptr && !to_number(*found, value)) reject(key, "must be a finite number");
}

void JsonReader::read(const char* key, float& value) {
  const Json* found = find(key);
  if (found != nullptr && !to_number(*found, value)) reject(key, "must be a finite float32 number");
}

void JsonReader::read(const char* key, std::string& value) {
  const Json* found = find(key);
  if (found != nullptr && !to_string_value(*found, value)) reject(key, "must be a text");
}

template <typename T, typename Read>
void JsonReader::read_list(const char* key, std::vector<T>& value, Read read_one) {
  const Json* found = find_array(key);
  if (found == nullptr) return;
  std::vector<T> list(found->size());
  for (size_t i = 0; i < list.size(); ++i) {
    if (!read_one((*found)[i], list[i])) return reject(key, fmt::format("has a wrong value at index {}", i));
  }
  value = std::move(list);
}

void JsonReader::read(const char* key, std::vector<std::string>& value) { read_list(key, value, to_string_value); }

void JsonReader::read(const char* key, std::vector<float>& value) {
  read_list(key, value, [](const Json& json, float& item) { return to_number(json, item); });
}

void JsonReader::read(const char* key, std::vector<double>& value) {
  read_list(key, value, [](const Json& json, double& item) { return to_number(json, item); });
}

void JsonReader::read(const char* key, std::vector<int64_t>& value, int64_t least, int64_t most) {
  read_list(key, value, [=](const Json& json, int64_t& item) { return to_integer(json, least, most, item); });
}

const Json& JsonReader::any(const char* key) {
  const Json* found = find(key);
  return found == nullptr ? kNull : *found;
}

const Json& JsonReader::array(const char* key) {
  const Json* found = find_array(key);
  return found == nullptr ? kEmptyArray : *found;
}

const Json& JsonReader::object(const char* key) {
  const Json* found = find(key);
  if (found == nullptr) return kEmptyObject;
  if (found->is_object()) return *found;
  reject(key, "must be an object");
  return kEmptyObject;
}

Status JsonReader::finish() {
  if (!error_.message.empty()) return tl::unexpected<Error>(error_);
  for (const auto& item : json_.items()) {
    if (std::find(read_.begin(), read_.end(), item.key()) == read_.end()) {
      return bad_input(place_, "unknown key '{}'; known keys: {}", item.key(), fmt::join(read_, ", "));
    }
  }
  return {};
}

Result<Json> parse_json(std::string_view text, const std::string& place) {
  bool too_deep = false;
  const auto watch_depth = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;
  };
  Json json = Json::parse(text.begin(), text.end(), watch_depth, false);
  if (too_deep) return bad_input(place, "is JSON nested deeper than {} levels", kMaxDepth);
  if (json.is_discarded()) return bad_input(place, "is not valid JSON");
  return json;
}

std::string json_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace apprentice
