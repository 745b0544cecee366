// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/npz.h"
#include "apprentice/data/guess/by_format.h"
#include "apprentice/data/guess/column_words.h"

namespace apprentice::data {
namespace {

constexpr int64_t kMostChannels = 512;  // of rows that may be those of a signal
constexpr int64_t kLeastSide = 8;       // of a picture
constexpr int64_t kMostArrayClasses = 100;

const DataKeyProbe* key_of(const DataProbe& probe, const std::string& name) {
  for (const DataKeyProbe& key : probe.keys) {
    if (key.key == name) return &key;
  }
  return nullptr;
}

void set_key(DataProbe& probe, const std::string& name, const std::string& value, const std::string& reason) {
  probe.keys.erase(
      std::remove_if(probe.keys.begin(), probe.keys.end(), [&](const DataKeyProbe& key) { return key.key == name; }),
      probe.keys.end());
  probe.keys.push_back({name, value, reason});
}

class ArrayGuesser {
 public:
  explicit ArrayGuesser(const DataQuestion& question) : question_(question), path_(question.files.files.front()) {}

  Result<GuessedData> run() {
    APPRENTICE_TRY(probe_, probe_data(path_));
    if (probe_.format != "cifar") {
      APPRENTICE_CHECK(read_arrays());
      take_wishes();
      APPRENTICE_CHECK(check_labels());
      guess_task();
      guess_picture();
    }
    const OrderGuess order = guess_rows();
    const auto compose = [&](const Attempt& attempt) { return text_of(attempt, order); };
    GuessedData guessed = question_.try_with(order, false, compose);
    if (!guessed.splits) guessed.info = DatasetInfo{task_, probe_.sample_shape, {}, {}, ""};
    return guessed;
  }

 private:
  // Of samples, labels and groups.
  Result<NpyArray> read(const std::string& name) const {
    if (probe_.format == "npy") return read_npy(name);
    APPRENTICE_TRY(auto arrays, read_npz(path_));
    const auto found = arrays.find(name);
    if (found != arrays.end()) return std::move(found->second);
    std::vector<std::string> names;
    for (const auto& [known, array] : arrays) names.push_back(known);
    return bad_input(path_, "there is no array '{}'; {}", name, known_names("arrays", names));
  }

  static std::string plain(const DataKeyProbe& key) { return nlohmann::json::parse(key.value).get<std::string>(); }

  Status read_arrays() {
    const DataKeyProbe* samples = key_of(probe_, "samples");
    const std::string name = probe_.format == "npy" ? path_ : samples != nullptr ? plain(*samples) : "samples";
    APPRENTICE_TRY(samples_, read(name));
    return {};
  }

  void take_wishes() {
    const GuessWishes& wishes = question_.wishes;
    if (!wishes.label.empty()) set_key(probe_, "labels", toml_text(wishes.label), "as asked");
    if (!wishes.target.empty()) set_key(probe_, "targets", toml_text(wishes.target), "as asked");
    if (!wishes.group.empty()) set_key(probe_, "groups", toml_text(wishes.group.front()), "as asked");
    if (!wishes.target.empty()) set_key(probe_, "task", "\"regression\"", "as asked");
  }

  Status check_labels() const {
    if (key_of(probe_, "labels") != nullptr || key_of(probe_, "targets") != nullptr) return {};
    const bool archive = probe_.format == "npz";
    return bad_input(path_,
                     "no labels are found {0}; put an array of shape [{1}], one number or text for each row, {0} and "
                     "call it labels, or like the samples with y for x or labels for samples; or name it with --label",
                     archive ? "inside" : "in a file beside it", probe_.rows);
  }

  // Whole numbers are classes, unless there are too many and no teacher tells them apart.
  void guess_task() {
    task_ = key_of(probe_, "targets") != nullptr ? TaskKind::kRegression : TaskKind::kClassification;
    const DataKeyProbe* answers = key_of(probe_, task_ == TaskKind::kRegression ? "targets" : "labels");
    const auto array = read(plain(*answers));
    if (!array) return;
    answers_ = npy_row_texts(*array);
    std::vector<std::string> values = answers_;
    std::sort(values.begin(), values.end());
    const auto distinct = static_cast<int64_t>(std::unique(values.begin(), values.end()) - values.begin());
    const bool many = !array->is_text && distinct > kMostArrayClasses && 4 * distinct > probe_.rows;
    const bool asked = question_.wishes.task == TaskKind::kRegression;
    if (task_ == TaskKind::kClassification &&
        (asked || (many && question_.teacher.outputs < 2 && !question_.wishes.task))) {
      const std::string where = answers->value;
      probe_.keys.erase(std::remove_if(probe_.keys.begin(), probe_.keys.end(),
                                       [](const DataKeyProbe& key) { return key.key == "labels"; }),
                        probe_.keys.end());
      set_key(probe_, "task", "\"regression\"",
              asked ? "as asked" : fmt::format("{} different values; for classes: --task classification", distinct));
      set_key(probe_, "targets", where, "one for each row");
      task_ = TaskKind::kRegression;
    }
  }

  // Rows of bytes with two long axes are pictures; of numbers, where the axes are equally long, or the teacher says so.
  void guess_picture() {
    const Shape& sample = probe_.sample_shape;
    if (sample.size() != 2 || sample[0] < kLeastSide || sample[1] < kLeastSide) return;
    const bool bytes = !samples_.is_text && samples_.tensor.dtype() == DType::kU8;
    const std::vector<int64_t>& takes = question_.teacher.input;
    const bool taken =
        takes.size() == 3 && ((takes[0] == 1 && takes[1] == sample[0]) || (takes[2] == 1 && takes[0] == sample[0]));
    const bool series = takes.size() == 2 || (takes.size() == 3 && !taken);
    if (series || !(taken || bytes || sample[0] == sample[1])) return;
    set_key(probe_, "sample_shape", fmt::format("[1, {}, {}]", sample[0], sample[1]),
            fmt::format("pictures, not {} channels: {}", sample[0],
                        taken   ? "the teacher takes them so"
                        : bytes ? "they are bytes"
                                : "as high as wide"));
    probe_.keys.erase(std::remove_if(probe_.keys.begin(), probe_.keys.end(),
                                     [](const DataKeyProbe& key) { return key.key == "layout"; }),
                      probe_.keys.end());
    probe_.sample_shape = {1, sample[0], sample[1]};
  }

  // Rows of [channels] may follow each other in time.
  OrderGuess guess_rows() const {
    OrderGuess order;
    const DataKeyProbe* groups = key_of(probe_, "groups");
    if (probe_.format != "cifar" && probe_.sample_shape.size() == 1 && probe_.sample_shape[0] <= kMostChannels) {
      std::vector<std::string> group_texts;
      if (groups != nullptr) {
        if (const auto array = read(plain(*groups))) group_texts = npy_texts(*array);
      }
      RoleGuess roles;
      const TableFacts table = facts_of_array(
          samples_, task_ == TaskKind::kClassification ? answers_ : std::vector<std::string>(), group_texts);
      for (int64_t i = 0; i < probe_.sample_shape[0]; ++i)
        roles.inputs.push_back(table.columns[static_cast<size_t>(i)].name);
      if (task_ == TaskKind::kClassification) roles.label = "label";
      if (!group_texts.empty()) roles.group = {"group"};
      return guess_order(table, roles, question_.wishes, question_.teacher);
    }
    using By = SplitGuess::By;
    const bool grouped = groups != nullptr && question_.wishes.split != "rows";
    order.splits.push_back(
        grouped ? SplitGuess{By::kGroup, 0.0, "whole groups; also: time, rules, files"}
                : SplitGuess{
                      By::kRows, 0.0,
                      "rows at random, as if they had no order; groups = \"...\" keeps those of a recording together"});
    return order;
  }

  std::string text_of(const Attempt& attempt, const OrderGuess& order) const {
    std::string text = question_.opening();
    for (const DataKeyProbe& key : probe_.keys) {
      const bool is_path =
          probe_.format == "npy" && (key.key == "labels" || key.key == "targets" || key.key == "groups");
      const bool dropped = key.key == "groups" && attempt.split.by == SplitGuess::By::kRows;
      if (!dropped) text += job_line(key.key, is_path ? toml_text(question_.here(plain(key))) : key.value, key.reason);
    }
    if (task_ == TaskKind::kClassification)
      text += label_lines(label_facts(), question_.first_folder(), question_.job_folder);
    if (attempt.window > 0) {
      for (const std::string& note : order.notes) text += comment_lines(note);
    }
    if (!attempt.constant.empty())
      text += job_line("allow_constant", "true",
                       fmt::format("{} channels do not change in training", attempt.constant.size()));
    return text + window_lines(attempt.window, attempt.stride, order) + split_lines(attempt.split);
  }

  ColumnFacts label_facts() const {
    return probe_.format == "cifar" ? cifar_labels() : facts_of_texts("label", answers_);
  }
  ColumnFacts cifar_labels() const { return facts_of_texts("label", probe_.class_names); }

  const DataQuestion& question_;
  const std::string& path_;
  DataProbe probe_;
  NpyArray samples_;
  std::vector<std::string> answers_;
  TaskKind task_ = TaskKind::kClassification;
};

// Columns of the tables that lie beside the channels and have as many rows.
struct Answers {
  std::string labels, column, groups;
};

Answers answers_beside(const DataQuestion& question, int64_t rows) {
  Answers answers;
  for (const NamedReason& other : question.files.left_out) {
    const auto table = look_into_tables({other.name}, {});
    if (!table || table->rows != rows) continue;
    const std::string stem = file_stem(other.name);
    if (table->columns.size() == 1 && names_group(stem)) {
      answers.groups = other.name;
      continue;
    }
    for (const ColumnFacts& column : table->columns) {
      const std::vector<std::string> words = words_of(stem);
      const bool split = std::find(words.begin(), words.end(), "split") != words.end();
      if (split || !answers.labels.empty() || !column.is_countable(rows, kMostArrayClasses)) continue;
      answers.labels = other.name;
      answers.column = table->columns.size() > 1 ? column.name : "";
    }
  }
  return answers;
}

}  // namespace

Result<GuessedData> guess_arrays(const DataQuestion& question) { return ArrayGuesser(question).run(); }

Result<GuessedData> guess_channels(const DataQuestion& question) {
  const std::vector<std::string>& files = question.files.files;
  APPRENTICE_TRY(const TableFacts first, look_into_tables({files.front()}, {}));
  Answers answers = answers_beside(question, first.rows);
  if (!question.wishes.label.empty()) answers.labels = question.wishes.label;
  if (!question.wishes.group.empty()) answers.groups = question.wishes.group.front();
  if (answers.labels.empty()) {
    return bad_input(files.front(),
                     "looks like one channel of {}, each line a sample, but no file beside it has one label for each "
                     "of its {} lines; name one with --label FILE",
                     files.size(), first.rows);
  }
  OrderGuess order;
  order.splits.push_back(answers.groups.empty()
                             ? SplitGuess{SplitGuess::By::kRows, 0.0,
                                          "lines at random; groups = \"...\" keeps those of a recording together"}
                             : SplitGuess{SplitGuess::By::kGroup, 0.0, "whole groups"});
  const auto compose = [&](const Attempt& attempt) {
    std::string text = question.opening("channels");
    text += comment_lines(
        "A guess: files without header and with equally many long lines are channels, and a line is a sample.");
    text += job_line("labels", toml_text(question.here(answers.labels)), "as many rows as there are lines");
    if (!answers.column.empty())
      text += job_line("labels_column", toml_text(answers.column), "a guess: the first column of few values");
    if (!answers.groups.empty())
      text += job_line("groups", toml_text(question.here(answers.groups)),
                       "lines that share one stay on one side of the split");
    if (!attempt.constant.empty()) text += job_line("allow_constant", "true", "a channel does not change in training");
    return text + split_lines(attempt.split);
  };
  GuessedData guessed = question.try_with(order, false, compose);
  if (!guessed.splits) {
    guessed.info.sample_shape = {static_cast<int64_t>(files.size()), static_cast<int64_t>(first.columns.size())};
  }
  return guessed;
}

}  // namespace apprentice::data
