// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/xgboost_model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "apprentice/base/file_kind.h"
#include "apprentice/base/files.h"

namespace apprentice::teacher {
namespace {

using Json = nlohmann::json;
constexpr int kDeepest = 64;
constexpr int64_t kMostFeatures = int64_t{1} << 24;
constexpr int64_t kMostClasses = int64_t{1} << 16;
constexpr int64_t kMostParallelTrees = int64_t{1} << 24;

// Builds the document, but no deeper and no larger than a file of this size has a right to be: a few bytes of UBJSON
// can promise any number of elements.
class BoundedBuilder : public nlohmann::detail::json_sax_dom_parser<Json> {
 public:
  using Base = nlohmann::detail::json_sax_dom_parser<Json>;
  BoundedBuilder(Json& document, size_t most_values) : Base(document, false), left_(most_values) {}
  bool null() { return take() && Base::null(); }
  bool boolean(bool value) { return take() && Base::boolean(value); }
  bool number_integer(Json::number_integer_t value) { return take() && Base::number_integer(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return take() && Base::number_unsigned(value); }
  bool number_float(double value, const std::string& text) { return take() && Base::number_float(value, text); }
  bool string(std::string& value) { return take() && Base::string(value); }
  bool binary(Json::binary_t& value) { return take() && Base::binary(value); }
  // The promised size is not passed on: what counts is what comes.
  bool start_object(size_t) { return enter() && Base::start_object(size_t(-1)); }
  bool start_array(size_t) { return enter() && Base::start_array(size_t(-1)); }
  bool end_object() { return leave() && Base::end_object(); }
  bool end_array() { return leave() && Base::end_array(); }

 private:
  bool take() { return left_-- > 0; }
  bool enter() { return ++depth_ <= kDeepest && take(); }
  bool leave() { return --depth_ >= 0; }
  size_t left_;
  int depth_ = 0;
};

// Thrown while the document is walked; never leaves parse_xgboost().
struct Broken {
  std::string what;
};

const Json& member(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end()) throw Broken{fmt::format("'{}' is missing", key)};
  return *found;
}

Json& part(Json& object, const char* key) {
  member(object, key);
  return object[key];
}

const Json& array(const Json& object, const char* key) {
  const Json& found = member(object, key);
  if (!found.is_array()) throw Broken{fmt::format("'{}' is no list", key)};
  return found;
}

std::string text(const Json& object, const char* key) {
  const Json& found = member(object, key);
  if (!found.is_string()) throw Broken{fmt::format("'{}' is no text", key)};
  return found.get<std::string>();
}

// XGBoost writes its parameters as texts.
int64_t count(const Json& object, const char* key, int64_t most) {
  const std::string digits = text(object, key);
  int64_t value = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < 0 || value > most)
    throw Broken{fmt::format("'{}' is '{}'; a number from 0 to {} was expected", key, digits, most)};
  return value;
}

std::vector<int64_t> integers(const Json& object, const char* key, int64_t least, int64_t most) {
  std::vector<int64_t> values;
  for (const Json& each : array(object, key)) {
    const int64_t value = each.is_boolean()          ? static_cast<int64_t>(each.get<bool>())
                          : each.is_number_integer() ? each.get<int64_t>()
                                                     : std::numeric_limits<int64_t>::min();
    if (value < least || value > most)
      throw Broken{
          fmt::format("'{}' holds {}; whole numbers from {} to {} were expected", key, each.dump(), least, most)};
    values.push_back(value);
  }
  return values;
}

void check_numbers(const Json& object, const char* key, size_t size) {
  const Json& values = array(object, key);
  for (const Json& value : values)
    if (!value.is_number()) throw Broken{fmt::format("'{}' holds {}, which is no number", key, value.dump())};
  if (values.size() != size) throw Broken{fmt::format("'{}' has {} entries for {} nodes", key, values.size(), size)};
}

// From the root, every node is reached at most once and has no or two children, which name it as their parent.
void check_links(const std::vector<int64_t>& left, const std::vector<int64_t>& right,
                 const std::vector<int64_t>& parents) {
  std::vector<int64_t> waiting{0};
  std::vector<bool> seen(left.size(), false);
  while (!waiting.empty()) {
    const auto node = static_cast<size_t>(waiting.back());
    waiting.pop_back();
    if (seen[node]) throw Broken{fmt::format("node {} has two parents", node)};
    seen[node] = true;
    if ((left[node] < 0) != (right[node] < 0)) throw Broken{fmt::format("node {} has one child", node)};
    if (left[node] < 0) continue;
    for (const int64_t child : {left[node], right[node]}) {
      if (parents[static_cast<size_t>(child)] != static_cast<int64_t>(node))
        throw Broken{fmt::format("node {} is no child of node {}", child, node)};
      waiting.push_back(child);
    }
  }
}

void check_categories(const Json& tree, int64_t nodes) {
  if (!tree.contains("categories")) return;
  const std::vector<int64_t> values = integers(tree, "categories", 0, kMostFeatures);
  const auto most = static_cast<int64_t>(values.size());
  const std::vector<int64_t> at = integers(tree, "categories_nodes", 0, nodes - 1);
  const std::vector<int64_t> begins = integers(tree, "categories_segments", 0, most);
  const std::vector<int64_t> sizes = integers(tree, "categories_sizes", 0, most);
  if (at.size() != begins.size() || at.size() != sizes.size()) throw Broken{"its lists of categories differ in size"};
  for (size_t i = 0; i < at.size(); ++i)
    if (begins[i] + sizes[i] > most) throw Broken{fmt::format("the categories of node {} are not all there", at[i])};
}

// Thresholds of categorical splits say nothing, and XGBoost 1.7 writes NaN there, which JSON has no word for: a zero
// stands in. Any other threshold must be a number.
void settle_thresholds(Json& tree, size_t nodes) {
  const std::vector<int64_t> kinds =
      tree.contains("split_type") ? integers(tree, "split_type", 0, 1) : std::vector<int64_t>(nodes, 0);
  if (kinds.size() != nodes) throw Broken{"'split_type' does not have one entry for each node"};
  array(tree, "split_conditions");
  Json& thresholds = part(tree, "split_conditions");
  for (size_t i = 0; i < thresholds.size(); ++i) {
    const bool number = thresholds[i].is_number() && std::isfinite(thresholds[i].get<double>());
    if (number) continue;
    if (i >= nodes || kinds[i] == 0) throw Broken{fmt::format("the threshold of node {} is no finite number", i)};
    thresholds[i] = 0.0;
  }
}

int64_t check_tree(Json& tree, int64_t features) {
  const Json& parameters = member(tree, "tree_param");
  const int64_t nodes = count(parameters, "num_nodes", std::numeric_limits<int32_t>::max());
  if (nodes < 1) throw Broken{"it has no nodes"};
  if (parameters.contains("size_leaf_vector") && count(parameters, "size_leaf_vector", kMostClasses) > 1)
    throw Broken{"its leaves hold several values (multi_strategy = multi_output_tree), which is not supported"};
  const std::vector<int64_t> left = integers(tree, "left_children", -1, nodes - 1);
  const std::vector<int64_t> right = integers(tree, "right_children", -1, nodes - 1);
  const std::vector<int64_t> parents =
      integers(tree, "parents", std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max());
  const std::vector<int64_t> splits = integers(tree, "split_indices", 0, std::max<int64_t>(features - 1, 0));
  const std::vector<int64_t> defaults = integers(tree, "default_left", 0, 1);
  const auto size = static_cast<size_t>(nodes);
  for (const auto* list : {&left, &right, &parents, &splits, &defaults})
    if (list->size() != size) throw Broken{fmt::format("a list has {} entries for {} nodes", list->size(), nodes)};
  settle_thresholds(tree, size);
  for (const char* key : {"split_conditions", "base_weights", "loss_changes", "sum_hessian"})
    check_numbers(tree, key, size);
  check_links(left, right, parents);
  check_categories(tree, nodes);
  return nodes;
}

void check_forest(Json& model, XgboostModel& out) {
  array(model, "trees");
  Json& trees = part(model, "trees");
  out.trees = static_cast<int64_t>(trees.size());
  const Json& parameters = member(model, "gbtree_model_param");
  const int64_t parallel =
      parameters.contains("num_parallel_tree") ? count(parameters, "num_parallel_tree", kMostParallelTrees) : 1;
  out.rounds = out.trees / (std::max<int64_t>(parallel, 1) * out.outputs());
  if (count(parameters, "num_trees", std::numeric_limits<int32_t>::max()) != out.trees)
    throw Broken{fmt::format("'num_trees' is not {}, the number of trees in the file", out.trees)};
  if (integers(model, "tree_info", 0, out.outputs() - 1).size() != trees.size())
    throw Broken{"'tree_info' does not have one entry for each tree"};
  for (size_t i = 0; i < trees.size(); ++i) {
    try {
      out.nodes += check_tree(trees[i], out.features);
    } catch (const Broken& broken) {
      throw Broken{fmt::format("tree {}: {}", i, broken.what)};
    }
  }
}

void check_booster(Json& booster, XgboostModel& out) {
  out.booster = text(booster, "name");
  if (out.booster == "gbtree") return check_forest(part(booster, "model"), out);
  if (out.booster == "dart") {
    check_forest(part(part(booster, "gbtree"), "model"), out);
    return check_numbers(booster, "weight_drop", static_cast<size_t>(out.trees));
  }
  if (out.booster != "gblinear")
    throw Broken{fmt::format("the booster '{}' is unknown; known boosters: dart, gblinear, gbtree", out.booster)};
  check_numbers(member(booster, "model"), "weights", static_cast<size_t>((out.features + 1) * out.outputs()));
}

// From 3.1 on XGBoost writes "[5E-1]", one entry per output; 1.7 reads one number.
void flatten_base_score(Json& parameters) {
  std::string score = text(parameters, "base_score");
  if (score.size() < 2 || score.front() != '[' || score.back() != ']') return;
  score = score.substr(1, score.size() - 2);
  std::set<std::string> different;
  for (size_t begin = 0; begin <= score.size();) {
    const size_t end = std::min(score.find(',', begin), score.size());
    different.insert(score.substr(begin, end - begin));
    begin = end + 1;
  }
  if (different.size() != 1)
    throw Broken{
        "'base_score' differs between classes, which libxgboost 1.7 cannot compute; train with base_score = 0.5, or "
        "use source = \"program\""};
  parameters["base_score"] = *different.begin();
}

// Where early stopping left its word, rounds after the best one are worse. What is no round of the file says nothing: a
// model that was cut keeps the word of the whole.
void read_best_round(const Json& learner, XgboostModel& out) {
  const auto attributes = learner.find("attributes");
  if (attributes == learner.end() || !attributes->is_object() || !attributes->contains("best_iteration")) return;
  const Json& best = (*attributes)["best_iteration"];
  if (!best.is_string()) return;
  const std::string digits = best.get<std::string>();
  int64_t round = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), round);
  if (error == std::errc() && end == digits.data() + digits.size() && round >= 0 && round + 1 < out.rounds)
    out.best_rounds = round + 1;
}

void read_learner(Json& root, XgboostModel& out) {
  Json& learner = part(root, "learner");
  Json& parameters = part(learner, "learner_model_param");
  out.features = count(parameters, "num_feature", kMostFeatures);
  out.classes = count(parameters, "num_class", kMostClasses);
  if (parameters.contains("num_target") && count(parameters, "num_target", kMostClasses) > 1)
    throw Broken{"it predicts several targets, which is not supported"};
  flatten_base_score(parameters);
  out.objective = text(member(learner, "objective"), "name");
  if (learner.contains("feature_names"))
    for (const Json& name : array(learner, "feature_names"))
      out.feature_names.push_back(name.is_string() ? name.get<std::string>() : name.dump());
  if (!out.feature_names.empty() && static_cast<int64_t>(out.feature_names.size()) != out.features)
    throw Broken{fmt::format("it names {} features of {}", out.feature_names.size(), out.features)};
  for (const int64_t part : integers(root, "version", 0, 1000))
    out.version += (out.version.empty() ? "" : ".") + std::to_string(part);
  check_booster(part(learner, "gradient_booster"), out);
  read_best_round(learner, out);
}

// XGBoost writes NaN outside of texts, which is no JSON.
std::string with_null_for_nan(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  bool in_text = false;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '"') in_text = !in_text;
    if (in_text && bytes[i] == '\\' && i + 1 < bytes.size()) out += bytes[i++];
    if (!in_text && bytes.compare(i, 3, "NaN") == 0) {
      out += "null";
      i += 2;
    } else {
      out += bytes[i];
    }
  }
  return out;
}

bool looks_like_json(std::string_view bytes) {
  const size_t at = bytes.find_first_not_of(" \t\r\n", 1);
  return bytes[0] == '{' && at != std::string_view::npos && (bytes[at] == '"' || bytes[at] == '}');
}

}  // namespace

Result<XgboostModel> parse_xgboost(std::string_view bytes, const std::string& place) {
  if (bytes.empty() || bytes[0] != '{')
    return bad_input(place, "is no XGBoost model in JSON or UBJ; save_model(\"model.json\") writes one{}",
                     is_rather(bytes));
  Json root;
  BoundedBuilder builder(root, bytes.size());
  const auto format = looks_like_json(bytes) ? Json::input_format_t::json : Json::input_format_t::ubjson;
  std::string mended;
  if (format == Json::input_format_t::json && bytes.find("NaN") != std::string_view::npos)
    bytes = mended = with_null_for_nan(bytes);
  if (!Json::sax_parse(bytes.begin(), bytes.end(), &builder, format))
    return bad_input(place, "is damaged: it is no {} document of at most {} levels",
                     format == Json::input_format_t::json ? "JSON" : "UBJSON", kDeepest);
  try {
    XgboostModel model;
    read_learner(root, model);
    model.json = root.dump();
    return model;
  } catch (const Broken& broken) {
    return bad_input(place, "is no XGBoost model that can be run: {}", broken.what);
  } catch (const Json::exception& error) {  // texts that are not UTF-8
    return bad_input(place, "is no XGBoost model that can be run: {}", error.what());
  }
}

}  // namespace apprentice::teacher
