// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/split.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "apprentice/base/random.h"

namespace apprentice::data {

const char* side_name(int side) {
  static const char* const kNames[] = {"train", "validation", "test"};
  return kNames[side];
}

namespace {

int64_t at_fraction(int64_t rows, double fraction) {
  return std::clamp<int64_t>(std::llround(std::floor(static_cast<double>(rows) * fraction + 1e-9)), 0, rows);
}

class Assigner {
 public:
  Assigner(const Source& source, const Groups& groups, const SplitPlan& plan, const Strata& strata, int64_t window_rows)
      : source_(source),
        groups_(groups),
        plan_(plan),
        strata_(strata),
        window_rows_(window_rows),
        sides_(static_cast<size_t>(source.rows), kNoSide) {}

  Result<std::vector<int8_t>> run() {
    if (plan_.by == SplitPlan::By::kRules) {
      for (const SplitRule& rule : plan_.rules) APPRENTICE_CHECK(rule.where.check_columns(source_, rule.place));
      for (const Segment& segment : source_.segments) APPRENTICE_CHECK(apply_rules(segment));
    } else if (plan_.by == SplitPlan::By::kFiles) {
      for (const Segment& segment : source_.segments) fill(segment.first_row, segment.rows, segment.side);
    } else {
      share_groups();
    }
    remove_dropped();
    APPRENTICE_CHECK(cut_validation());
    return std::move(sides_);
  }

 private:
  void fill(int64_t first, int64_t rows, int side) {
    std::fill_n(sides_.begin() + first, rows, static_cast<int8_t>(side));
  }
  int8_t& side(int64_t row) { return sides_[static_cast<size_t>(row)]; }

  void remove_dropped() {
    for (size_t row = 0; row < source_.dropped.size(); ++row) {
      if (source_.dropped[row] != 0) sides_[row] = kNoSide;
    }
  }

  // Rules about whole recordings decide for the segment at once; rules about columns decide row by row.
  Status apply_rules(const Segment& segment) {
    std::vector<char> decided(static_cast<size_t>(segment.rows), 0);
    for (const SplitRule& rule : plan_.rules) {
      const bool whole = rule.where.is_of_segments(source_);
      if (whole && !rule.where.matches(source_, segment, segment.first_row)) continue;
      if (!whole && rule.side == kNoSide && has_spans(rule)) {
        return bad_input(rule.place,
                         "a rule with spans of time can only select whole recordings; a column of 'where' "
                         "changes from row to row");
      }
      for (int64_t i = 0; i < segment.rows; ++i) {
        if (decided[static_cast<size_t>(i)] != 0) continue;
        if (!whole && !rule.where.matches(source_, segment, segment.first_row + i)) continue;
        decided[static_cast<size_t>(i)] = 1;
        side(segment.first_row + i) = static_cast<int8_t>(has_spans(rule) ? side_at(rule, i, segment.rows) : rule.side);
      }
      if (whole) break;
    }
    return {};
  }

  static bool has_spans(const SplitRule& rule) { return rule.spans[0] || rule.spans[1] || rule.spans[2]; }

  static int side_at(const SplitRule& rule, int64_t row, int64_t rows) {
    for (int s = 0; s < kSides; ++s) {
      const auto& span = rule.spans[static_cast<size_t>(s)];
      if (span && row >= at_fraction(rows, span->from) && row < at_fraction(rows, span->to)) return s;
    }
    return kNoSide;
  }

  // Groups per stratum in random order, of those that `is_in` accepts.
  template <typename IsIn>
  std::vector<std::vector<int32_t>> shuffled_strata(const std::string& stream, IsIn is_in) {
    std::map<int32_t, std::vector<int32_t>> strata;
    for (int32_t group = 0; group < static_cast<int32_t>(groups_.names.size()); ++group) {
      if (is_in(group)) strata[strata_.empty() ? 0 : strata_[static_cast<size_t>(group)]].push_back(group);
    }
    Rng rng(plan_.seed, stream);
    std::vector<std::vector<int32_t>> result;
    for (const auto& [stratum, members] : strata) {
      std::vector<int32_t> shuffled;
      for (const int64_t i : rng.permutation(static_cast<int64_t>(members.size()))) {
        shuffled.push_back(members[static_cast<size_t>(i)]);
      }
      result.push_back(std::move(shuffled));
    }
    return result;
  }

  // At least one when there are two or more to take from.
  static int64_t share(int64_t count, double fraction) {
    if (fraction <= 0.0) return 0;
    return std::max<int64_t>(count >= 2 ? 1 : 0, std::llround(static_cast<double>(count) * fraction));
  }

  void share_groups() {
    std::vector<int8_t> of_group(groups_.names.size(), kTrain);
    int64_t dealt = 0;  // to folds, like cards
    for (auto members : shuffled_strata("split groups", [](int32_t) { return true; })) {
      const auto count = static_cast<int64_t>(members.size());
      // One of each stratum is left to train.
      int64_t test = std::min(share(count, plan_.fractions[kTest]), count - 1);
      if (plan_.folds > 0) test = deal(members, dealt);
      const int64_t validation = std::clamp<int64_t>(count - 1 - test, 0, share(count, plan_.fractions[kValidation]));
      for (int64_t i = 0; i < test + validation; ++i) {
        of_group[static_cast<size_t>(members[static_cast<size_t>(i)])] = i < test ? kTest : kValidation;
      }
    }
    for_groups([&](int64_t row, int32_t group) { side(row) = of_group[static_cast<size_t>(group)]; });
  }

  // Brings those of the plan's fold to the front; returns how many they are.
  int64_t deal(std::vector<int32_t>& members, int64_t& dealt) const {
    std::vector<int32_t> in_fold, others;
    for (const int32_t group : members) (dealt++ % plan_.folds == plan_.fold - 1 ? in_fold : others).push_back(group);
    members = in_fold;
    members.insert(members.end(), others.begin(), others.end());
    return static_cast<int64_t>(in_fold.size());
  }

  // Calls use(row, group) for every row.
  template <typename Use>
  void for_groups(Use use) {
    for (const Segment& segment : source_.segments) {
      for (int64_t row = segment.first_row; row < segment.first_row + segment.rows; ++row) {
        use(row, groups_.rows_stand_alone ? static_cast<int32_t>(row) : segment.group);
      }
    }
  }

  Status cut_validation() {
    if (plan_.cut == SplitPlan::Cut::kGroup) cut_groups();
    if (plan_.cut == SplitPlan::Cut::kTime) {
      for (const Segment& segment : source_.segments) cut_time(segment);
    }
    if (plan_.cut == SplitPlan::Cut::kAttribute) {
      APPRENTICE_CHECK(plan_.cut_where.check_columns(source_, "[split.validation_from_train]"));
      for (const Segment& segment : source_.segments) {
        for (int64_t row = segment.first_row; row < segment.first_row + segment.rows; ++row) {
          if (side(row) == kTrain && plan_.cut_where.matches(source_, segment, row)) side(row) = kValidation;
        }
      }
    }
    return {};
  }

  void cut_groups() {
    std::vector<char> trains(groups_.names.size(), 0), chosen(groups_.names.size(), 0);
    for_groups([&](int64_t row, int32_t group) {
      if (side(row) == kTrain) trains[static_cast<size_t>(group)] = 1;
    });
    const auto is_in = [&](int32_t group) { return trains[static_cast<size_t>(group)] != 0; };
    for (const auto& members : shuffled_strata("split validation", is_in)) {
      const int64_t count = share(static_cast<int64_t>(members.size()), plan_.cut_fraction);
      for (int64_t i = 0; i < count; ++i) chosen[static_cast<size_t>(members[static_cast<size_t>(i)])] = 1;
    }
    for_groups([&](int64_t row, int32_t group) {
      if (side(row) == kTrain && chosen[static_cast<size_t>(group)] != 0) side(row) = kValidation;
    });
  }

  // The last part of every stretch of training rows, with a gap before it.
  void cut_time(const Segment& segment) {
    const int64_t end = segment.first_row + segment.rows;
    const int64_t gap = plan_.cut_gap_rows >= 0 ? plan_.cut_gap_rows : window_rows_;
    for (int64_t row = segment.first_row; row < end;) {
      int64_t last = row;
      while (last < end && side(last) == kTrain) ++last;
      const int64_t length = last - row, kept = length - at_fraction(length, plan_.cut_fraction);
      fill(row + kept, length - kept, kValidation);
      const int64_t gap_rows = std::min(gap, kept);
      fill(row + kept - gap_rows, gap_rows, kNoSide);
      row = std::max(last, row + 1);
    }
  }

  const Source& source_;
  const Groups& groups_;
  const SplitPlan& plan_;
  const Strata& strata_;
  const int64_t window_rows_;
  std::vector<int8_t> sides_;
};

// Looks at every group for two sides that meet without a gap of window_rows inside one segment.
class LeakCheck {
 public:
  LeakCheck(const Source& source, const Groups& groups, int64_t window_rows)
      : source_(source), groups_(groups), window_rows_(window_rows) {}

  void run(SideMap& map) {
    if (groups_.rows_stand_alone) return;
    std::vector<int> sides_of_group(groups_.names.size(), 0);
    std::vector<const Segment*> first_of_group(groups_.names.size(), nullptr);
    for (const Segment& segment : source_.segments) {
      const int sides = check_segment(segment, map);
      const auto group = static_cast<size_t>(segment.group);
      const int together = sides_of_group[group] | sides;
      if (sides_of_group[group] != 0 && sides != 0 && sides_of_group[group] != sides && map.leak.empty()) {
        map.leak = fmt::format("recordings of group '{}' are on two sides ({})", groups_.names[group], words(together));
      }
      sides_of_group[group] = together;
    }
    if (shortest_gap_ < INT64_MAX && map.leak.empty()) {
      map.honesty = fmt::format(
          "sides that share a recording lie at least {} rows apart, so no window (of {} {}) "
          "touches two",
          shortest_gap_, window_rows_, window_rows_ == 1 ? "row" : "rows");
    }
  }

 private:
  static std::string words(int sides) {
    std::vector<std::string> names;
    for (int side = 0; side < kSides; ++side) {
      if ((sides & (1 << side)) != 0) names.emplace_back(side_name(side));
    }
    return fmt::format("{}", fmt::join(names, " and "));
  }

  // The sides of a segment as bits.
  int check_segment(const Segment& segment, SideMap& map) {
    int sides = 0, last_side = kNoSide;
    int64_t last_row = 0;
    for (int64_t row = segment.first_row; row < segment.first_row + segment.rows; ++row) {
      const int side = map.side_of_row[static_cast<size_t>(row)];
      if (side == kNoSide) continue;
      if (last_side != kNoSide && side != last_side) {
        const int64_t gap = row - last_row - 1;
        shortest_gap_ = std::min(shortest_gap_, gap);
        if (gap < window_rows_ && map.leak.empty()) {
          map.leak = fmt::format("group '{}' is on two sides ({}) with a gap of {} rows between them",
                                 groups_.names[static_cast<size_t>(segment.group)],
                                 words((1 << side) | (1 << last_side)), gap);
        }
      }
      sides |= 1 << side;
      last_side = side;
      last_row = row;
    }
    return sides;
  }

  const Source& source_;
  const Groups& groups_;
  const int64_t window_rows_;
  int64_t shortest_gap_ = INT64_MAX;
};

}  // namespace

Result<SideMap> assign_sides(const Source& source, const Groups& groups, const SplitPlan& plan, const Strata& strata,
                             int64_t window_rows) {
  SideMap map;
  APPRENTICE_TRY(map.side_of_row, Assigner(source, groups, plan, strata, window_rows).run());
  LeakCheck(source, groups, window_rows).run(map);
  if (!map.leak.empty() && !plan.allow_leak) {
    return bad_input(plan.place,
                     "the split leaks: {}; put whole groups on one side, leave a gap of at least {} rows, "
                     "or set allow_leak = true, which the report then shows in red",
                     map.leak, window_rows);
  }
  return map;
}

}  // namespace apprentice::data
