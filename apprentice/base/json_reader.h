// SPDX-License-Identifier: Apache-2.0
// JSON that came from outside: parsing that cannot overflow the stack, then typed reading of its objects. The first
// thing wrong in a document is kept with its place (RFC 6901), what was found and what was expected:
//   report.json#/models/2/macs: found "many", expected a whole number of at least 0
// Reading goes on with zeros and empty texts, so callers look once, at the end: status().
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice {

// Refuses what is no JSON, or nests more than 64 levels deep. `possible`, what the user can do, ends the sentence.
Result<nlohmann::ordered_json> parse_json(std::string_view text, const std::string& place,
                                          const std::string& possible = "");
Result<nlohmann::ordered_json> read_json(const std::string& path, int64_t max_bytes, const std::string& possible = "");
// The text of a JSON value, without line breaks; bytes that are not UTF-8 are replaced, never thrown upon.
std::string json_text(const nlohmann::ordered_json& json);

class JsonReader {
 public:
  using Json = nlohmann::ordered_json;
  // Of a whole document, called `place` in messages, which `possible` ends. `json` must outlive all its readers.
  JsonReader(const Json& json, const std::string& place, const std::string& possible = "");
  JsonReader(Json&& json, const std::string& place, const std::string& possible = "") = delete;

  // Keys asked for are known: refuse_unknown() refuses all others.
  bool has(const std::string& key) const;
  // All keys of the object, which are known from now on.
  std::vector<std::string> keys() const;
  // Null where it is missing.
  const Json& raw(const std::string& key) const;

  // Each needs its key.
  std::string text(const std::string& key) const;
  bool flag(const std::string& key) const;
  int64_t integer(const std::string& key, int64_t least, int64_t most) const;
  int64_t count(const std::string& key) const { return integer(key, 0, std::numeric_limits<int64_t>::max()); }
  uint64_t seed(const std::string& key) const;
  // null means "not a number": that is how JSON keeps NaN and infinities.
  double number(const std::string& key) const;
  double finite(const std::string& key) const;
  float finite_float(const std::string& key) const;
  // The value of an enumeration whose names, in its order, these are.
  template <typename E, size_t N>
  E choice(const std::string& key, const char* const (&names)[N]) const {
    return static_cast<E>(index_of(key, {names, names + N}));
  }

  std::vector<std::string> texts(const std::string& key) const;
  std::vector<double> finites(const std::string& key) const;
  std::vector<float> finite_floats(const std::string& key) const;
  std::vector<int64_t> integers(const std::string& key, int64_t least, int64_t most) const;
  // Exactly so many.
  template <size_t N>
  std::array<int64_t, N> integers(const std::string& key, int64_t least, int64_t most) const {
    const std::vector<int64_t> list = integers(key, least, most);
    std::array<int64_t, N> values{};
    if (list.size() == N)
      std::copy(list.begin(), list.end(), values.begin());
    else
      expect(false, key, fmt::format("{} numbers", N));
    return values;
  }
  // Lists of lists and the like, as nlohmann converts them; `expected` names T for the user.
  template <typename T>
  std::vector<T> list(const std::string& key, const char* expected) const {
    try {
      return raw(key).get<std::vector<T>>();
    } catch (const Json::exception&) {
      expect(false, key, expected);
      return {};
    }
  }

  JsonReader object(const std::string& key) const;
  // One reader per object of a list.
  std::vector<JsonReader> objects(const std::string& key) const;

  // What is wrong beyond types: with this object, or with the value of a key.
  template <typename... A>
  void refuse(fmt::format_string<A...> text, A&&... values) const {
    keep(place_, fmt::format(text, std::forward<A>(values)...));
  }
  void expect(bool holds, const std::string& key, const std::string& expected) const;

  // Of a key that nobody asked for.
  void refuse_unknown() const;
  // The first thing wrong anywhere in the document so far.
  Status status() const;

 private:
  struct Document {
    std::string possible;
    std::optional<Error> error;
  };
  JsonReader(const Json& json, std::string place, std::shared_ptr<Document> document);
  size_t index_of(const std::string& key, const std::vector<std::string>& names) const;
  void keep(const std::string& place, const std::string& message) const;
  template <typename T, typename Read>
  T one(const std::string& key, const std::string& expected, Read read) const;
  template <typename T, typename Read>
  std::vector<T> each(const std::string& key, const std::string& expected, Read read) const;

  const Json* json_;
  std::string place_;
  std::shared_ptr<Document> document_;
  mutable std::set<std::string> known_;
};

}  // namespace apprentice
