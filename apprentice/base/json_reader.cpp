// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/json_reader.h"

#include <algorithm>
#include <cmath>

#include "apprentice/base/files.h"
#include "apprentice/base/nesting.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
constexpr size_t kLongestShown = 60;

const Json& null() {
  static const Json nothing;
  return nothing;
}

std::string ended(const std::string& sentence, const std::string& possible) {
  return possible.empty() ? sentence : sentence + "; " + possible;
}

std::string shown(const Json& found) {
  if (found.is_null()) return "nothing";
  const std::string text = json_text(found);
  return text.size() > kLongestShown ? text.substr(0, kLongestShown) + "..." : text;
}

bool to_text(const Json& json, std::string& value) {
  if (json.is_string()) value = json.get<std::string>();
  return json.is_string();
}

// Integers are stored as int64 or uint64; both must fit the bounds.
bool to_integer(const Json& json, int64_t least, int64_t most, int64_t& value) {
  if (!json.is_number_integer()) return false;
  if (json.is_number_unsigned() && json.get<uint64_t>() > uint64_t{kLargest}) return false;
  value = json.get<int64_t>();
  return value >= least && value <= most;
}

bool to_finite(const Json& json, double& value) {
  if (!json.is_number()) return false;
  value = json.get<double>();
  return std::isfinite(value);
}

bool to_finite_float(const Json& json, float& value) {
  double wide = 0.0;
  if (!to_finite(json, wide) || std::abs(wide) > double{std::numeric_limits<float>::max()}) return false;
  value = static_cast<float>(wide);
  return true;
}

std::string whole_number(int64_t least, int64_t most) {
  if (least == most) return fmt::format("{}", least);
  return most == kLargest ? fmt::format("a whole number of at least {}", least)
                          : fmt::format("a whole number from {} to {}", least, most);
}

}  // namespace

Result<Json> parse_json(std::string_view text, const std::string& place, const std::string& possible) {
  if (too_deep_in_json(text) != std::string_view::npos)
    return bad_input(place, "{}", ended(fmt::format("is JSON nested deeper than {} levels", kMostLevels), possible));
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return bad_input(place, "{}", ended("is not valid JSON", possible));
  return json;
}

Result<Json> read_json(const std::string& path, int64_t max_bytes, const std::string& possible) {
  APPRENTICE_TRY(const std::string text, read_file(path, max_bytes));
  return parse_json(text, path, possible);
}

std::string json_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

JsonReader::JsonReader(const Json& json, const std::string& place, const std::string& possible)
    : JsonReader(json, place + "#", std::make_shared<Document>(Document{possible, std::nullopt})) {}

JsonReader::JsonReader(const Json& json, std::string place, std::shared_ptr<Document> document)
    : json_(&json), place_(std::move(place)), document_(std::move(document)) {
  if (!json.is_object()) refuse("found {}, expected an object", shown(json));
}

void JsonReader::keep(const std::string& place, const std::string& message) const {
  if (document_->error) return;
  document_->error = Error{ErrorKind::kBadInput, place, ended(message, document_->possible)};
}

void JsonReader::expect(bool holds, const std::string& key, const std::string& expected) const {
  if (holds || document_->error) return;
  keep(place_ + "/" + key, fmt::format("found {}, expected {}", shown(raw(key)), expected));
}

bool JsonReader::has(const std::string& key) const {
  known_.insert(key);
  return json_->is_object() && json_->contains(key);
}

std::vector<std::string> JsonReader::keys() const {
  std::vector<std::string> keys;
  if (!json_->is_object()) return keys;
  for (const auto& [key, value] : json_->items()) keys.push_back(key);
  known_.insert(keys.begin(), keys.end());
  return keys;
}

const Json& JsonReader::raw(const std::string& key) const { return has(key) ? (*json_)[key] : null(); }

template <typename T, typename Read>
T JsonReader::one(const std::string& key, const std::string& expected, Read read) const {
  T value{};
  if (read(raw(key), value)) return value;
  expect(false, key, expected);
  return T{};
}

template <typename T, typename Read>
std::vector<T> JsonReader::each(const std::string& key, const std::string& expected, Read read) const {
  const Json& list = raw(key);
  expect(list.is_array(), key, "a list");
  std::vector<T> values(list.is_array() ? list.size() : 0);
  for (size_t i = 0; i < values.size(); ++i) {
    T value{};
    if (!read(list[i], value)) {
      keep(fmt::format("{}/{}/{}", place_, key, i), fmt::format("found {}, expected {}", shown(list[i]), expected));
      return {};
    }
    values[i] = std::move(value);
  }
  return values;
}

std::string JsonReader::text(const std::string& key) const { return one<std::string>(key, "a text", to_text); }

bool JsonReader::flag(const std::string& key) const {
  expect(raw(key).is_boolean(), key, "true or false");
  return raw(key).is_boolean() && raw(key).get<bool>();
}

int64_t JsonReader::integer(const std::string& key, int64_t least, int64_t most) const {
  return one<int64_t>(key, whole_number(least, most),
                      [=](const Json& json, int64_t& value) { return to_integer(json, least, most, value); });
}

uint64_t JsonReader::seed(const std::string& key) const {
  expect(raw(key).is_number_unsigned(), key, whole_number(0, kLargest));
  return raw(key).is_number_unsigned() ? raw(key).get<uint64_t>() : 0;
}

double JsonReader::number(const std::string& key) const {
  const Json& found = raw(key);
  if (found.is_number()) return found.get<double>();
  expect(has(key) && found.is_null(), key, "a number");
  return std::numeric_limits<double>::quiet_NaN();
}

double JsonReader::finite(const std::string& key) const { return one<double>(key, "a finite number", to_finite); }

float JsonReader::finite_float(const std::string& key) const {
  return one<float>(key, "a finite float32 number", to_finite_float);
}

size_t JsonReader::index_of(const std::string& key, const std::vector<std::string>& names) const {
  std::string name;
  const auto named = to_text(raw(key), name) ? std::find(names.begin(), names.end(), name) : names.end();
  if (named != names.end()) return static_cast<size_t>(named - names.begin());
  expect(false, key, fmt::format("one of: {}", fmt::join(names, ", ")));
  return 0;
}

std::vector<std::string> JsonReader::texts(const std::string& key) const {
  return each<std::string>(key, "a text", to_text);
}

std::vector<double> JsonReader::finites(const std::string& key) const {
  return each<double>(key, "a finite number", to_finite);
}

std::vector<float> JsonReader::finite_floats(const std::string& key) const {
  return each<float>(key, "a finite float32 number", to_finite_float);
}

std::vector<int64_t> JsonReader::integers(const std::string& key, int64_t least, int64_t most) const {
  return each<int64_t>(key, whole_number(least, most),
                       [=](const Json& json, int64_t& value) { return to_integer(json, least, most, value); });
}

JsonReader JsonReader::object(const std::string& key) const {
  return JsonReader(raw(key), place_ + "/" + key, document_);
}

std::vector<JsonReader> JsonReader::objects(const std::string& key) const {
  const Json& list = raw(key);
  expect(list.is_array(), key, "a list");
  std::vector<JsonReader> readers;
  for (size_t i = 0; list.is_array() && i < list.size(); ++i) {
    readers.push_back(JsonReader(list[i], fmt::format("{}/{}/{}", place_, key, i), document_));
  }
  return readers;
}

Status JsonReader::status() const {
  if (document_->error) return tl::unexpected<Error>(*document_->error);
  return {};
}

void JsonReader::refuse_unknown() const {
  if (!json_->is_object()) return;
  for (const auto& item : json_->items()) {
    if (known_.count(item.key()) == 0) refuse("unknown key '{}'; known keys: {}", item.key(), fmt::join(known_, ", "));
  }
}

}  // namespace apprentice
