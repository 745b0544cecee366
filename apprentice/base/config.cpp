// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/config.h"

#include <toml++/toml.h>
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "apprentice/base/files.h"
#include "apprentice/base/nearest.h"
#include "apprentice/base/nesting.h"

namespace apprentice {

using Json = nlohmann::ordered_json;

struct Config::Node {
  struct Document {
    toml::table root;
    std::string name;
  };
  std::shared_ptr<const Document> document;
  const toml::table* table;
  std::string title;  // "[train]", for messages about missing keys
  // The first one of this Config, of its children and of what it is a child of.
  std::shared_ptr<std::optional<Error>> error = std::make_shared<std::optional<Error>>();
  std::vector<std::string> read;
  std::map<std::string, Json> values;
  std::map<std::string, std::vector<Config>> children;
  std::set<std::string> lists;  // children that are arrays of tables

  Node(std::shared_ptr<const Document> of, const toml::table* part) : document(std::move(of)), table(part) {}
  explicit Node(std::shared_ptr<const Document> whole) : Node(whole, &whole->root) {}
  // Of a table or an entry of a list of tables.
  Config child(const toml::table* part, std::string called) const {
    Node node(document, part);
    node.title = std::move(called);
    node.error = error;
    return Config(std::move(node));
  }
  void keep_error_in(const std::shared_ptr<std::optional<Error>>& place) {
    error = place;
    for (auto& [key, of_key] : children) {
      for (Config& each : of_key) each.node_->keep_error_in(place);
    }
  }
};

namespace {

std::string place_of(const std::string& name, const toml::source_region& source) {
  if (!source.begin) return name;
  return fmt::format("{}:{}:{}", name, source.begin.line, source.begin.column);
}

std::string place_at(const std::string& name, const std::string& text, size_t at) {
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
  const size_t before = text.rfind('\n', at == 0 ? 0 : at - 1);
  return fmt::format("{}:{}:{}", name, line, before == std::string::npos ? at + 1 : at - before);
}

Json to_json(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* boolean = node.as_boolean()) return boolean->get();
  if (const auto* array = node.as_array()) {
    Json list = Json::array();
    for (const auto& item : *array) list.push_back(to_json(item));
    return list;
  }
  return nullptr;
}

bool convert(const toml::node& node, bool& value) {
  const auto* boolean = node.as_boolean();
  if (boolean != nullptr) value = boolean->get();
  return boolean != nullptr;
}

bool convert(const toml::node& node, int64_t& value) {
  const auto* integer = node.as_integer();
  if (integer != nullptr) value = integer->get();
  return integer != nullptr;
}

bool convert(const toml::node& node, int& value) {
  int64_t wide = 0;
  if (!convert(node, wide) || wide < INT32_MIN || wide > INT32_MAX) return false;
  value = static_cast<int>(wide);
  return true;
}

bool convert(const toml::node& node, uint64_t& value) {
  int64_t wide = 0;
  if (!convert(node, wide) || wide < 0) return false;
  value = static_cast<uint64_t>(wide);
  return true;
}

bool convert(const toml::node& node, double& value) {
  int64_t integer = 0;
  if (convert(node, integer)) {
    value = static_cast<double>(integer);
    return true;
  }
  const auto* number = node.as_floating_point();
  if (number == nullptr || !std::isfinite(number->get())) return false;
  value = number->get();
  return true;
}

bool convert(const toml::node& node, float& value) {
  double wide = 0.0;
  if (!convert(node, wide)) return false;
  value = static_cast<float>(wide);
  return std::isfinite(value);
}

bool convert(const toml::node& node, std::string& value) {
  const auto* text = node.as_string();
  // A path would end at a zero byte, and be that of another file.
  if (text == nullptr || text->get().find('\0') != std::string::npos) return false;
  value = text->get();
  return true;
}

template <typename T>
bool convert(const toml::node& node, std::vector<T>& value) {
  std::vector<T> items;
  if (const auto* array = node.as_array()) {
    for (const auto& element : *array) {
      T item{};
      if (!convert(element, item)) return false;
      items.push_back(std::move(item));
    }
  } else if constexpr (std::is_same_v<T, std::string>) {
    std::string item;
    if (!convert(node, item)) return false;
    items.push_back(std::move(item));
  } else {
    return false;
  }
  value = std::move(items);
  return true;
}

template <typename T>
const char* expected_name() {
  if constexpr (std::is_same_v<T, bool>)
    return "true or false";
  else if constexpr (std::is_same_v<T, uint64_t>)
    return "an integer of at least 0";
  else if constexpr (std::is_integral_v<T>)
    return "an integer";
  else if constexpr (std::is_floating_point_v<T>)
    return "a finite number";
  else if constexpr (std::is_same_v<T, std::string>)
    return "a text in quotes, without zero bytes";
  else if constexpr (std::is_same_v<T, std::vector<std::string>>)
    return "a list of texts";
  else if constexpr (std::is_same_v<T, std::vector<int64_t>>)
    return "a list of integers";
  else
    return "a list of finite numbers";
}

std::string type_name(const toml::node& node) {
  if (const auto* text = node.as_string()) {
    constexpr size_t kShown = 60;
    const bool whole = text->get().size() <= kShown;
    return fmt::format("the text '{}{}'", text->get().substr(0, kShown), whole ? "" : "...");
  }
  if (node.is_integer()) return fmt::format("the integer {}", node.as_integer()->get());
  if (node.is_floating_point()) return fmt::format("the number {}", node.as_floating_point()->get());
  if (node.is_boolean()) return node.as_boolean()->get() ? "true" : "false";
  if (node.is_array()) return "a list";
  if (node.is_table()) return "a table";
  return "a date or time";
}

template <typename Node>
void record_read(Node& node, const std::string& key) {
  if (std::find(node.read.begin(), node.read.end(), key) == node.read.end()) node.read.push_back(key);
}

}  // namespace

Config::Config() : Config(Node(std::make_shared<const Node::Document>())) {}
Config::Config(Node node) : node_(std::make_unique<Node>(std::move(node))) {}
Config::Config(const Config& other) : Config(*other.node_) {
  node_->keep_error_in(std::make_shared<std::optional<Error>>(*node_->error));
}
Config::Config(Config&& other) noexcept = default;
Config& Config::operator=(Config other) noexcept {
  node_.swap(other.node_);
  return *this;
}
Config::~Config() = default;

Result<Config> Config::parse_file(const std::string& path) {
  APPRENTICE_TRY(const std::string text, read_file(path, int64_t{16} << 20));
  return parse(text, path);
}

static Result<toml::table> parse_toml(const std::string& text, const std::string& name) {
  if (const size_t at = too_deep_in_toml(text); at != std::string::npos) {
    return bad_input(place_at(name, text, at), "keys, tables or lists lie more than {} levels inside each other",
                     kMostLevels);
  }
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    return bad_input(place_of(name, error.source()), "not valid TOML: {}", error.description());
  }
}

Result<Config> Config::parse(const std::string& text, const std::string& name) {
  APPRENTICE_TRY(toml::table root, parse_toml(text, name));
  return Config(Node(std::make_shared<const Node::Document>(Node::Document{std::move(root), name})));
}

// Nodes are moved, since a copy of one forgets its place in the file.
static void lay_over(toml::table& root, toml::table& entry, const ConfigLayer& layer) {
  const auto found = entry.find(layer.table);
  if (found == entry.end()) return;
  toml::table* own = found->second.as_table();
  toml::table* base = root[layer.table].as_table();
  const bool alone = own == nullptr || base == nullptr ||
                     std::any_of(layer.owners.begin(), layer.owners.end(),
                                 [&](const std::string& owner) { return own->contains(owner); });
  if (alone)
    root.insert_or_assign(layer.table, std::move(found->second));
  else
    for (auto&& [key, value] : *own) base->insert_or_assign(key, std::move(value));
  entry.erase(found);
}

Result<Config> Config::parse_entry(const std::string& text, const std::string& name, const std::string& list,
                                   size_t index, const std::vector<ConfigLayer>& layers) {
  APPRENTICE_TRY(toml::table root, parse_toml(text, name));
  toml::array* entries = root[list].as_array();
  promise(entries != nullptr && index < entries->size(), "the entry of the list is there");
  toml::table entry = std::move(*entries->get(index)->as_table());
  for (const ConfigLayer& layer : layers) lay_over(root, entry, layer);
  root.insert_or_assign(list, std::move(entry));
  return Config(Node(std::make_shared<const Node::Document>(Node::Document{std::move(root), name})));
}

bool Config::is_list_of_tables(const std::string& key) const {
  const toml::node* value = node_->table->get(key);
  const toml::array* array = value == nullptr ? nullptr : value->as_array();
  return array != nullptr && !array->empty() && array->is_homogeneous(toml::node_type::table);
}

bool Config::has(const std::string& key) const { return node_->table->contains(key); }

std::vector<std::string> Config::keys() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : *node_->table) names.emplace_back(key.str());
  return names;
}

const std::string& Config::document() const { return node_->document->name; }

std::string Config::place() const { return place_of(node_->document->name, node_->table->source()); }

std::string Config::place(const std::string& key) const {
  const toml::node* value = node_->table->get(key);
  return value != nullptr ? place_of(node_->document->name, value->source()) : place();
}

void Config::reject(const std::string& key, const std::string& message) {
  if (!*node_->error) *node_->error = Error{ErrorKind::kBadInput, place(key), message};
}

void Config::missing(const std::string& key) {
  reject(key, fmt::format("key '{}' is missing{}", key, node_->title.empty() ? "" : " in " + node_->title));
}

template <typename T, typename Fn>
static void read_into(const toml::node* value, const std::string& key, T& target, Fn reject) {
  if (value != nullptr && !convert(*value, target)) {
    reject(fmt::format("'{}' is {}; expected {}", key, type_name(*value), expected_name<T>()));
  }
}

#define APPRENTICE_CONFIG_READ(T)                                                                             \
  Config& Config::read(const std::string& key, T& value) {                                                    \
    record_read(*node_, key);                                                                                 \
    read_into(node_->table->get(key), key, value, [&](const std::string& message) { reject(key, message); }); \
    node_->values[key] = value;                                                                               \
    return *this;                                                                                             \
  }
APPRENTICE_CONFIG_READ(bool)
APPRENTICE_CONFIG_READ(int64_t)
APPRENTICE_CONFIG_READ(int)
APPRENTICE_CONFIG_READ(uint64_t)
APPRENTICE_CONFIG_READ(double)
APPRENTICE_CONFIG_READ(float)
APPRENTICE_CONFIG_READ(std::string)
APPRENTICE_CONFIG_READ(std::vector<double>)
APPRENTICE_CONFIG_READ(std::vector<float>)
APPRENTICE_CONFIG_READ(std::vector<int64_t>)
APPRENTICE_CONFIG_READ(std::vector<std::string>)
#undef APPRENTICE_CONFIG_READ

Config& Config::read_choice(const std::string& key, std::string& value, const std::vector<std::string>& choices) {
  read(key, value);
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
    reject(key, fmt::format("unknown {} '{}'; {}", key, value, known_names("values", choices, value)));
  }
  return *this;
}

Json Config::read_any(const std::string& key, const Json& fallback) {
  record_read(*node_, key);
  const toml::node* value = node_->table->get(key);
  Json json = value != nullptr ? to_json(*value) : fallback;
  if (!json.is_null()) node_->values[key] = json;
  return json;
}

Config& Config::table(const std::string& key) {
  record_read(*node_, key);
  std::vector<Config>& children = node_->children[key];
  if (!children.empty()) return children.front();
  static const toml::table kEmpty;
  const toml::table* part = &kEmpty;
  if (const toml::node* value = node_->table->get(key)) {
    if (value->is_table())
      part = value->as_table();
    else
      reject(key, fmt::format("'{}' is {}; expected a table [{}]", key, type_name(*value), key));
  }
  return children.emplace_back(node_->child(part, "[" + key + "]"));
}

std::vector<Config>& Config::tables(const std::string& key) {
  record_read(*node_, key);
  node_->lists.insert(key);
  std::vector<Config>& children = node_->children[key];
  const toml::node* value = node_->table->get(key);
  if (!children.empty() || value == nullptr) return children;
  const toml::array* array = value->as_array();
  if (array == nullptr || !array->is_homogeneous(toml::node_type::table)) {
    reject(key, fmt::format("'{}' is {}; expected tables [[{}]]", key, type_name(*value), key));
    return children;
  }
  for (const auto& entry : *array) children.push_back(node_->child(entry.as_table(), "[[" + key + "]]"));
  return children;
}

Status Config::finish() {
  for (const auto& [key, value] : *node_->table) {
    const std::string name(key.str());
    if (std::find(node_->read.begin(), node_->read.end(), name) != node_->read.end()) continue;
    if (!*node_->error) {
      *node_->error =
          Error{ErrorKind::kBadInput, place_of(node_->document->name, key.source()),
                fmt::format("unknown key '{}'{}; {}", name, node_->title.empty() ? "" : " in " + node_->title,
                            known_names("keys", node_->read, name))};
    }
    break;
  }
  for (auto& [key, children] : node_->children) {
    for (Config& child : children) static_cast<void>(child.finish());
  }
  if (*node_->error) return tl::unexpected<Error>(**node_->error);
  return {};
}

Json Config::resolved() const {
  Json json = Json::object();
  for (const std::string& key : node_->read) {
    if (const auto value = node_->values.find(key); value != node_->values.end()) json[key] = value->second;
    const auto children = node_->children.find(key);
    if (children == node_->children.end() || children->second.empty()) continue;
    if (node_->lists.count(key) == 0) {
      Json table = children->second.front().resolved();
      if (!table.empty()) json[key] = std::move(table);
      continue;
    }
    for (const Config& child : children->second) json[key].push_back(child.resolved());
  }
  return json;
}

std::string known_names(const std::string& what, std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return fmt::format("known {}: {}", what, fmt::join(names, ", "));
}

}  // namespace apprentice
