// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/load.h"

#include <algorithm>
#include <set>

#include "apprentice/data/row_dataset.h"
#include "apprentice/data/time_gaps.h"

namespace apprentice::data {
namespace {

constexpr int64_t kSmallPicture = 8;  // lines or columns

class Loader {
 public:
  Loader(DataKeys keys, SplitPlan plan) : keys_(std::move(keys)), plan_(std::move(plan)) {}

  Result<Splits> run() {
    APPRENTICE_CHECK(load_files());
    number_rows();
    APPRENTICE_CHECK(choose_window());
    const bool whole_segments = keys_.window.length > 0 || plan_.time_inside_recordings ||
                                plan_.cut == SplitPlan::Cut::kTime || keys_.whole_recordings;
    store_->groups = form_groups(source(), whole_segments ? Loners::kSegments : Loners::kRows);
    if (!store_->groups.rows_stand_alone) APPRENTICE_CHECK(check_time_order(source()));
    if (window() > 0 && !keys_.cross_time_gaps) gaps_ = find_time_gaps(source());
    APPRENTICE_CHECK(filter());
    APPRENTICE_CHECK(find_answers());
    APPRENTICE_TRY(sides_, assign_sides(source(), store_->groups, plan_, strata(), std::max<int64_t>(1, window())));
    for (const Segment& segment : source().segments) cut_samples(segment);
    APPRENTICE_CHECK(check_samples());
    return finish();
  }

 private:
  Source& source() { return store_->source; }
  int64_t window() const { return keys_.window.length; }
  bool is_classification() const { return keys_.task == TaskKind::kClassification; }

  // Rows can be chosen by their number in the file, from 0, under the name "row".
  void number_rows() {
    if (source().is_row_column("row")) return;
    std::vector<Selector> selectors{keys_.where, plan_.cut_where};
    for (const SplitRule& rule : plan_.rules) selectors.push_back(rule.where);
    const bool is_used = std::any_of(selectors.begin(), selectors.end(), [](const Selector& selector) {
      return std::any_of(selector.conditions.begin(), selector.conditions.end(),
                         [](const Condition& condition) { return condition.column == "row"; });
    });
    if (!is_used) return;
    RowColumn& numbers = source().columns["row"];
    for (const Segment& segment : source().segments) {
      for (int64_t row = 0; row < segment.rows; ++row) numbers.append(std::to_string(row));
    }
  }

  Status load_files() {
    for (const auto& [side, load] : keys_.loaders) {
      APPRENTICE_TRY(Source part, load());
      for (Segment& segment : part.segments) segment.side = side;
      if (keys_.remaining_cap) APPRENTICE_CHECK(derive_remaining(part, *keys_.remaining_cap));
      APPRENTICE_CHECK(append(source(), std::move(part)));
    }
    return {};
  }

  // Recordings without [data.window] are samples as a whole, if all are equally long.
  Status choose_window() {
    if (keys_.whole_recordings && window() == 0) {
      const Segment& first = source().segments.front();
      for (const Segment& segment : source().segments) {
        if (segment.rows == first.rows) continue;
        return bad_input(keys_.place,
                         "{} has {} rows and {} has {}, so whole recordings are no samples of one shape; "
                         "cut windows with [data.window] length = ...",
                         first.path, first.rows, segment.path, segment.rows);
      }
      keys_.window.length = keys_.window.stride = rows_of_an_answer_ = first.rows;
    }
    store_->window_rows = window();
    if (window() > 0 && source().row_shape.size() != 1) {
      return bad_input(keys_.place, "windows are cut from rows of [channels], but one row of {} has shape {}",
                       source().place, to_string(source().row_shape));
    }
    Shape shape = source().row_shape;
    if (window() > 0) shape.push_back(window());
    if (!keys_.sample_shape.empty()) {
      if (checked_element_count(keys_.sample_shape) != element_count(shape)) {
        return bad_input(keys_.place, "sample_shape is {}, but one sample has shape {}: another number of values",
                         to_string(keys_.sample_shape), to_string(shape));
      }
      if (keys_.sample_shape[0] != shape[0]) source().channel_names.clear();
      shape = keys_.sample_shape;
    }
    info_.sample_shape = shape;
    return {};
  }

  int64_t dropped_rows() const {
    const std::vector<char>& dropped = store_->source.dropped;
    return std::count(dropped.begin(), dropped.end(), 1);
  }

  // Rows that `where` does not select are dropped.
  Status filter() {
    missing_ = dropped_rows();
    if (keys_.where.conditions.empty()) return {};
    APPRENTICE_CHECK(keys_.where.check_columns(source(), keys_.place));
    source().dropped.resize(static_cast<size_t>(source().rows), 0);
    for (const Segment& segment : source().segments) {
      const bool whole = keys_.where.is_of_segments(source());
      const bool all = whole && keys_.where.matches(source(), segment, segment.first_row);
      for (int64_t row = segment.first_row; row < segment.first_row + segment.rows; ++row) {
        const bool kept = whole ? all : keys_.where.matches(source(), segment, row);
        if (!kept) source().dropped[static_cast<size_t>(row)] = 1;
      }
    }
    filtered_ = dropped_rows() - missing_;
    return {};
  }

  Status find_answers() {
    if (is_classification()) {
      if (source().label_column.empty()) {
        return bad_input(keys_.place, "no labels are given; name them with label (a column) or labels (a file)");
      }
      APPRENTICE_TRY(labels_, Labels::make(source(), keys_.labels));
      info_.class_names = labels_.class_names();
    } else if (source().targets.empty()) {
      return bad_input(keys_.place,
                       "task is \"regression\", but no target is given; name it with target (a column), "
                       "targets (a file) or derived_target");
    }
    info_.task = keys_.task;
    info_.channel_names = source().channel_names;
    return {};
  }

  // The class of a group is that of its last row.
  Strata strata() {
    Strata strata;
    if (!is_classification()) return strata;
    strata.resize(store_->groups.names.size(), -1);
    for (const Segment& segment : source().segments) {
      if (!store_->groups.rows_stand_alone) {
        strata[static_cast<size_t>(segment.group)] =
            labels_.label(source(), segment, segment.first_row + segment.rows - 1);
        continue;
      }
      for (int64_t row = segment.first_row; row < segment.first_row + segment.rows; ++row) {
        strata[static_cast<size_t>(row)] = labels_.label(source(), segment, row);
      }
    }
    return strata;
  }

  bool begins_anew(int64_t row) const { return !gaps_.begins.empty() && gaps_.begins[static_cast<size_t>(row)] != 0; }

  // For each row of the segment the first of those before it that have its label; empty where labels do not change.
  std::vector<int64_t> label_runs(const Segment& segment) {
    std::vector<int64_t> since;
    if (!is_classification() || window() == 0 || !source().is_row_column(source().label_column)) return since;
    since.resize(static_cast<size_t>(segment.rows));
    for (int64_t i = 0; i < segment.rows; ++i) {
      const int64_t row = segment.first_row + i;
      const bool same = i > 0 && labels_.label(source(), segment, row) == labels_.label(source(), segment, row - 1);
      since[static_cast<size_t>(i)] = same ? since[static_cast<size_t>(i - 1)] : row;
    }
    return since;
  }

  // Samples of every stretch of rows on one side.
  void cut_samples(const Segment& segment) {
    label_since_ = label_runs(segment);
    const int64_t end = segment.first_row + segment.rows, length = std::max<int64_t>(1, window());
    const int64_t stride = window() > 0 ? keys_.window.stride : 1;
    for (int64_t row = segment.first_row; row < end;) {
      const int8_t side = sides_.side_of_row[static_cast<size_t>(row)];
      int64_t last = row + 1;
      while (last < end && sides_.side_of_row[static_cast<size_t>(last)] == side && !begins_anew(last)) ++last;
      const bool only_last = side == kTest && keys_.window.last_of_test;
      const int64_t first = only_last ? std::max(row, last - length) : row;
      for (int64_t at = first; side != kNoSide && at + length <= last; at += stride) add_sample(segment, at, side);
      if (side != kNoSide && last - row < length) ++too_short_;
      row = last;
    }
    if (!store_->groups.rows_stand_alone) rows_before_[segment.group] += segment.rows;
  }

  void add_sample(const Segment& segment, int64_t row, int8_t side) {
    const int64_t answer_row = row + std::max<int64_t>(1, window()) - 1;
    RowSample sample;
    sample.first_row = row;
    if (is_classification()) {
      sample.info.label = labels_.label(source(), segment, answer_row);
      if (sample.info.label < 0) {
        ++ignored_;
        return;
      }
      const bool is_mixed =
          !label_since_.empty() && label_since_[static_cast<size_t>(answer_row - segment.first_row)] > row;
      mixed_ += is_mixed ? 1 : 0;
      if (is_mixed && keys_.window.skip_mixed) return;
    } else {
      sample.info.target = source().targets[static_cast<size_t>(answer_row)];
    }
    const bool alone = store_->groups.rows_stand_alone;
    sample.info.group = alone ? static_cast<int32_t>(row) : segment.group;
    sample.moved = source().read_row(row) != row;
    sample.info.row = source().read_row(answer_row) / rows_of_an_answer_;
    sample.info.position = alone ? 0 : rows_before_[segment.group] + row - segment.first_row;
    samples_[static_cast<size_t>(side)].push_back(sample);
  }

  Status check_samples() const {
    for (int side = 0; side < kSides; ++side) {
      if (!samples_[static_cast<size_t>(side)].empty()) continue;
      const auto& rows = sides_.side_of_row;
      return bad_input(plan_.place,
                       "the {} side is empty: {} rows fall on it, which give no sample{}{}; the sides "
                       "have {}, {} and {} samples",
                       side_name(side), std::count(rows.begin(), rows.end(), side),
                       window() > 0 ? fmt::format(" of {} rows", window()) : "",
                       side == kValidation ? " (cut it out of training with [split.validation_from_train])" : "",
                       samples_[0].size(), samples_[1].size(), samples_[2].size());
    }
    const SampleInfo& first = samples_[0].front().info;
    const bool varied = std::any_of(samples_[0].begin(), samples_[0].end(), [&](const RowSample& sample) {
      return sample.info.label != first.label || sample.info.target != first.target;
    });
    if (varied) return {};
    if (!is_classification()) {
      return bad_input(keys_.place, "all {} training samples have the target {}; there is nothing to learn",
                       samples_[0].size(), first.target);
    }
    return bad_input(keys_.place, "all {} training samples have the class '{}'; classification needs at least two: {}",
                     samples_[0].size(), info_.class_names[static_cast<size_t>(first.label)],
                     info_.class_names.size() > 1 ? "split so that other classes train, too"
                                                  : "add data of another class, or name another column as label");
  }

  std::string describe() const {
    std::string text = "split " + plan_.words;
    for (int side = 0; side < kSides; ++side) {
      std::set<int32_t> groups;
      for (const RowSample& sample : samples_[static_cast<size_t>(side)]) groups.insert(sample.info.group);
      text += fmt::format("{} {} {} {}", side == 0 ? ":" : ",", side_name(side),
                          samples_[static_cast<size_t>(side)].size(), window() > 0 ? "windows" : "samples");
      if (!store_->groups.rows_stand_alone) text += fmt::format(" of {} groups", groups.size());
    }
    if (window() > 0) text += fmt::format("; windows of {} rows every {}", window(), keys_.window.stride);
    if (store_->groups.rows_stand_alone) text += "; every row is taken as independent of the others";
    if (!sides_.honesty.empty()) text += "; " + sides_.honesty;
    const auto& rows = sides_.side_of_row;
    if (missing_ > 0) text += fmt::format("; {} of {} rows are dropped for missing values", missing_, rows.size());
    if (filtered_ > 0) text += fmt::format("; {} of {} rows are not selected by where", filtered_, rows.size());
    const int64_t left_out = std::count(rows.begin(), rows.end(), kNoSide) - missing_ - filtered_;
    if (left_out > 0) text += fmt::format("; {} of {} rows are on no side", left_out, rows.size());
    if (ignored_ > 0) text += fmt::format("; {} samples with ignored labels are left out", ignored_);
    if (too_short_ > 0) text += fmt::format("; {} stretches are shorter than a window", too_short_);
    return text + describe_windows() + missing_classes() + describe_files();
  }

  std::string describe_windows() const {
    std::string text;
    if (mixed_ > 0 && keys_.window.skip_mixed) {
      text += fmt::format("; {} windows whose rows have several labels are left out", mixed_);
    } else if (mixed_ > 0) {
      text += fmt::format("; {} windows have rows of several labels and take that of the last row", mixed_);
    }
    if (gaps_.count > 0) {
      text += fmt::format("; no window crosses the {} gaps in time (more than {} times the usual step of {:.4g})",
                          gaps_.count, kGapSteps, gaps_.usual_step);
    }
    return text;
  }

  // Bytes [lines, columns] of one size are pictures more often than channels.
  bool is_like_picture() const {
    const Shape& shape = info_.sample_shape;
    const bool bytes = std::holds_alternative<std::vector<uint8_t>>(store_->source.values);
    return bytes && window() == 0 && shape.size() == 2 && std::min(shape[0], shape[1]) >= kSmallPicture &&
           std::max(shape[0], shape[1]) <= 4 * std::min(shape[0], shape[1]);
  }

  std::string describe_files() const {
    std::string text;
    if (is_like_picture()) {
      const Shape& shape = info_.sample_shape;
      text +=
          fmt::format("; bytes of {} are read as {} channels of {} steps; set sample_shape = [1, {}, {}] for pictures",
                      to_string(shape), shape[0], shape[1], shape[0], shape[1]);
    }
    for (const std::string& note : store_->source.notes) text += "; " + note;
    return text;
  }

  std::string missing_classes() const {
    std::set<int32_t> trained;
    for (const RowSample& sample : samples_[0]) trained.insert(sample.info.label);
    std::string names;
    for (size_t i = 0; i < info_.class_names.size(); ++i) {
      if (trained.count(static_cast<int32_t>(i)) == 0) names += (names.empty() ? "" : ", ") + info_.class_names[i];
    }
    return names.empty() ? "" : "; no training sample has the class " + names;
  }

  Splits finish() {
    Splits splits;
    splits.description = describe();
    if (!sides_.leak.empty()) splits.leak_warning = "the split leaks, and the job allows it: " + sides_.leak;
    const std::string values = fingerprint_values(source());
    std::shared_ptr<const Dataset>* const sides[] = {&splits.train, &splits.validation, &splits.test};
    for (size_t side = 0; side < kSides; ++side) {
      DatasetInfo info = info_;
      info.fingerprint = fingerprint_samples(values, info, samples_[side]);
      *sides[side] = std::make_shared<RowDataset>(store_, std::move(info), std::move(samples_[side]));
    }
    return splits;
  }

  DataKeys keys_;
  SplitPlan plan_;
  std::shared_ptr<RowStore> store_ = std::make_shared<RowStore>();
  DatasetInfo info_;
  Labels labels_;
  SideMap sides_;
  std::array<std::vector<RowSample>, kSides> samples_;
  std::map<int32_t, int64_t> rows_before_;  // of earlier segments of the group
  std::vector<int64_t> label_since_;        // of the segment that is cut
  TimeGaps gaps_;
  int64_t rows_of_an_answer_ = 1;       // that was recorded: a recording's where a sample is a whole one
  int64_t missing_ = 0, filtered_ = 0;  // rows
  int64_t ignored_ = 0, too_short_ = 0, mixed_ = 0;
};

}  // namespace

Result<Splits> load_splits(const DataJob& job) { return Loader(job.keys, job.split).run(); }

}  // namespace apprentice::data
