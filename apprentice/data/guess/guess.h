// SPDX-License-Identifier: Apache-2.0
// What a new job says about data that nobody has described yet: every guess with its reason. docs/howto/first_run.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/task.h"
#include "apprentice/data/guess/table_facts.h"

namespace apprentice::data {

// What the user has said; it stands above every guess.
struct GuessWishes {
  std::string label, target, time;
  std::vector<std::string> group, ignore;
  std::optional<TaskKind> task;
  std::optional<int64_t> window;  // rows; 0 = none
  std::string split;              // "group", "time", "rows"; "" = a guess
};

// What is known of the teacher; zeros and empty where nothing is.
struct TeacherHints {
  std::vector<int64_t> input;  // axes of its one input without the batch, 0 = unknown
  int64_t outputs = 0;         // of the last axis of its answers
  bool classifies = false;     // its answers are probabilities, or several numbers
};

struct NamedReason {
  std::string name, reason;
};

// Roles of the columns of a table.
struct RoleGuess {
  TaskKind task = TaskKind::kClassification;
  std::string label, target;  // one of them; both empty where a target is derived
  std::string answer_reason;
  std::string answer_file, answer_column;  // where labels or target stand in a file of their own; "" = its one column
  std::vector<std::string> other_answers;  // columns that might be the answer instead
  bool remaining_cycles = false;           // the target is derived: rows of the same group that still follow
  std::vector<std::string> group;
  std::string group_reason;
  std::string time, time_reason;
  std::vector<NamedReason> ignored;  // in the order of the file
  std::vector<NamedReason> notes;    // about columns that stay
  std::vector<std::string> inputs;
  std::vector<NamedReason> flags;  // inputs of two texts, with the text that becomes 1
  std::vector<std::string> texts;  // left out only because they are texts of few values
  bool drops_missing = false;
  std::string missing_reason;
};

// Refuses a wish that names a column which is not there.
Result<RoleGuess> guess_roles(const TableFacts& table, const GuessWishes& wishes, const TeacherHints& teacher);

// Windows and splits of rows with these roles.
struct SplitGuess {
  enum class By { kGroup, kTime, kTimeInClasses, kRows } by = By::kGroup;
  double gap = 0.0;  // of a recording, between two sides; of kTime
  std::string reason;
};

struct OrderGuess {
  bool ordered = false;  // neighbouring rows belong together
  std::string order_reason;
  int64_t window = 0, stride = 0;  // rows; 0 = a sample is one row
  std::string window_reason;
  std::vector<std::string> notes;  // gaps in time, labels that change inside windows
  std::vector<SplitGuess> splits;  // likeliest first; which of them holds shows only when the data is loaded
};

OrderGuess guess_order(const TableFacts& table, const RoleGuess& roles, const GuessWishes& wishes,
                       const TeacherHints& teacher);

}  // namespace apprentice::data
