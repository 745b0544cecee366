// SPDX-License-Identifier: Apache-2.0
// A read-only view of one TOML table (toml.io 1.0, by toml++), with positions for error messages.
//
//   Config c = ...;                       // the [train] table
//   TrainOptions o;
//   c.read("epochs", o.epochs);           // keeps the default when absent
//   c.read("batch_size", o.batch_size);
//   APPRENTICE_CHECK(c.finish());         // first wrong type, missing key, or unknown key (with the known ones)
//
// Errors stick: the first one is kept and reported by finish(). Every value read, default or not, is echoed in
// resolved(), which is what `apprentice explain` prints. A value: a copy knows what was read so far and goes its own
// way from there, so that each thread may read a copy of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice {

// A table of which an entry may have its own: each key that the entry gives replaces the document's. An entry that
// gives one of `owners` says what kind of thing the table is about, so that the document's keys no longer apply to it.
struct ConfigLayer {
  std::string table;
  std::vector<std::string> owners;
};

class Config {
 public:
  // An empty table, for defaults.
  Config();
  Config(const Config& other);
  Config(Config&& other) noexcept;
  Config& operator=(Config other) noexcept;
  ~Config();
  static Result<Config> parse_file(const std::string& path);
  // `name` stands for the file in error messages.
  static Result<Config> parse(const std::string& text, const std::string& name);
  // The document as entry `index` of its array of tables [[list]] sees it: that entry is the table [list], and its
  // sub-tables named in `layers` lie over the document's own. The entry must be there and be a table.
  static Result<Config> parse_entry(const std::string& text, const std::string& name, const std::string& list,
                                    size_t index, const std::vector<ConfigLayer>& layers);

  bool has(const std::string& key) const;
  // Whether the key is an array of tables, [[key]].
  bool is_list_of_tables(const std::string& key) const;
  std::vector<std::string> keys() const;

  // Each keeps `value` when the key is absent. Numbers must be finite; an integer is accepted where a float is read.
  Config& read(const std::string& key, bool& value);
  Config& read(const std::string& key, int64_t& value);
  Config& read(const std::string& key, int& value);
  Config& read(const std::string& key, uint64_t& value);
  Config& read(const std::string& key, double& value);
  Config& read(const std::string& key, float& value);
  Config& read(const std::string& key, std::string& value);
  Config& read(const std::string& key, std::vector<double>& value);
  Config& read(const std::string& key, std::vector<float>& value);
  Config& read(const std::string& key, std::vector<int64_t>& value);
  // A single string is accepted where a list of strings is read.
  Config& read(const std::string& key, std::vector<std::string>& value);
  // A string that must be one of `choices`.
  Config& read_choice(const std::string& key, std::string& value, const std::vector<std::string>& choices);
  // As read, and refused outside [least, most]; the value is then `least`, so that what follows can count on its
  // bounds.
  template <typename T>
  Config& read_bounded(const std::string& key, T& value, std::common_type_t<T> least, std::common_type_t<T> most) {
    read(key, value);
    if (value >= least && value <= most) return *this;
    reject(key, fmt::format("'{}' is {}; expected {} to {}", key, value, least, most));
    value = least;
    return *this;
  }
  // As read, but absence is an error.
  template <typename T>
  Config& require(const std::string& key, T& value) {
    if (!has(key)) missing(key);
    return read(key, value);
  }
  // A scalar or list of any type as JSON (for columns = values filters); `fallback` when absent.
  nlohmann::ordered_json read_any(const std::string& key, const nlohmann::ordered_json& fallback = nullptr);

  // A sub-table; an empty one when absent. A part of this Config, which knows its errors and its echo.
  Config& table(const std::string& key);
  // An array of tables; empty when absent.
  std::vector<Config>& tables(const std::string& key);

  // "job.toml:12:8", the place of a key, or of the table when the key is absent.
  std::string place(const std::string& key) const;
  std::string place() const;
  // "job.toml"
  const std::string& document() const;
  // Records an error found by the caller; the first one wins.
  void reject(const std::string& key, const std::string& message);

  // The first error of this table and the tables read from it: wrong type, missing key, unknown key.
  Status finish();
  // Every key read so far with the value in force, tables nested.
  nlohmann::ordered_json resolved() const;

 private:
  struct Node;
  explicit Config(Node node);
  void missing(const std::string& key);
  std::unique_ptr<Node> node_;
};

// "known losses: ce, dkd, kd" made from names, for messages about unknown names.
std::string known_names(const std::string& what, std::vector<std::string> names);

}  // namespace apprentice
