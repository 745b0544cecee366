// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/labels.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "apprentice/base/files.h"
#include "apprentice/base/utf8.h"
#include "apprentice/data/formats/csv.h"
#include "apprentice/data/selector.h"

namespace apprentice {
namespace {

constexpr size_t kMostClasses = 10000;

// Every label of rows that are not dropped, with where it occurs first.
std::map<std::string, std::string> labels_in_use(const Source& source) {
  std::map<std::string, std::string> places;
  for (const Segment& segment : source.segments) {
    const std::string* last = nullptr;
    for (int64_t row = segment.first_row; row < segment.first_row + segment.rows; ++row) {
      if (!source.dropped.empty() && source.dropped[static_cast<size_t>(row)] != 0) continue;
      const std::string* label = source.value(source.label_column, segment, row);
      if (label == last) continue;
      last = label;
      if (places.count(*label) == 0) {
        places[*label] = source.place_of(segment, row);
      }
      if (!source.is_row_column(source.label_column)) break;
    }
  }
  return places;
}

bool is_whole(const std::string& text, double& number) {
  return parse_number(text, number) && number == std::floor(number) && std::fabs(number) < 1e9;
}

Result<int32_t> find_class(const std::string& label, const std::string& place, const LabelOptions& options,
                           const std::vector<std::string>& classes) {
  const auto renamed = options.rename.find(label);
  const std::string& name = renamed != options.rename.end() ? renamed->second : label;
  const auto found = std::find(classes.begin(), classes.end(), name);
  if (found != classes.end()) return static_cast<int32_t>(found - classes.begin());
  double number = 0.0;
  if (is_whole(name, number) && number >= 0.0 && number < static_cast<double>(classes.size())) {
    return static_cast<int32_t>(number);
  }
  std::vector<std::string> shown = classes;
  if (shown.size() > 40) shown.resize(40);
  return bad_input(place,
                   "label '{}' is not among the classes; rename it with label_map or list it in ignore_labels; {}",
                   name, known_names("classes", shown));
}

// The classes of a job that does not name them.
Result<std::vector<std::string>> find_classes(const std::map<std::string, std::string>& places,
                                              const LabelOptions& options) {
  std::set<std::string> names;
  bool all_numbers = true;
  for (const auto& [label, place] : places) {
    if (std::find(options.ignore.begin(), options.ignore.end(), label) != options.ignore.end()) continue;
    const auto renamed = options.rename.find(label);
    const std::string& name = renamed != options.rename.end() ? renamed->second : label;
    names.insert(name);
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
  std::vector<std::string> classes(names.begin(), names.end());
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

LabelOptions read_label_keys(Config& data, const FileFinder& finder) {
  LabelOptions options;
  const auto classes = data.read_any("classes");
  if (classes.is_string())
    options.classes_file = finder.find(classes.get<std::string>());
  else
    options.classes = texts_of(classes);
  options.ignore = texts_of(data.read_any("ignore_labels"));
  Config map = data.table("label_map");
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
                     known_names("columns", source.column_names()));
  }
  const auto places = labels_in_use(source);
  labels.class_names_ = options.classes;
  if (!options.classes_file.empty()) {
    APPRENTICE_TRY(labels.class_names_, read_class_names(options.classes_file));
  }
  if (labels.class_names_.empty()) {
    APPRENTICE_TRY(labels.class_names_, find_classes(places, options));
  }
  for (const auto& [label, place] : places) {
    const bool ignored = std::find(options.ignore.begin(), options.ignore.end(), label) != options.ignore.end();
    labels.class_of_[label] = -1;
    if (ignored) continue;
    APPRENTICE_TRY(labels.class_of_[label], find_class(label, place, options, labels.class_names_));
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

}  // namespace apprentice
