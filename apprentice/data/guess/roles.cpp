// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "apprentice/base/config.h"
#include "apprentice/data/guess/column_words.h"
#include "apprentice/data/guess/giveaway.h"
#include "apprentice/data/guess/guess.h"
#include "apprentice/data/guess/missing_mark.h"

namespace apprentice::data {
namespace {

constexpr int64_t kMostClasses = 100, kMostNumberClasses = 20;
constexpr double kMostMissing = 0.5;  // of a column that stays an input

using Kind = ColumnFacts::Kind;

bool contains(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

class RoleGuesser {
 public:
  RoleGuesser(const TableFacts& table, const GuessWishes& wishes, const TeacherHints& teacher)
      : table_(table), wishes_(wishes), teacher_(teacher) {}

  Result<RoleGuess> run() {
    APPRENTICE_CHECK(check_wishes());
    for (const std::string& name : wishes_.ignore) ignore(name, "as asked");
    guess_time();
    guess_group();
    guess_answer();
    leave_out_useless();
    leave_out_answers();
    leave_out_texts();
    note_missing_marks();
    name_inputs();
    return std::move(roles_);
  }

 private:
  Status check_wishes() const {
    std::vector<std::string> names = wishes_.group, known;
    names.insert(names.end(), wishes_.ignore.begin(), wishes_.ignore.end());
    for (const std::string& name : {wishes_.label, wishes_.target, wishes_.time}) {
      if (!name.empty()) names.push_back(name);
    }
    for (const ColumnFacts& column : table_.columns) known.push_back(column.name);
    for (const std::string& name : names) {
      if (table_.find(name) != nullptr || name == "file" || name == "folder") continue;
      return bad_input(table_.paths.front(), "there is no column '{}'; {}", name, known_names("columns", known));
    }
    return {};
  }

  bool is_free(const ColumnFacts& column) const {
    return ignored_.count(column.name) == 0 && column.name != roles_.time && column.name != roles_.label &&
           column.name != roles_.target && !contains(roles_.group, column.name);
  }

  void ignore(const std::string& name, const std::string& reason) {
    if (name != "file" && name != "folder") ignored_.try_emplace(name, reason);
  }

  // Whether the user wants the column as something else.
  bool is_wished(const ColumnFacts& column) const {
    return column.name == wishes_.label || column.name == wishes_.target || column.name == wishes_.time ||
           contains(wishes_.group, column.name);
  }

  void guess_time() {
    roles_.time = wishes_.time;
    roles_.time_reason = "as asked";
    for (const ColumnFacts& column : table_.columns) {
      if (!roles_.time.empty()) break;
      if (is_wished(column) || !is_free(column)) continue;
      const bool rises =
          column.is_number() && names_time(column.name) && column.share_of_falls <= 0.1 && column.distinct > 2;
      if (column.kind != Kind::kTime && !rises) continue;
      roles_.time = column.name;
      roles_.time_reason = column.epoch                 ? "a time: it counts from 1970"
                           : column.kind == Kind::kTime ? "a time"
                                                        : "a time by its name, and it rises";
    }
    for (const ColumnFacts& column : table_.columns) {
      if (column.kind == Kind::kTime && is_free(column) && !is_wished(column)) ignore(column.name, "another time");
    }
  }

  void guess_group() {
    roles_.group = wishes_.group;
    roles_.group_reason = "as asked";
    if (!roles_.group.empty()) return;
    const int64_t most = std::min(ColumnFacts::kMostValues, std::max<int64_t>(2, table_.rows / 2));
    for (const ColumnFacts& column : table_.columns) {
      if (is_wished(column) || !is_free(column) || !column.is_countable(table_.rows, most)) continue;
      if (!names_group(column.name) || column.share_of_one_up > 0.5) continue;
      roles_.group = {column.name};
      roles_.group_reason = "names what was measured";
      return;
    }
    guess_group_by_counter();
  }

  // A number that stays while another one counts up, and changes where that one starts again: units and their cycles.
  void guess_group_by_counter() {
    for (const ColumnFacts& counter : table_.columns) {
      const bool counts =
          counter.kind == Kind::kInteger && counter.share_of_one_up > 0.8 && counter.share_of_falls > 0.0;
      if (!counts) continue;
      for (const ColumnFacts& unit : table_.columns) {
        if (&unit == &counter || is_wished(unit) || !is_free(unit) || label_rank(unit.name) >= 0) continue;
        if (!unit.is_countable(table_.rows, ColumnFacts::kMostValues) || !changes_together(unit, counter)) continue;
        roles_.group = {unit.name};
        roles_.group_reason = fmt::format("it changes where '{}' starts again", counter.name);
        return;
      }
    }
  }

  bool changes_together(const ColumnFacts& unit, const ColumnFacts& counter) const {
    for (size_t row = 1; row < counter.numbers.size(); ++row) {
      if ((unit.codes[row] != unit.codes[row - 1]) != (counter.numbers[row] < counter.numbers[row - 1])) return false;
    }
    return true;
  }

  bool may_be_label(const ColumnFacts& column, int64_t most) const {
    return !is_wished(column) && is_free(column) && column.is_countable(table_.rows, most) &&
           !names_group(column.name) && !names_counter(column.name);
  }

  void guess_answer() {
    if (!wishes_.target.empty()) return take_target(wishes_.target, "as asked");
    if (!wishes_.label.empty()) return take_wished_label();
    if (wishes_.task != TaskKind::kRegression && guess_label()) return;
    guess_target();
  }

  // Numbers with fractions, or of very many values, are no classes.
  void take_wished_label() {
    const ColumnFacts* column = table_.find(wishes_.label);
    const bool values = column != nullptr && (column->kind == Kind::kNumber ||
                                              (column->kind == Kind::kInteger && column->distinct > kMostClasses));
    if (values && wishes_.task != TaskKind::kClassification) {
      return take_target(wishes_.label, "its values are numbers, not classes; for classes: --task classification");
    }
    take_label(wishes_.label, "as asked");
  }

  void take_label(const std::string& name, const std::string& reason) {
    ignored_.erase(name);
    roles_.label = name;
    roles_.answer_reason = reason;
  }

  void take_target(const std::string& name, const std::string& reason) {
    ignored_.erase(name);
    roles_.task = TaskKind::kRegression;
    roles_.target = name;
    roles_.answer_reason = reason;
  }

  bool guess_label() {
    const ColumnFacts* best = nullptr;
    int rank = 0;
    for (const ColumnFacts& column : table_.columns) {
      const int here = label_rank(column.name);
      if (here < 0 || !may_be_label(column, kMostClasses)) continue;
      if (best == nullptr || here < rank) {
        best = &column;
        rank = here;
      }
    }
    std::string reason = "by its name";
    if (best == nullptr) best = constant_label();
    if (best == nullptr) best = unnamed_label(reason);
    if (best == nullptr) return false;
    for (const ColumnFacts& column : table_.columns) {
      const bool likely = label_rank(column.name) >= 0 || (reason != "by its name" && column.kind == Kind::kText);
      if (&column != best && likely && may_be_label(column, kMostClasses)) {
        roles_.other_answers.push_back(column.name);
      }
    }
    take_label(best->name, reason);
    return true;
  }

  // A text that is named like a label and never changes: to be told of, rather than guessed around.
  const ColumnFacts* constant_label() const {
    for (const ColumnFacts& column : table_.columns) {
      if (column.kind == Kind::kText && column.distinct == 1 && label_rank(column.name) >= 0 && is_free(column) &&
          !is_wished(column)) {
        return &column;
      }
    }
    return nullptr;
  }

  // Texts of few values, at an edge of the table first; then as many numbers as the teacher has answers; then small
  // whole numbers at an edge.
  const ColumnFacts* unnamed_label(std::string& reason) const {
    std::vector<const ColumnFacts*> order;
    for (const ColumnFacts& column : table_.columns) order.push_back(&column);
    if (order.size() > 1) std::rotate(order.begin() + 1, order.end() - 1, order.end());
    if (order.size() > 1) std::swap(order[0], order[1]);
    const auto first = [&](auto fits) {
      const auto found = std::find_if(order.begin(), order.end(), fits);
      return found != order.end() ? *found : nullptr;
    };
    reason = "a guess: a few texts that come again";
    const ColumnFacts* label =
        first([&](const ColumnFacts* c) { return c->kind == Kind::kText && may_be_label(*c, kMostClasses); });
    if (label != nullptr) return label;
    reason = fmt::format("a guess: as many values as the teacher has answers, {}", teacher_.outputs);
    label = first([&](const ColumnFacts* c) {
      return teacher_.outputs > 1 && c->distinct == teacher_.outputs && may_be_label(*c, teacher_.outputs);
    });
    if (label != nullptr || (teacher_.outputs == 1 && !teacher_.classifies)) return label;
    reason = "a guess: a few whole numbers at the edge of the table";
    for (const ColumnFacts* column : {order.front(), order.size() > 1 ? order[1] : order.front()}) {
      if (may_be_label(*column, kMostNumberClasses)) return column;
    }
    return nullptr;
  }

  void guess_target() {
    roles_.task = TaskKind::kRegression;
    const ColumnFacts* last = nullptr;
    for (const ColumnFacts& column : table_.columns) {
      if (!column.is_number() || column.distinct < 2 || !is_free(column) || is_wished(column)) continue;
      const std::vector<std::string> words = words_of(column.name);
      const bool named = contains(words, "target") || contains(words, "rul") || contains(words, "output") ||
                         (words.size() == 1 && words[0] == "y");
      if (named) return take_target(column.name, "by its name");
      if (last != nullptr) roles_.other_answers.push_back(last->name);
      last = &column;
    }
    if (lives_end() && !table_.has_header) {
      roles_.remaining_cycles = true;
      roles_.answer_reason =
          "a guess: no column looks like an answer, and every " + roles_.group.front() + " is counted to its end";
      roles_.other_answers.clear();
      return;
    }
    if (last != nullptr)
      take_target(last->name, "a guess: no column looks like a class, and this is the last one of numbers");
    if (roles_.other_answers.size() > 12)
      roles_.other_answers.erase(roles_.other_answers.begin(), roles_.other_answers.end() - 12);
  }

  bool lives_end() const {
    return roles_.group.size() == 1 && roles_.group_reason.find("starts again") != std::string::npos;
  }

  void leave_out_useless() {
    for (const ColumnFacts& column : table_.columns) {
      if (!is_free(column)) continue;
      const auto rows = static_cast<double>(table_.rows);
      if (column.kind == Kind::kEmpty)
        ignore(column.name, "empty");
      else if (column.is_constant())
        ignore(column.name, fmt::format("constant: {}", column.values.front()));
      else if (static_cast<double>(column.missing) > kMostMissing * rows)
        ignore(column.name,
               fmt::format("{:.0f} % of it are missing", 100.0 * static_cast<double>(column.missing) / rows));
      else if (column.kind == Kind::kInteger && column.share_of_one_up > 0.8)
        ignore(column.name, "counts the rows");
      else if (column.kind == Kind::kInteger && names_identifier(column.name) && 2 * column.distinct > table_.rows)
        ignore(column.name, "tells rows apart");
      else if (names_time(column.name) && column.share_of_falls <= 0.1 && column.distinct > 2)
        ignore(column.name, "another time");
      else if (names_identifier(column.name) && 2 * column.distinct > table_.rows && !column.is_number())
        ignore(column.name, "tells rows apart");
      else if (names_group(column.name) && (column.kind == Kind::kText || names_identifier(column.name)))
        ignore(column.name, "tells machines or runs apart");
    }
  }

  // Columns that say the class by themselves, or say the same thing in other words.
  void leave_out_answers() {
    const ColumnFacts* label = table_.find(roles_.label);
    if (roles_.label.empty() || label == nullptr || label->codes.empty()) return;
    std::set<std::string> tell;
    for (const ColumnFacts& column : table_.columns) {
      if (!is_free(column)) continue;
      const std::string value = giveaway(column, *label, table_.rows);
      if (!value.empty()) {
        tell.insert(column.name);
        ignore(column.name, value);
      }
    }
    leave_out_neighbours(tell);
    for (const ColumnFacts& column : table_.columns) {
      if (is_free(column) && splits_alone(column, *label)) {
        roles_.notes.push_back({column.name, "alone tells the class; is it measured where the student will run?"});
      }
    }
  }

  // Flags in one block with the label, of which one gives it away or is named like an answer.
  void leave_out_neighbours(const std::set<std::string>& tell) {
    size_t at = 0;
    while (at < table_.columns.size() && table_.columns[at].name != roles_.label) ++at;
    size_t from = at, to = at + 1;
    const auto is_flag = [&](size_t i) {
      return table_.columns[i].is_flag() && (is_free(table_.columns[i]) || tell.count(table_.columns[i].name) != 0);
    };
    while (from > 0 && is_flag(from - 1)) --from;
    while (to < table_.columns.size() && is_flag(to)) ++to;
    const bool gives_away = std::any_of(table_.columns.begin() + static_cast<int64_t>(from),
                                        table_.columns.begin() + static_cast<int64_t>(to),
                                        [&](const ColumnFacts& c) { return tell.count(c.name) != 0; });
    for (size_t i = from; i < to; ++i) {
      const ColumnFacts& column = table_.columns[i];
      if (!is_free(column)) continue;
      if (gives_away)
        ignore(column.name, "stands among columns that give the answer away");
      else if (label_rank(column.name) >= 0)
        ignore(column.name, "looks like another answer");
    }
  }

  void leave_out_texts() {
    static const std::set<std::string> kYes{"true", "yes", "on", "open", "high", "ja"};
    static const std::set<std::string> kNo{"false", "no", "off", "closed", "low", "nein"};
    for (const ColumnFacts& column : table_.columns) {
      if (column.kind != Kind::kText || !is_free(column)) continue;
      const auto low = [](std::string text) {
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
        return text;
      };
      if (column.is_flag()) {
        const std::string a = low(column.values[0]), b = low(column.values[1]);
        if ((kYes.count(a) != 0 && kNo.count(b) != 0) || (kYes.count(b) != 0 && kNo.count(a) != 0)) {
          roles_.flags.push_back({column.name, kYes.count(a) != 0 ? column.values[0] : column.values[1]});
          continue;
        }
      }
      const bool few = !column.codes.empty() && column.distinct <= kMostNumberClasses;
      if (few) roles_.texts.push_back(column.name);
      if (column.texts < table_.rows - column.missing)
        ignore(column.name, fmt::format("{} of its cells are texts such as '{}'", column.texts, column.odd));
      else
        ignore(column.name, few ? fmt::format("texts, {} of them", column.distinct) : "texts");
    }
  }

  void note_missing_marks() {
    for (const ColumnFacts& column : table_.columns) {
      const auto mark = is_free(column) ? missing_mark(column) : std::nullopt;
      if (!mark) continue;
      roles_.notes.push_back(
          {column.name, fmt::format("is {0:g} in {1} rows, far from all else; if that means missing: "
                                    "missing_values = [{0:g}] and missing = \"drop\"",
                                    mark->value, mark->count)});
    }
  }

  void name_inputs() {
    int64_t missing = 0;
    std::string with_missing;
    const auto has_missing = [&](const ColumnFacts& column) {
      if (column.missing == 0) return;
      missing = std::max(missing, column.missing);
      with_missing += (with_missing.empty() ? "'" : ", '") + column.name + "'";
    };
    for (const ColumnFacts& column : table_.columns) {
      const auto left_out = ignored_.find(column.name);
      if (left_out != ignored_.end()) {
        roles_.ignored.push_back({column.name, left_out->second});
        continue;
      }
      has_missing(column);
      if (is_free(column)) roles_.inputs.push_back(column.name);
    }
    roles_.drops_missing = missing > 0;
    if (missing > 0)
      roles_.missing_reason =
          fmt::format("rows without a value are left out: holes in {}, at most {} in one", with_missing, missing);
  }

  const TableFacts& table_;
  const GuessWishes& wishes_;
  const TeacherHints& teacher_;
  RoleGuess roles_;
  std::map<std::string, std::string> ignored_;
};

}  // namespace

Result<RoleGuess> guess_roles(const TableFacts& table, const GuessWishes& wishes, const TeacherHints& teacher) {
  return RoleGuesser(table, wishes, teacher).run();
}

}  // namespace apprentice::data
