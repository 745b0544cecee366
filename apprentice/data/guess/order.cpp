// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "apprentice/data/guess/column_words.h"
#include "apprentice/data/guess/guess.h"
#include "apprentice/data/time_gaps.h"

namespace apprentice::data {
namespace {

constexpr int64_t kLags = 16;  // rows over which neighbours are compared
constexpr double kLeastCorrelation = 0.3;
constexpr int64_t kShortWindow = 32, kLongWindow = 128, kLeastWindow = 8;
constexpr double kFastSampling = 50.0;              // Hz, from which a window is long
constexpr int64_t kManyStretches = 8;               // from which few windows of each are enough
constexpr int64_t kManyWindows = 5000;              // from which windows need not overlap
constexpr double kLeastGap = 0.02, kMostGap = 0.1;  // of a recording, between two sides

int64_t power_of_two_below(int64_t value) {
  int64_t power = 1;
  while (2 * power <= value) power *= 2;
  return power;
}

template <typename T>
T median(std::vector<T> values) {
  if (values.empty()) return T{};
  std::nth_element(values.begin(), values.begin() + static_cast<int64_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// 0 where there are none: no row has a label.
int64_t shortest_of(const std::vector<int64_t>& rows) {
  return rows.empty() ? 0 : *std::min_element(rows.begin(), rows.end());
}

class OrderGuesser {
 public:
  OrderGuesser(const TableFacts& table, const RoleGuess& roles, const GuessWishes& wishes, const TeacherHints& teacher)
      : table_(table), roles_(roles), wishes_(wishes), teacher_(teacher), label_(table.find(roles.label)) {
    if (label_ != nullptr && label_->codes.empty()) label_ = nullptr;
  }

  OrderGuess run() {
    cut_stretches();
    measure_time();
    guess_order();
    guess_window();
    if (guess_.window > 1) note_windows();
    guess_splits();
    return std::move(guess_);
  }

 private:
  struct Stretch {
    size_t from, to;  // in rows_
    std::vector<int32_t> group;
  };

  // Rows of one file and one group, in their order.
  void cut_stretches() {
    std::vector<const ColumnFacts*> columns;
    bool by_file = roles_.group.empty();
    for (const std::string& name : roles_.group) {
      const ColumnFacts* column = table_.find(name);
      if (column != nullptr && !column->codes.empty()) columns.push_back(column);
      by_file = by_file || name == "file";
    }
    std::map<std::vector<int32_t>, std::vector<size_t>> rows_of;
    std::set<std::vector<int32_t>> groups;
    size_t row = 0;
    for (size_t file = 0; file < table_.file_rows.size(); ++file) {
      for (int64_t i = 0; i < table_.file_rows[file]; ++i, ++row) {
        std::vector<int32_t> key;
        if (by_file) key.push_back(static_cast<int32_t>(file));
        for (const ColumnFacts* column : columns) key.push_back(column->codes[row]);
        groups.insert(key);
        key.insert(key.begin(), static_cast<int32_t>(file));
        rows_of[key].push_back(row);
      }
    }
    for (const auto& [key, rows] : rows_of) {
      stretches_.push_back({rows_.size(), rows_.size() + rows.size(), {key.begin() + 1, key.end()}});
      rows_.insert(rows_.end(), rows.begin(), rows.end());
    }
    groups_ = static_cast<int64_t>(groups.size());
  }

  // Calls use(row before, row) for neighbours.
  template <typename Use>
  void for_steps(Use use) const {
    for (const Stretch& stretch : stretches_) {
      for (size_t i = stretch.from + 1; i < stretch.to; ++i) use(rows_[i - 1], rows_[i]);
    }
  }

  void measure_time() {
    const ColumnFacts* time = table_.find(roles_.time);
    if (time == nullptr || time->numbers.empty()) return;
    std::vector<double> steps;
    for_steps([&](size_t before, size_t row) {
      const double step = time->numbers[row] - time->numbers[before];
      if (step >= 0.0) steps.push_back(step);
    });
    double unit = 1.0;
    if (time->epoch) {
      for (double value = time->numbers.front(); value >= 4e9; value /= 1e3) unit *= 1e3;
    }
    const std::vector<std::string> words = words_of(time->name);
    if (std::find(words.begin(), words.end(), "ms") != words.end() && !time->epoch) unit = 1e3;
    if (std::find(words.begin(), words.end(), "us") != words.end() && !time->epoch) unit = 1e6;
    step_ = median(steps);
    seconds_ = step_ / unit;
    for (const double step : steps) gaps_ += step_ > 0.0 && step > 2.5 * step_ && step <= kGapSteps * step_ ? 1 : 0;
  }

  void guess_order() {
    const bool counted = std::any_of(roles_.ignored.begin(), roles_.ignored.end(), [](const NamedReason& column) {
      return column.reason == "counts the rows" && names_counter(column.name) && words_of(column.name)[0] != "row";
    });
    guess_.ordered = true;
    if (!roles_.time.empty())
      guess_.order_reason = fmt::format("'{}' is a time", roles_.time);
    else if (counted || roles_.remaining_cycles)
      guess_.order_reason = "a column counts along the rows";
    else if (neighbours_resemble())
      guess_.order_reason = "neighbouring rows resemble each other, as those of a recording do";
    else
      guess_.ordered = false;
  }

  // Whether most inputs, less their mean over the stretch and class, correlate with themselves a few rows later.
  bool neighbours_resemble() const {
    std::vector<double> strongest;
    for (const std::string& name : roles_.inputs) {
      const ColumnFacts* column = table_.find(name);
      if (column == nullptr || column->numbers.empty()) continue;
      strongest.push_back(strongest_correlation(*column));
    }
    const double noise = 6.0 / std::sqrt(static_cast<double>(std::max<int64_t>(1, table_.rows)));
    return table_.rows >= 60 && !strongest.empty() && median(strongest) > std::max(kLeastCorrelation, noise);
  }

  double strongest_correlation(const ColumnFacts& column) const {
    const std::vector<double> rest = without_means(column);
    double best = 0.0;
    for (int64_t lag = 1; lag <= kLags; ++lag) {
      double product = 0.0, square = 0.0;
      for (const Stretch& stretch : stretches_) {
        for (size_t i = stretch.from + static_cast<size_t>(lag); i < stretch.to; ++i) {
          const double a = rest[i - static_cast<size_t>(lag)], b = rest[i];
          if (std::isnan(a) || std::isnan(b)) continue;
          product += a * b;
          square += 0.5 * (a * a + b * b);
        }
      }
      if (square > 0.0) best = std::max(best, std::fabs(product / square));
    }
    return best;
  }

  std::vector<double> without_means(const ColumnFacts& column) const {
    std::vector<double> rest(rows_.size());
    for (const Stretch& stretch : stretches_) {
      std::map<int32_t, std::pair<double, int64_t>> sums;
      const auto class_of = [&](size_t i) { return label_ != nullptr ? label_->codes[rows_[i]] : 0; };
      for (size_t i = stretch.from; i < stretch.to; ++i) {
        const double value = column.numbers[rows_[i]];
        if (std::isnan(value)) continue;
        auto& [sum, count] = sums[class_of(i)];
        sum += value;
        ++count;
      }
      for (size_t i = stretch.from; i < stretch.to; ++i) {
        const auto& [sum, count] = sums[class_of(i)];
        rest[i] = column.numbers[rows_[i]] - (count > 0 ? sum / static_cast<double>(count) : 0.0);
      }
    }
    return rest;
  }

  std::vector<int64_t> stretch_rows() const {
    std::vector<int64_t> rows;
    for (const Stretch& stretch : stretches_) rows.push_back(static_cast<int64_t>(stretch.to - stretch.from));
    return rows;
  }

  // Lengths of stretches of one label.
  std::vector<int64_t> label_runs() const {
    std::vector<int64_t> runs;
    if (label_ == nullptr) return runs;
    for (const Stretch& stretch : stretches_) {
      for (size_t i = stretch.from; i < stretch.to; ++i) {
        const bool goes_on = i > stretch.from && label_->codes[rows_[i]] == label_->codes[rows_[i - 1]];
        if (goes_on)
          ++runs.back();
        else
          runs.push_back(1);
      }
    }
    return runs;
  }

  void guess_window() {
    if (wishes_.window) {
      guess_.window = *wishes_.window;
      guess_.window_reason = "as asked";
    } else if (!window_of_teacher() && guess_.ordered) {
      window_of_signal();
    }
    fit_window_to_gaps();
    if (guess_.window < 2) guess_.window = 0;
    const int64_t windows = guess_.window > 0 ? table_.rows / guess_.window : 0;
    guess_.stride = windows < kManyWindows ? std::max<int64_t>(1, guess_.window / 2) : guess_.window;
  }

  // Whether the teacher's input says how many rows a sample has.
  bool window_of_teacher() {
    const auto channels = static_cast<int64_t>(roles_.inputs.size());
    if (teacher_.input.empty() || channels == 0) return false;
    int64_t product = 1;
    for (const int64_t axis : teacher_.input) product *= axis;
    if (product == channels) {
      guess_.window_reason = "the teacher takes one row";
      return true;
    }
    int64_t longest = product > 0 && product % channels == 0 ? product / channels : 0;
    if (longest == 0 && teacher_.input.size() > 1) {
      for (const int64_t axis : teacher_.input) longest = axis != channels ? std::max(longest, axis) : longest;
    }
    if (longest < 2) return false;
    guess_.window = longest;
    guess_.window_reason = "what the teacher takes";
    return true;
  }

  void window_of_signal() {
    const int64_t rows = median(stretch_rows()), run = median(label_runs());
    const bool ties = !roles_.time.empty() && step_ <= 0.0;
    if (ties) {
      guess_.window_reason = fmt::format("no windows: '{}' does not tell neighbouring rows apart", roles_.time);
      return;
    }
    const bool fast = seconds_ > 0.0 ? 1.0 / seconds_ >= kFastSampling : rows >= 4096;
    int64_t length = fast ? kLongWindow : kShortWindow;
    const int64_t share = static_cast<int64_t>(stretches_.size()) >= kManyStretches ? 4 : 16;
    length = std::min(length, power_of_two_below(std::max<int64_t>(1, rows / share)));
    if (run > 0) length = std::min(length, power_of_two_below(std::max<int64_t>(1, run / 2)));
    if (length < kLeastWindow) {
      guess_.window_reason = run > 0 && run < 2 * kLeastWindow && run < rows
                                 ? "no windows: the label changes every few rows"
                                 : "no windows: the recordings are too short";
      return;
    }
    guess_.window = length;
    guess_.window_reason = seconds_ > 0.0 ? fmt::format("a guess for one row every {:.4g} s", seconds_)
                                          : "a guess: " + guess_.order_reason;
  }

  // Whether whole groups can leave every class on three sides.
  bool groups_hold_classes() const {
    if (groups_ < 3 || label_ == nullptr) return groups_ >= 3;
    std::vector<std::set<std::vector<int32_t>>> of_class(label_->values.size());
    for (const Stretch& stretch : stretches_) {
      for (size_t i = stretch.from; i < stretch.to; ++i) {
        const int32_t code = label_->codes[rows_[i]];
        if (code >= 0) of_class[static_cast<size_t>(code)].insert(stretch.group);
      }
    }
    return std::all_of(of_class.begin(), of_class.end(), [](const auto& groups) { return groups.size() >= 3; });
  }

  // A split by time leaves a window's length between its sides.
  void fit_window_to_gaps() {
    if (guess_.window == 0 || wishes_.window || !teacher_.input.empty() || groups_hold_classes()) return;
    const std::vector<int64_t> rows = classes_are_blocks() ? label_runs() : stretch_rows();
    const auto most = static_cast<int64_t>(kMostGap * static_cast<double>(shortest_of(rows))) - 2;
    while (guess_.window > std::max<int64_t>(most, 1)) guess_.window /= 2;
    if (guess_.window < kLeastWindow) guess_.window = 0;
  }

  void note_windows() {
    if (gaps_ > 0)
      guess_.notes.push_back(
          fmt::format("{} steps of '{}' are 2.5 to {:.0f} times its usual one, and a window may lie across them; "
                      "across longer ones "
                      "none does",
                      gaps_, roles_.time, kGapSteps));
    if (label_ == nullptr) return;
    int64_t windows = 0, mixed = 0;
    for (const Stretch& stretch : stretches_) {
      const auto length = static_cast<size_t>(guess_.window);
      for (size_t at = stretch.from; at + length <= stretch.to; at += static_cast<size_t>(guess_.stride)) {
        ++windows;
        bool same = true;
        for (size_t i = at + 1; i < at + length; ++i)
          same = same && label_->codes[rows_[i]] == label_->codes[rows_[at]];
        mixed += same ? 0 : 1;
      }
    }
    if (mixed > 0)
      guess_.notes.push_back(fmt::format(
          "the label changes inside {} of {} windows; that of a window's last row counts (mixed_labels = \"skip\" in "
          "[data.window] leaves them out)",
          mixed, windows));
  }

  // Whether every class is one stretch of rows in each file, so that no stretch of time holds all of them.
  bool classes_are_blocks() const {
    if (label_ == nullptr || !roles_.group.empty() || table_.file_rows.size() != 1) return false;
    return label_runs().size() == label_->values.size();
  }

  void add(SplitGuess::By by, const std::string& reason) {
    SplitGuess split{by, 0.0, reason};
    if (by == SplitGuess::By::kTime || by == SplitGuess::By::kTimeInClasses) {
      const std::vector<int64_t> rows = by == SplitGuess::By::kTime ? stretch_rows() : label_runs();
      const double needed = static_cast<double>(std::max<int64_t>(1, guess_.window) + 2) /
                            static_cast<double>(std::max<int64_t>(1, shortest_of(rows)));
      if (needed > kMostGap) return;
      split.gap = std::ceil(std::max(kLeastGap, needed) * 100.0) / 100.0;
    }
    guess_.splits.push_back(split);
  }

  void guess_splits() {
    using By = SplitGuess::By;
    const std::string rows_reason = guess_.ordered
                                        ? "rows at random, although they have an order: neighbours on two sides flatter"
                                        : "rows at random: they seem to have no order";
    const bool whole = groups_ >= 3;
    const std::string group_reason = fmt::format("whole {}, {} of them; also: time, attribute, rules, files",
                                                 roles_.group.empty() ? "files" : "groups", groups_);
    const std::string time_reason =
        roles_.group.empty() && groups_ == 1
            ? "the past trains, the future tests; also: group, attribute, rules, files"
            : "of each recording the past trains and the future tests; also: group, attribute";
    if (wishes_.split == "group") add(By::kGroup, "as asked");
    if (wishes_.split == "time") add(By::kTime, "as asked");
    if (wishes_.split == "time" && classes_are_blocks())
      add(By::kTimeInClasses, "as asked, within each class, since each is one stretch of rows");
    if (wishes_.split == "rows") add(By::kRows, "as asked");
    if (!guess_.splits.empty()) return;
    if (whole) add(By::kGroup, group_reason);
    if (guess_.ordered) add(By::kTime, time_reason);
    if (guess_.ordered && classes_are_blocks())
      add(By::kTimeInClasses, "each class is one stretch of rows, so each is shared out by time");
    if (guess_.window == 0) add(By::kRows, rows_reason);
    if (!guess_.ordered) add(By::kTime, time_reason);
  }

  const TableFacts& table_;
  const RoleGuess& roles_;
  const GuessWishes& wishes_;
  const TeacherHints& teacher_;
  const ColumnFacts* label_;
  OrderGuess guess_;
  std::vector<size_t> rows_;
  std::vector<Stretch> stretches_;
  int64_t groups_ = 0, gaps_ = 0;
  double step_ = 0.0, seconds_ = 0.0;
};

}  // namespace

OrderGuess guess_order(const TableFacts& table, const RoleGuess& roles, const GuessWishes& wishes,
                       const TeacherHints& teacher) {
  return OrderGuesser(table, roles, wishes, teacher).run();
}

}  // namespace apprentice::data
