// SPDX-License-Identifier: Apache-2.0
// Which rows train, validate and test. How jobs say it: docs/howto/data.md
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/data/groups.h"
#include "apprentice/data/selector.h"

namespace apprentice::data {

inline constexpr int kSides = 3;
inline constexpr int8_t kTrain = 0, kValidation = 1, kTest = 2, kNoSide = -1;
const char* side_name(int side);

// Part of a recording in time, as fractions of its rows: [from, to).
struct Span {
  double from = 0.0, to = 1.0;
};

// What `where` selects goes to one side, or each recording is shared out by time. The first rule that matches wins.
struct SplitRule {
  Selector where;
  int side = kNoSide;
  std::array<std::optional<Span>, kSides> spans;
  std::string place;  // in the job
};

struct SplitPlan {
  enum class By { kFiles, kRules, kGroup };
  By by = By::kRules;
  std::string words;  // "by attribute 'load_hp'"
  std::vector<SplitRule> rules;
  std::array<double, kSides> fractions{0.0, 0.0, 0.0};  // of groups
  int64_t folds = 0, fold = 0;                          // of groups: fold 1 to folds tests; 0 = the fractions decide
  bool time_inside_recordings = false;                  // some rule has spans

  // What is cut out of training for validation.
  enum class Cut { kNone, kGroup, kTime, kAttribute };
  Cut cut = Cut::kNone;
  double cut_fraction = 0.2;
  int64_t cut_gap_rows = -1;  // -1 = the window's length
  Selector cut_where;

  bool allow_leak = false;
  uint64_t seed = 1;
  std::string place;  // of [split] in the job
};

// Mistakes stay in the Config. `files_per_side` when [data] gives files per side, which is the whole split then.
SplitPlan read_split_keys(Config& split, bool files_per_side);

// The class of each group for drawing groups evenly; empty in regression.
using Strata = std::vector<int32_t>;

struct SideMap {
  std::vector<int8_t> side_of_row;
  std::string leak;     // the first group on two sides without a gap; "" = none
  std::string honesty;  // a clause about groups on two sides with a gap; "" = none
};

// `window_rows` is the gap from which two sides of one recording share nothing. A leak is an error unless allowed.
Result<SideMap> assign_sides(const Source& source, const Groups& groups, const SplitPlan& plan, const Strata& strata,
                             int64_t window_rows);

}  // namespace apprentice::data
