// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/data/formats/wav.h"
#include "apprentice/data/guess/by_format.h"

namespace apprentice::data {
namespace {

constexpr int64_t kWholeRecording = 20'000;  // rows up to which a recording may be one sample
constexpr int64_t kLongestWindow = 16'384;   // cut from sound; about a second at 16 kHz
constexpr int64_t kUsualWindow = 128;

struct RecordingFacts {
  int64_t channels = 1, shortest = INT64_MAX, longest = 0;
  bool equal() const { return shortest == longest; }
};

Status look_into(const std::string& path, RecordingFacts& facts) {
  int64_t rows = 0;
  const std::string ending = ending_of(path);
  if (ending == ".wav") {
    APPRENTICE_TRY(const Source source, read_wav_source(path));
    rows = source.rows;
    facts.channels = source.row_shape.front();
  } else if (ending == ".npy") {
    APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
    APPRENTICE_TRY(const NpyHeader header, read_npy_header(file.view(), path));
    if (header.shape.empty()) return bad_input(path, "the array has no axis of time");
    rows = header.shape.front();
    facts.channels = header.shape.size() > 1 ? header.shape[1] : 1;
  } else {
    APPRENTICE_TRY(const TableFacts table, look_into_tables({path}, {}));
    rows = table.rows;
    facts.channels = static_cast<int64_t>(table.columns.size());
  }
  facts.shortest = std::min(facts.shortest, rows);
  facts.longest = std::max(facts.longest, rows);
  return {};
}

int64_t teacher_window(const TeacherHints& teacher, int64_t channels) {
  int64_t product = 1, longest = 0;
  for (const int64_t axis : teacher.input) {
    product *= axis;
    longest = std::max(longest, axis);
  }
  return product > 0 && product % channels == 0 ? product / channels : longest;
}

void guess_window(const DataQuestion& question, const RecordingFacts& facts, int64_t usual, OrderGuess& order) {
  if (question.wishes.window) {
    order.window = *question.wishes.window;
    order.window_reason = "as asked";
  } else if (!question.teacher.input.empty()) {
    order.window = teacher_window(question.teacher, facts.channels);
    order.window_reason = "what the teacher takes";
    if (facts.equal() && order.window == facts.shortest) order.window = 0;
  } else if (!facts.equal() || facts.longest > kWholeRecording) {
    order.window = usual;
    while (order.window > facts.shortest) order.window /= 2;
    order.window_reason = fmt::format("a guess; the shortest recording has {} rows", facts.shortest);
  }
  if (order.window < 2) order.window = 0;
  order.stride = order.window;
}

// Whole recordings, or the past and the future of each.
void guess_splits(const DataQuestion& question, const RecordingFacts& facts, OrderGuess& order) {
  using By = SplitGuess::By;
  const std::string& wish = question.wishes.split;
  const double needed =
      static_cast<double>(order.window + 2) / static_cast<double>(std::max<int64_t>(1, facts.shortest));
  const double gap = std::max(0.02, std::ceil(100.0 * needed) / 100.0);
  if (wish != "time")
    order.splits.push_back(
        {By::kGroup, 0.0,
         wish.empty() ? "whole recordings, or groups of them; also: time, attribute, rules, files" : "as asked"});
  if ((wish.empty() || wish == "time") && order.window > 0 && gap <= 0.1)
    order.splits.push_back(
        {By::kTime, gap,
         wish.empty() ? "of each recording the past trains and the future tests; also: group, attribute" : "as asked"});
  if (order.splits.empty())
    order.splits.push_back({By::kGroup, 0.0, "whole recordings; they are too short for windows on three sides"});
}

OrderGuess guess_order_of(const DataQuestion& question, const RecordingFacts& facts, int64_t usual) {
  OrderGuess order;
  guess_window(question, facts, usual, order);
  guess_splits(question, facts, order);
  return order;
}

// The recordings of an index. Those that are not there are told of when the job is tried.
RecordingFacts facts_of_index(const DataQuestion& question, const TableFacts& index) {
  RecordingFacts facts;
  const ColumnFacts* column = index.find(question.files.file_column);
  const std::filesystem::path folder =
      std::filesystem::path(question.first_folder()) / question.files.recordings_folder;
  for (size_t i = 0; column != nullptr && i < column->values.size(); ++i) {
    if (!look_into((folder / column->values[i]).string(), facts)) break;
  }
  return facts;
}

}  // namespace

Result<GuessedData> guess_recordings(const DataQuestion& question) {
  const DataFiles& files = question.files;
  CsvOptions options;
  options.header = CsvOptions::Header::kYes;
  APPRENTICE_TRY(const TableFacts index, look_into_tables({files.files.front()}, options));
  GuessWishes wishes = question.wishes;
  wishes.ignore.push_back(files.file_column);
  APPRENTICE_TRY(RoleGuess roles, guess_roles(index, wishes, question.teacher));
  roles.ignored.clear();  // columns of the index are no inputs
  roles.notes.clear();
  roles.time.clear();
  roles.drops_missing = false;
  const RecordingFacts facts = facts_of_index(question, index);
  const OrderGuess order = guess_order_of(question, facts, kUsualWindow);
  const ColumnFacts* label = index.find(roles.label);
  const auto compose = [&](const Attempt& attempt) {
    std::string text = question.opening();
    if (files.file_column != "file")
      text += job_line("file_column", toml_text(files.file_column), "names the recordings");
    if (!files.recordings_folder.empty())
      text += job_line("folder", toml_text(files.recordings_folder), "where they lie");
    text += role_lines(roles, order, attempt.split, UseTime::kNo);
    if (label != nullptr) text += label_lines(*label, question.first_folder(), question.job_folder);
    if (!attempt.constant.empty()) text += job_line("allow_constant", "true", "a channel does not change in training");
    return text + window_lines(attempt.window, attempt.stride, order) + split_lines(attempt.split);
  };
  GuessedData guessed = question.try_with(order, false, compose);
  if (!guessed.splits) guessed.info = DatasetInfo{roles.task, {facts.channels}, {}, {}, ""};
  return guessed;
}

Result<GuessedData> guess_sounds(const DataQuestion& question) {
  RecordingFacts facts;
  for (const std::string& path : question.files.files) APPRENTICE_CHECK(look_into(path, facts));
  const OrderGuess order = guess_order_of(question, facts, kLongestWindow);
  const std::string label = question.wishes.label.empty() ? "folder" : question.wishes.label;
  const auto compose = [&](const Attempt& attempt) {
    std::string text = question.opening();
    text += job_line("label", toml_text(label), "the class is the name of the folder; also: \"file\"");
    if (!attempt.constant.empty()) text += job_line("allow_constant", "true", "a channel does not change in training");
    return text + window_lines(attempt.window, attempt.stride, order) + split_lines(attempt.split);
  };
  GuessedData guessed = question.try_with(order, false, compose);
  if (!guessed.splits) guessed.info = DatasetInfo{TaskKind::kClassification, {facts.channels}, {}, {}, ""};
  return guessed;
}

}  // namespace apprentice::data
