// SPDX-License-Identifier: Apache-2.0
// The table [relevance] of a job, applied to its data.
#include <algorithm>
#include <set>

#include "apprentice/base/nearest.h"
#include "apprentice/data/relevance.h"

namespace apprentice::data {
namespace {

struct Keys {
  std::vector<std::string> classes, channels;  // empty = all
  bool drop_rest = false;
  int64_t every = 1, window = 0;
  Selector where;
};

Keys read_keys(Config& table) {
  Keys keys;
  std::string rest = "other";
  table.read("classes", keys.classes);
  table.read_choice("rest", rest, {"other", "drop"});
  table.read("channels", keys.channels).read("every", keys.every).read("window", keys.window);
  keys.where = read_selector(table, "where");
  keys.drop_rest = rest == "drop";
  if (keys.every < 1) table.reject("every", fmt::format("'every' is {}; expected at least 1", keys.every));
  if (keys.window < 0) table.reject("window", fmt::format("'window' is {}; expected at least 0", keys.window));
  return keys;
}

// Positions of `wanted` in `names`, ascending; all of them where none is wanted.
Result<std::vector<int64_t>> positions(const Config& table, const std::string& key, const std::string& what,
                                       const std::vector<std::string>& wanted, const std::vector<std::string>& names) {
  std::set<int64_t> found;
  for (const std::string& name : wanted) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) {
      return bad_input(table.place(key), "the data has no {} '{}'; {}", what, name, known_names(key, names, name));
    }
    found.insert(at - names.begin());
  }
  for (size_t i = 0; i < names.size() && wanted.empty(); ++i) found.insert(static_cast<int64_t>(i));
  return std::vector<int64_t>(found.begin(), found.end());
}

Result<KeptClasses> keep_classes(const Config& table, const Keys& keys, const DatasetInfo& info) {
  KeptClasses classes;
  classes.of = static_cast<int64_t>(info.class_names.size());
  if (info.task == TaskKind::kRegression && !keys.classes.empty()) {
    return bad_input(table.place("classes"), "the task is regression, which has no classes to keep");
  }
  APPRENTICE_TRY(classes.kept, positions(table, "classes", "class", keys.classes, info.class_names));
  classes.has_other = !keys.drop_rest && !classes.is_everything();
  if (info.task == TaskKind::kClassification && classes.outputs() < 2) {
    return bad_input(table.place("classes"),
                     "one class alone leaves nothing to tell apart; keep at least two, or rest = \"other\"");
  }
  for (const int64_t kept : classes.kept) {
    if (!classes.has_other || info.class_names[static_cast<size_t>(kept)] != kOtherClass) continue;
    return bad_input(table.place("classes"),
                     "the kept class '{}' has the name of the class of all others; rename it with "
                     "[data.label_map], or set rest = \"drop\"",
                     kOtherClass);
  }
  return classes;
}

Result<KeptValues> keep_values(const Config& table, const Keys& keys, const DatasetInfo& info) {
  KeptValues values;
  APPRENTICE_TRY(values.channels, positions(table, "channels", "channel", keys.channels, channel_names(info)));
  const bool has_time = info.sample_shape.size() == 2;
  if (!has_time && (keys.every > 1 || keys.window > 0)) {
    return bad_input(table.place(keys.every > 1 ? "every" : "window"),
                     "samples are {}, without a time axis; 'every' and 'window' are for windows [channels, time]",
                     to_string(info.sample_shape));
  }
  if (!has_time) return values;
  const int64_t available = info.sample_shape[1] / keys.every;
  values.every = keys.every;
  values.readings = keys.window > 0 ? keys.window : available;
  if (available < 1 || values.readings > available) {
    return bad_input(table.place(keys.window > 0 ? "window" : "every"),
                     "a sample of {} steps gives {} readings of every {}; the window of {} is longer",
                     info.sample_shape[1], available, keys.every, std::max<int64_t>(1, keys.window));
  }
  return values;
}

const std::string* attribute(const Dataset& data, int32_t group, const std::string& name) {
  if (name == "group") return &data.group_name(group);
  const auto& attributes = data.group_attributes(group);
  const auto found = attributes.find(name);
  return found == attributes.end() ? nullptr : &found->second;
}

std::set<std::string> attribute_names(const Dataset& data) {
  std::set<std::string> names = {"group"};
  std::set<int32_t> seen;
  for (int64_t i = 0; i < data.size(); ++i) {
    const int32_t group = data.sample_info(i).group;
    if (!seen.insert(group).second) continue;
    for (const auto& [name, value] : data.group_attributes(group)) names.insert(name);
  }
  return names;
}

Status check_attributes(const Config& table, const Selector& where, const Dataset& data) {
  if (where.conditions.empty()) return {};
  const std::set<std::string> names = attribute_names(data);
  for (const Condition& condition : where.conditions) {
    if (names.count(condition.column) > 0) continue;
    return bad_input(table.place("where"), "no recording or group has the attribute '{}'; {}", condition.column,
                     known_names("attributes", {names.begin(), names.end()}, condition.column));
  }
  return {};
}

bool selects(const Selector& where, const Dataset& data, int32_t group) {
  return std::all_of(where.conditions.begin(), where.conditions.end(), [&](const Condition& condition) {
    const std::string* value = attribute(data, group, condition.column);
    return value != nullptr && condition.holds(*value);
  });
}

struct Kept {
  KeptClasses classes;
  KeptValues values;
};

Result<std::shared_ptr<const RelevantDataset>> keep(const Config& table, const Keys& keys, const Kept& kept,
                                                    const std::shared_ptr<const Dataset>& full, const char* side) {
  std::vector<int64_t> indices;
  int64_t selected = 0;
  const bool classification = full->info().task == TaskKind::kClassification;
  for (int64_t i = 0; i < full->size(); ++i) {
    const SampleInfo info = full->sample_info(i);
    if (!selects(keys.where, *full, info.group)) continue;
    ++selected;
    if (!classification || kept.classes.index_of(info.label) >= 0) indices.push_back(i);
  }
  if (selected == 0) {
    return bad_input(table.place("where"), "selects none of the {} {} samples", full->size(), side);
  }
  if (indices.empty()) {
    return bad_input(table.place("classes"), "none of the {} {} samples has one of the kept classes", selected, side);
  }
  return std::make_shared<const RelevantDataset>(full, kept.classes, kept.values, std::move(indices));
}

Status check_variety(const Config& table, const RelevantDataset& train) {
  if (train.info().task == TaskKind::kRegression) return {};
  const int32_t first = train.sample_info(0).label;
  for (int64_t i = 1; i < train.size(); ++i) {
    if (train.sample_info(i).label != first) return {};
  }
  return bad_input(table.place(), "all {} training samples that are kept have the class '{}'; a classifier needs two",
                   train.size(), train.info().class_names[static_cast<size_t>(first)]);
}

std::string share(size_t kept, size_t of, const std::string& what) {
  return kept == of ? fmt::format("all {} {}", of, what) : fmt::format("{} of {} {}", kept, of, what);
}

std::string describe(const RelevantSplits& splits, const Splits& full) {
  const RelevantDataset& train = *splits.train;
  const DatasetInfo& info = full.train->info();
  std::string text = "keeps ";
  if (info.task == TaskKind::kClassification) {
    text += share(train.classes().kept.size(), info.class_names.size(), "classes");
    text += train.classes().has_other ? " and the rest as \"other\", " : ", ";
  }
  text += share(train.values().channels.size(), static_cast<size_t>(info.sample_shape[0]), "channels");
  if (train.values().readings > 0) {
    text += fmt::format(", {} of {} steps{}", train.values().readings, info.sample_shape[1],
                        train.values().every > 1 ? fmt::format(", each the mean of {}", train.values().every) : "");
  }
  return text + fmt::format("; train {} of {}, validation {} of {}, test {} of {} samples", splits.train->size(),
                            full.train->size(), splits.validation->size(), full.validation->size(), splits.test->size(),
                            full.test->size());
}

}  // namespace

Result<RelevantSplits> make_relevant(Config& relevance, const Splits& full) {
  const Keys keys = read_keys(relevance);
  APPRENTICE_CHECK(relevance.finish());
  const DatasetInfo& info = full.train->info();
  Kept kept;
  APPRENTICE_TRY(kept.classes, keep_classes(relevance, keys, info));
  APPRENTICE_TRY(kept.values, keep_values(relevance, keys, info));
  APPRENTICE_CHECK(check_attributes(relevance, keys.where, *full.train));
  RelevantSplits splits;
  APPRENTICE_TRY(splits.train, keep(relevance, keys, kept, full.train, "training"));
  APPRENTICE_TRY(splits.validation, keep(relevance, keys, kept, full.validation, "validation"));
  APPRENTICE_TRY(splits.test, keep(relevance, keys, kept, full.test, "test"));
  APPRENTICE_CHECK(check_variety(relevance, *splits.train));
  splits.description = describe(splits, full);
  return splits;
}

}  // namespace apprentice::data
