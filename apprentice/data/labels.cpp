// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/labels.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "apprentice/base/files.h"
#include "apprentice/base/nearest.h"
#include "apprentice/base/utf8.h"
#include "apprentice/data/formats/csv.h"
#include "apprentice/data/selector.h"

namespace apprentice::data {
namespace {

constexpr size_t kMostClasses = 10000;

struct LabelUse {
  std::string place;  // where it occurs first
  int64_t rows = 0;   // or recordings, where each has one label
};
using LabelUses = std::map<std::string, LabelUse>;  // by label as in the file

// Every label of rows that are not dropped.
LabelUses labels_in_use(const Source& source) {
  LabelUses uses;
  for (const Segment& segment : source.segments) {
    const std::string* last = nullptr;
    LabelUse* use = nullptr;
    for (int64_t row = segment.first_row; row < segment.first_row + segment.rows; ++row) {
      if (!source.dropped.empty() && source.dropped[static_cast<size_t>(row)] != 0) continue;
      const std::string* label = source.value(source.label_column, segment, row);
      if (label != last) {
        last = label;
        use = &uses[*label];
        if (use->rows == 0) use->place = source.place_of(segment, row);
      }
      ++use->rows;
      if (!source.is_row_column(source.label_column)) break;  // one label for the whole segment
    }
  }
  return uses;
}

bool is_whole(const std::string& text, double& number) {
  return parse_number(text, number) && number == std::floor(number) && std::fabs(number) < 1e9;
}

// The class that a label means without any list of classes: what label_map says, and 3 for 3.0.
std::string name_of(const std::string& label, const LabelOptions& options) {
  const auto renamed = options.rename.find(label);
  if (renamed != options.rename.end()) return renamed->second;
  double number = 0.0;
  const bool is_float = label.find('.') != std::string::npos && is_whole(label, number);
  return is_float ? std::to_string(static_cast<int64_t>(number)) : label;
}

bool is_ignored(const std::string& label, const LabelOptions& options) {
  return std::find_if(options.ignore.begin(), options.ignore.end(), [&](const std::string& ignored) {
           return ignored == label || ignored == name_of(label, options);
         }) != options.ignore.end();
}

// Lower case, without blanks around it or doubled inside.
std::string plain(const std::string& label) {
  std::string text;
  for (const char c : label) {
    const bool is_blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!is_blank) text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (is_blank && !text.empty() && text.back() != ' ') text += ' ';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// "; the nearest is 'healthy'", where one is near.
std::string nearest(const std::string& name, const std::vector<std::string>& classes) {
  const std::string found = nearest_name(name, classes);
  return found.empty() ? "" : fmt::format("; the nearest is '{}'", found);
}

std::vector<std::string> first_of(std::vector<std::string> names) {
  if (names.size() > 40) names.resize(40);
  return names;
}

Result<int32_t> find_class(const std::string& label, const LabelUses& uses, const LabelOptions& options,
                           const std::vector<std::string>& classes) {
  const auto renamed = options.rename.find(label);
  const std::string& given = renamed != options.rename.end() ? renamed->second : label;
  for (const std::string& name : {given, name_of(label, options)}) {
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found != classes.end()) return static_cast<int32_t>(found - classes.begin());
  }
  double number = 0.0;
  if (is_whole(given, number) && number >= 0.0 && number < static_cast<double>(classes.size())) {
    return static_cast<int32_t>(number);
  }
  std::vector<std::string> labels;
  for (const auto& [each, use] : uses) labels.push_back(each);
  return bad_input(
      uses.at(label).place,
      "label '{}' is not among the classes{}; rename it with label_map or list it in ignore_labels; {}; {}", given,
      nearest(given, classes), known_names("classes", first_of(classes)), known_names("labels", first_of(labels)));
}

// Labels that mean one class, most likely, but are two.
Status check_variants(const std::map<std::string, int64_t, std::less<>>& names) {
  const auto variants = label_variants(names);
  if (variants.empty()) return {};
  std::string map;
  for (const auto& [variant, name] : variants) {
    map += fmt::format("{}\"{}\" = \"{}\"", map.empty() ? "" : ", ", variant, name);
  }
  return bad_input(
      "[data]",
      "the labels '{}' and '{}' differ only in case or blanks; make them one class with label_map = {{ {} }}, "
      "or name all classes with classes = [...]",
      variants.begin()->first, variants.begin()->second, map);
}

// The classes of a job that does not name them.
Result<std::vector<std::string>> find_classes(const LabelUses& uses, const LabelOptions& options) {
  std::map<std::string, int64_t, std::less<>> names;  // with their rows
  bool all_numbers = true;
  for (const auto& [label, use] : uses) {
    if (is_ignored(label, options)) continue;
    const std::string name = name_of(label, options), &place = use.place;
    names[name] += use.rows;
    double number = 0.0;
    if (!parse_number(name, number)) {
      all_numbers = false;
    } else if (number != std::floor(number)) {
      return bad_input(place, "label '{}' is not a whole number; is this task = \"regression\"?", name);
    } else if (number < 0.0) {
      return bad_input(place, "label '{}' is negative; list it in ignore_labels, or name the classes with classes",
                       name);
    }
    if (names.size() > kMostClasses) return bad_input(place, "there are more than {} different labels", kMostClasses);
  }
  APPRENTICE_CHECK(check_variants(names));
  std::vector<std::string> classes;
  for (const auto& [name, rows] : names) classes.push_back(name);
  if (all_numbers) {
    std::sort(classes.begin(), classes.end(), [](const std::string& a, const std::string& b) {
      double x = 0.0, y = 0.0;
      return parse_number(a, x) && parse_number(b, y) && x < y;
    });
  }
  return classes;
}

Result<std::vector<std::string>> read_class_names(const std::string& path) {
  APPRENTICE_TRY(const std::string text, read_file(path, int64_t{1} << 24));
  std::vector<std::string> names;
  for (size_t from = 0; from < text.size();) {
    const size_t to = std::min(text.find('\n', from), text.size());
    const std::string_view line = trim(std::string_view(text).substr(from, to - from));
    if (!line.empty()) names.emplace_back(line);
    from = to + 1;
  }
  if (names.empty()) return bad_input(path, "the file holds no class names; expected one per line");
  if (find_not_utf8(text) != std::string::npos) return bad_input(path, "the class names are not UTF-8");
  return names;
}

}  // namespace

std::map<std::string, std::string> label_variants(const std::map<std::string, int64_t, std::less<>>& counts) {
  std::map<std::string, std::string> best, variants;  // best: of each plain text
  for (const auto& [label, count] : counts) {
    const auto [entry, is_new] = best.try_emplace(plain(label), label);
    if (!is_new && count > counts.at(entry->second)) entry->second = label;
  }
  for (const auto& [label, count] : counts) {
    const std::string& name = best.at(plain(label));
    if (name != label) variants[label] = name;
  }
  return variants;
}

LabelOptions read_label_keys(Config& data, const FileFinder& finder) {
  LabelOptions options;
  const auto classes = data.read_any("classes");
  if (classes.is_string())
    options.classes_file = finder.find(classes.get<std::string>());
  else
    options.classes = texts_of(classes);
  options.ignore = texts_of(data.read_any("ignore_labels"));
  Config& map = data.table("label_map");
  for (const std::string& label : map.keys()) map.read(label, options.rename[label]);
  const std::set<std::string> distinct(options.classes.begin(), options.classes.end());
  if (distinct.size() != options.classes.size()) data.reject("classes", "'classes' names one class twice");
  return options;
}

Result<Labels> Labels::make(const Source& source, const LabelOptions& options) {
  Labels labels;
  for (const Segment& segment : source.segments) {
    if (source.value(source.label_column, segment, segment.first_row) != nullptr) continue;
    return bad_input(segment.path, "there is no label column '{}'; {}", source.label_column,
                     known_names("columns", source.column_names(), source.label_column));
  }
  const LabelUses uses = labels_in_use(source);
  labels.class_names_ = options.classes;
  if (!options.classes_file.empty()) {
    APPRENTICE_TRY(labels.class_names_, read_class_names(options.classes_file));
  }
  if (labels.class_names_.empty()) {
    APPRENTICE_TRY(labels.class_names_, find_classes(uses, options));
  }
  for (const auto& [label, use] : uses) {
    labels.class_of_[label] = -1;
    if (is_ignored(label, options)) continue;
    APPRENTICE_TRY(labels.class_of_[label], find_class(label, uses, options, labels.class_names_));
  }
  if (const auto column = source.columns.find(source.label_column); column != source.columns.end()) {
    for (const std::string& value : column->second.values()) {
      const auto found = labels.class_of_.find(value);
      labels.class_of_code_.push_back(found != labels.class_of_.end() ? found->second : -1);
    }
  }
  return labels;
}

int32_t Labels::label(const Source& source, const Segment& segment, int64_t row) const {
  if (!class_of_code_.empty()) {
    return class_of_code_[static_cast<size_t>(source.columns.find(source.label_column)->second.code(row))];
  }
  const auto found = class_of_.find(segment.attributes.find(source.label_column)->second);
  return found != class_of_.end() ? found->second : -1;
}

}  // namespace apprentice::data
