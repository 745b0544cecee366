// SPDX-License-Identifier: Apache-2.0
// Typed reading of a JSON document from outside. The first thing wrong is kept with its place; reading goes on with
// defaults, so callers check once at the end.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice {

class ReportReader {
 public:
  using Json = nlohmann::ordered_json;
  ReportReader(const Json& node, std::string place, std::optional<Error>* error)
      : node_(&node), place_(std::move(place)), error_(error) {
    if (!node.is_object()) wrong(node, "an object");
  }

  bool has(const std::string& key) const { return node_->is_object() && node_->contains(key); }
  const Json& raw(const std::string& key) const { return has(key) ? (*node_)[key] : null(); }

  std::string text(const std::string& key) const {
    const Json& value = raw(key);
    if (value.is_string()) return value.get<std::string>();
    child(key).wrong(value, "a text");
    return "";
  }
  // null means "not a number": that is how JSON keeps NaN and infinities.
  double number(const std::string& key) const {
    const Json& value = raw(key);
    if (value.is_number()) return value.get<double>();
    if (!has(key) || !value.is_null()) child(key).wrong(value, "a number");
    return std::numeric_limits<double>::quiet_NaN();
  }
  bool flag(const std::string& key) const {
    const Json& value = raw(key);
    if (value.is_boolean()) return value.get<bool>();
    child(key).wrong(value, "true or false");
    return false;
  }
  // Everything counted here is at least 0.
  int64_t count(const std::string& key) const {
    const Json& value = raw(key);
    if (value.is_number_integer() && (!value.is_number_unsigned() || value.get<uint64_t>() <= kLargest) &&
        value.get<int64_t>() >= 0) {
      return value.get<int64_t>();
    }
    child(key).wrong(value, "a whole number of at least 0");
    return 0;
  }
  uint64_t seed(const std::string& key) const {
    const Json& value = raw(key);
    if (value.is_number_unsigned()) return value.get<uint64_t>();
    child(key).wrong(value, "a whole number of at least 0");
    return 0;
  }

  ReportReader object(const std::string& key) const { return ReportReader(raw(key), place_ + "/" + key, error_); }
  // One reader per object of a list.
  std::vector<ReportReader> objects(const std::string& key) const {
    std::vector<ReportReader> readers;
    const Json& list = raw(key);
    if (!list.is_array()) child(key).wrong(list, "a list");
    for (size_t i = 0; list.is_array() && i < list.size(); ++i) {
      readers.emplace_back(list[i], place_ + "/" + key + "/" + std::to_string(i), error_);
    }
    return readers;
  }
  // A list of values that nlohmann converts to T; `what` names T for the user.
  template <typename T>
  std::vector<T> list(const std::string& key, const char* what) const {
    try {
      return raw(key).get<std::vector<T>>();
    } catch (const Json::exception&) {
      child(key).wrong(raw(key), what);
      return {};
    }
  }
  template <typename... A>
  void refuse(fmt::format_string<A...> text, A&&... values) const {
    if (!*error_) *error_ = Error{ErrorKind::kBadInput, place_, fmt::format(text, std::forward<A>(values)...)};
  }

 private:
  struct Place {
    std::string place;
    std::optional<Error>* error;
    void wrong(const Json& found, const char* expected) const {
      if (!*error) *error = Error{ErrorKind::kBadInput, place, describe(found, expected)};
    }
  };
  static constexpr uint64_t kLargest = std::numeric_limits<int64_t>::max();
  static const Json& null() {
    static const Json nothing;
    return nothing;
  }
  static std::string describe(const Json& found, const char* expected) {
    if (found.is_null()) return fmt::format("found nothing, expected {}", expected);
    const std::string shown = found.dump(-1, ' ', false, Json::error_handler_t::replace);
    return fmt::format("found {}, expected {}", shown.size() > 60 ? shown.substr(0, 60) + "..." : shown, expected);
  }
  Place child(const std::string& key) const { return {place_ + "/" + key, error_}; }
  void wrong(const Json& found, const char* expected) const { Place{place_, error_}.wrong(found, expected); }

  const Json* node_;
  std::string place_;
  std::optional<Error>* error_;
};

}  // namespace apprentice
