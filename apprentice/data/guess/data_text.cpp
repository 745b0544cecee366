// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/guess/data_text.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>

#include "apprentice/base/files.h"
#include "apprentice/base/utf8.h"

namespace apprentice::data {
namespace {

constexpr size_t kLineWidth = 118;
constexpr int64_t kMostTextsShown = 8;  // texts of a column

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

int64_t lines_of(const std::string& path) {
  const auto text = read_file(path, 1 << 20);
  if (!text) return 0;
  int64_t lines = 0;
  for (size_t from = 0; from < text->size();) {
    const size_t to = std::min(text->find('\n', from), text->size());
    lines += trim(std::string_view(*text).substr(from, to - from)).empty() ? 0 : 1;
    from = to + 1;
  }
  return lines;
}

// A file of class names for labels 0 to `most`; "" when there is none.
std::string names_file(const std::string& folder, double most) {
  for (const char* name : {"classes.txt", "labels.txt", "class_names.txt", "classes.names"}) {
    const std::string path = folder + "/" + name;
    if (file_exists(path) && static_cast<double>(lines_of(path)) == most + 1.0) return path;
  }
  return "";
}

// Labels that differ in case or outer signs only: the one that comes most often stands for all.
std::map<std::string, std::string> same_in_lower_case(const ColumnFacts& label) {
  std::map<std::string, std::vector<size_t>> same;
  for (size_t i = 0; i < label.values.size(); ++i) same[lower(label.values[i])].push_back(i);
  std::vector<int64_t> counts(label.values.size());
  for (const int32_t code : label.codes) {
    if (code >= 0) ++counts[static_cast<size_t>(code)];
  }
  std::map<std::string, std::string> renamed;
  for (const auto& [key, members] : same) {
    if (members.size() < 2) continue;
    const size_t first =
        *std::max_element(members.begin(), members.end(), [&](size_t a, size_t b) { return counts[a] < counts[b]; });
    for (const size_t member : members) {
      if (member != first) renamed[label.values[member]] = label.values[first];
    }
  }
  return renamed;
}

std::string negative_label_lines(const ColumnFacts& label) {
  std::vector<std::string> below, others;
  std::vector<std::string> values = label.values;
  const auto number = [](const std::string& text) {
    double value = 0.0;
    parse_number(text, value);
    return value;
  };
  std::sort(values.begin(), values.end(),
            [&](const std::string& a, const std::string& b) { return number(a) < number(b); });
  for (const std::string& value : values) (number(value) < 0.0 ? below : others).push_back(value);
  if (below.empty()) return "";
  if (below.size() == 1 && others.size() > 1) {
    return job_line("ignore_labels", "[" + toml_text(below[0]) + "]",
                    "a guess: a negative number means none of the classes");
  }
  return job_line("classes", toml_list(values), "named, since some are negative");
}

}  // namespace

std::string toml_list(const std::vector<std::string>& texts) {
  if (texts.size() == 1) return toml_text(texts.front());
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + toml_text(text);
  return "[" + list + "]";
}

std::string comment_lines(const std::string& said) {
  const std::string comment = one_line(said);
  std::string text, line = "#";
  for (size_t from = 0; from < comment.size();) {
    const size_t to = std::min(comment.find(' ', from), comment.size());
    const std::string word = comment.substr(from, to - from);
    if (line.size() + 1 + word.size() > kLineWidth && line.size() > 1) {
      text += line + "\n";
      line = "#";
    }
    line += " " + word;
    from = to + 1;
  }
  return text + line + "\n";
}

std::string job_line(const std::string& key, const std::string& value, const std::string& said) {
  const std::string comment = one_line(said);
  const std::string setting = key + " = " + value;
  if (comment.empty()) return setting + "\n";
  const std::string padded = fmt::format("{:<24} # {}\n", setting, comment);
  return padded.size() <= kLineWidth + 1 ? padded : comment_lines(comment) + setting + "\n";
}

std::string path_from(const std::string& job_folder, const std::string& path) {
  namespace fs = std::filesystem;
  if (fs::path(path).is_absolute() || path.front() == '$' || job_folder.empty() || job_folder == ".") return path;
  return fs::absolute(path).lexically_normal().lexically_relative(fs::absolute(job_folder).lexically_normal()).string();
}

std::string label_lines(const ColumnFacts& label, const std::string& folder, const std::string& job_folder) {
  std::string text;
  if (label.kind == ColumnFacts::Kind::kInteger && !label.codes.empty()) {
    text += negative_label_lines(label);
    double most = 0.0;
    for (const double value : label.numbers) most = std::max(most, value);
    const std::string names = text.empty() ? names_file(folder, most) : "";
    if (!names.empty())
      text +=
          job_line("classes", toml_text(path_from(job_folder, names)), "a guess: as many names as there are numbers");
  }
  if (!label.missing_words.empty()) {
    std::vector<std::string> words = label.missing_words;
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ", ") + toml_text(word);
    text += job_line("ignore_labels", "[" + list + "]", fmt::format("{} rows have no label", label.missing));
  }
  const auto renamed = same_in_lower_case(label);
  if (renamed.empty()) return text;
  std::string pairs;
  for (const auto& [from, to] : renamed) pairs += (pairs.empty() ? "" : ", ") + toml_text(from) + " = " + toml_text(to);
  return text + job_line("label_map", "{ " + pairs + " }", "a guess: labels that differ in case only are one class");
}

namespace {

std::string named_list(std::vector<std::string> names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return text;
}

std::string answer_file_lines(const RoleGuess& roles, const std::string& alternative) {
  const bool regression = roles.task == TaskKind::kRegression;
  std::string text;
  if (regression) text = job_line("task", "\"regression\"", "for classes: labels instead of task and targets");
  text += job_line(regression ? "targets" : "labels", toml_text(roles.answer_file),
                   (regression ? "the values to predict: " : "the classes: ") + roles.answer_reason + alternative);
  if (!roles.answer_column.empty())
    text += job_line(regression ? "targets_column" : "labels_column", toml_text(roles.answer_column), "of that file");
  return text;
}

std::string answer_lines(const RoleGuess& roles) {
  std::string text;
  if (roles.remaining_cycles) {
    text += job_line("task", "\"regression\"", roles.answer_reason);
    return text + job_line("derived_target", "\"remaining_cycles\"",
                           "rows of the same group that still follow; for a column: target = \"...\"");
  }
  std::string alternative;
  if (!roles.other_answers.empty()) alternative = "; perhaps " + named_list(roles.other_answers);
  if (!roles.answer_file.empty()) return answer_file_lines(roles, alternative);
  if (roles.task == TaskKind::kRegression) {
    text += job_line("task", "\"regression\"", "for classes: label = \"...\" instead of task and target");
    return text +
           job_line("target", toml_text(roles.target), "the value to predict: " + roles.answer_reason + alternative);
  }
  return job_line("label", toml_text(roles.label), "the class: " + roles.answer_reason + alternative);
}

// Numbers cannot tell that an input is itself an answer (CO beside NOX): whoever knows the machine sees it by its name.
std::string input_lines(const std::vector<std::string>& inputs) {
  constexpr size_t kMostNamed = 24;
  if (inputs.empty()) return "";
  std::string names = toml_text(inputs[0]);
  for (size_t i = 1; i < std::min(inputs.size(), kMostNamed); ++i) names += ", " + toml_text(inputs[i]);
  if (inputs.size() > kMostNamed) names += fmt::format(" and {} more", inputs.size() - kMostNamed);
  return comment_lines(
      fmt::format("Inputs: {}. What the device will not know when it answers, such as another value "
                  "to predict, belongs in ignore.",
                  names));
}

}  // namespace

std::string role_lines(const RoleGuess& roles, const OrderGuess& order, const SplitGuess& split, UseTime time) {
  std::string text = answer_lines(roles);
  const bool by_rows = split.by == SplitGuess::By::kRows && roles.group.empty();
  std::vector<NamedReason> ignored = roles.ignored;
  if (split.by == SplitGuess::By::kTimeInClasses) {
    text += job_line("group", toml_text(roles.label), "each class is one stretch of rows: a recording of its own");
  } else if (!roles.group.empty() && split.by == SplitGuess::By::kRows) {
    for (const std::string& name : roles.group)
      ignored.push_back({name, "a group, which a split of rows does not keep together"});
  } else if (!roles.group.empty()) {
    text += job_line("group", toml_list(roles.group),
                     roles.group_reason + "; samples that share it stay on one side of the split");
  }
  if (!roles.time.empty() && time == UseTime::kYes && !by_rows)
    text += job_line("time", toml_text(roles.time), roles.time_reason + "; no input");
  else if (!roles.time.empty())
    ignored.push_back({roles.time, time == UseTime::kYes ? "a time" : "a time, but it falls from row to row"});
  if (roles.drops_missing) text += job_line("missing", "\"drop\"", roles.missing_reason);
  if (!ignored.empty()) {
    text += "ignore = [               # no inputs; take a line away to make the column one\n";
    for (const NamedReason& column : ignored)
      text += fmt::format("  {:<22} # {}\n", toml_text(column.name) + ",", one_line(column.reason));
    text += "]\n";
  }
  text += input_lines(roles.inputs);
  for (const NamedReason& note : roles.notes)
    text += comment_lines(fmt::format("Column {}: {}", toml_text(note.name), note.reason));
  for (const std::string& note : order.notes) text += comment_lines(note);
  return text;
}

std::string number_lines(const TableFacts& table, const RoleGuess& roles) {
  std::string text;
  for (const std::string& name : roles.texts) {
    const ColumnFacts* column = table.find(name);
    if (column->distinct > kMostTextsShown) continue;
    std::vector<std::string> values = column->values;
    std::sort(values.begin(), values.end());
    std::string pairs;
    for (size_t i = 0; i < values.size(); ++i)
      pairs += fmt::format("{}{} = {}", i > 0 ? ", " : "", toml_text(values[i]), i);
    text += comment_lines(
        fmt::format("To make {} an input, take it out of ignore and give its texts numbers: numbers.{} = {{ {} }}",
                    toml_text(name), toml_text(name), pairs));
  }
  for (const NamedReason& flag : roles.flags) {
    const ColumnFacts* column = table.find(flag.name);
    text += fmt::format("\n[data.numbers.{}]      # texts that are yes or no, as numbers\n", toml_text(flag.name));
    for (const std::string& value : column->values)
      text += fmt::format("{} = {}\n", toml_text(value), value == flag.reason ? 1 : 0);
  }
  return text;
}

std::string window_lines(int64_t window, int64_t stride, const OrderGuess& order) {
  if (window <= 0) {
    return order.window_reason.empty() ? ""
                                       : comment_lines("A sample is one row: " + order.window_reason +
                                                       ". For windows: [data.window] length = 32");
  }
  return "\n[data.window]            # samples are cut from recordings; in rows\n" +
         job_line("length", std::to_string(window), order.window_reason) +
         job_line("stride", std::to_string(stride), stride < window ? "windows overlap" : "");
}

std::string split_lines(const SplitGuess& split) {
  std::string text = "\n[split]\n";
  if (split.by == SplitGuess::By::kGroup || split.by == SplitGuess::By::kRows) {
    return text + job_line("by", "\"group\"", split.reason) + "validation = 0.2\ntest = 0.2\n";
  }
  text += job_line("by", "\"time\"", split.reason);
  text += "train = [0.0, 0.6]\n";
  text += job_line("validation", fmt::format("[{:.4g}, 0.8]", 0.6 + split.gap),
                   "with gaps, so that no sample touches two sides");
  return text + fmt::format("test = [{:.4g}, 1.0]\n", 0.8 + split.gap);
}

}  // namespace apprentice::data
