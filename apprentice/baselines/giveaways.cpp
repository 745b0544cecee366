// SPDX-License-Identifier: Apache-2.0
#include "apprentice/baselines/giveaways.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "apprentice/baselines/baseline_rows.h"
#include "apprentice/baselines/features.h"
#include "apprentice/trees/boosted_trees.h"

namespace apprentice::baselines {
namespace {

constexpr int64_t kTrainRows = 4000, kValidationRows = 2000;  // of the trees
constexpr int64_t kOrderRows = 50'000;                        // that tell whether a channel counts
constexpr int64_t kOrderNumbers = 20'000'000;                 // in memory for it
constexpr int64_t kMostChannels = 256;
constexpr double kDistinct = 0.9;       // of a counter's steps that rise
constexpr int64_t kFewest = 20;         // samples that tell a counter; of a flag
constexpr int64_t kFewestJudged = 100;  // validation samples: fewer cannot tell one channel from luck
constexpr double kLost = 0.8;           // of what trees know, without the one channel that tells
constexpr double kWorthKnowing = 0.5;   // of what there is to know, with it

// Columns [first, last) of the statistics belong to one channel; the first of them is its value or its mean.
struct Channels {
  int64_t count = 0, columns_each = 1;
};

Channels channels_of(const data::DatasetInfo& info, const Features& features) {
  if (info.sample_shape.size() > 2 || info.sample_shape[0] > kMostChannels || !features.note.empty()) return {};
  return {info.sample_shape[0], features.columns / info.sample_shape[0]};
}

trees::TreeRows rows_of(const data::Dataset& data, int64_t most, const Features& features) {
  const std::vector<int64_t> indices = spread_over(data.size(), most);
  Truths truths = truths_of(data, indices);
  return {feature_rows(data, indices, features), std::move(truths.labels), std::move(truths.targets), {}};
}

trees::TreeRows without(const trees::TreeRows& rows, int64_t first, int64_t last) {
  const int64_t count = rows.values.shape()[0], columns = rows.values.shape()[1], left = columns - (last - first);
  trees::TreeRows out{Tensor(DType::kF32, {count, left}), rows.labels, rows.targets, {}};
  for (int64_t i = 0; i < count; ++i) {
    const float* from = rows.values.data<float>() + i * columns;
    float* to = out.values.data<float>() + i * left;
    std::copy(from + last, from + columns, std::copy(from, from + first, to));
  }
  return out;
}

// What trees reach on the validation rows.
struct Reached {
  double figure = 0.0;  // accuracy, or RMSE
  double known = 0.0;   // of what there is to know beyond the commonest class or the mean: 0 to 1
};

double commonest_share(const std::vector<int32_t>& labels) {
  std::map<int32_t, double> counts;
  double most = 0.0;
  for (const int32_t label : labels) most = std::max(most, counts[label] += 1.0);
  return most / static_cast<double>(labels.size());
}

Reached judge(const Tensor& answers, const trees::TreeRows& rows) {
  const int64_t width = answers.shape()[1];
  const auto count = static_cast<double>(answers.shape()[0]);
  if (!rows.labels.empty()) {
    double right = 0.0;
    for (size_t i = 0; i < rows.labels.size(); ++i) {
      const float* row = answers.data<float>() + static_cast<int64_t>(i) * width;
      right += std::max_element(row, row + width) - row == rows.labels[i] ? 1.0 : 0.0;
    }
    const double chance = commonest_share(rows.labels), accuracy = right / count;
    return {accuracy, chance < 1.0 ? (accuracy - chance) / (1.0 - chance) : 0.0};
  }
  double mean = 0.0, spread = 0.0, squares = 0.0;
  for (const float target : rows.targets) mean += double{target} / count;
  for (size_t i = 0; i < rows.targets.size(); ++i) {
    const double target = double{rows.targets[i]}, off = double{answers.data<float>()[i]} - target;
    squares += off * off;
    spread += (target - mean) * (target - mean);
  }
  return {std::sqrt(squares / count), spread > 0.0 ? 1.0 - squares / spread : 0.0};
}

class Judge {
 public:
  Judge(const data::Splits& splits, const Features& features, const BaselineOptions& options, const RunControl& control)
      : train_(rows_of(*splits.train, kTrainRows, features)),
        validation_(rows_of(*splits.validation, kValidationRows, features)),
        classes_(class_count(splits.train->info())),
        control_(control) {
    how_.seed = options.seed;
    how_.rounds = classes_ > 6 ? 20 : 100;
    how_.depth = 5;
    how_.learning_rate = classes_ > 6 ? 0.3 : 0.2;
    how_.patience = 10;
    how_.column_share = train_.values.shape()[1] > 64 ? 0.5 : 1.0;
  }

  struct Outcome {
    Reached reached;
    std::vector<double> gains;  // of each column
  };
  Result<Outcome> all() const { return fit(train_, validation_); }
  // Without the columns [first, last).
  Result<Outcome> lacking(int64_t first, int64_t last) const {
    if (last - first == train_.values.shape()[1]) return Outcome{};
    return fit(without(train_, first, last), without(validation_, first, last));
  }
  const trees::TreeRows& train() const { return train_; }

 private:
  Result<Outcome> fit(const trees::TreeRows& train, const trees::TreeRows& validation) const {
    RunControl quiet = control_;
    quiet.on_progress = nullptr;
    APPRENTICE_TRY(const trees::BoostedTrees model, trees::train_trees(train, validation, classes_, how_, quiet));
    APPRENTICE_TRY(const Tensor answers, trees::predict_trees(model, validation.values));
    return Outcome{judge(answers, validation), model.gains};
  }

  trees::TreeRows train_, validation_;
  int64_t classes_;
  trees::TreeOptions how_;
  RunControl control_;
};

// Training samples that follow each other, with a value of each channel.
struct Ordered {
  std::vector<int64_t> indices;
  std::vector<bool> begins;  // with this sample something new, so that its values may fall
};

// In the order of the files.
Ordered by_row(const data::Dataset& data, int64_t samples) {
  std::vector<std::pair<int64_t, int64_t>> rows;
  for (int64_t i = 0; i < samples; ++i) rows.emplace_back(data.sample_info(i).row, i);
  std::sort(rows.begin(), rows.end());
  Ordered order;
  for (const auto& [row, index] : rows) order.indices.push_back(index);
  order.begins.assign(order.indices.size(), false);
  return order;
}

// Group by group, each in the order of time.
Ordered by_group(const data::Dataset& data, int64_t samples) {
  std::vector<std::tuple<int32_t, int64_t, int64_t>> places;
  for (int64_t i = 0; i < samples; ++i) {
    const data::SampleInfo info = data.sample_info(i);
    places.emplace_back(info.group, info.position, i);
  }
  std::sort(places.begin(), places.end());
  Ordered order;
  for (size_t i = 0; i < places.size(); ++i) {
    order.indices.push_back(std::get<2>(places[i]));
    order.begins.push_back(i > 0 && std::get<0>(places[i]) != std::get<0>(places[i - 1]));
  }
  return order;
}

// Whether column `column` never falls and nearly always rises.
bool counts(const Tensor& values, const Ordered& order, int64_t column) {
  const int64_t columns = values.shape()[1];
  int64_t rises = 0, steps = 0;
  for (size_t i = 1; i < order.indices.size(); ++i) {
    if (order.begins[i]) continue;
    const float* now = values.data<float>() + order.indices[i] * columns;
    const float* before = values.data<float>() + order.indices[i - 1] * columns;
    if (now[column] < before[column]) return false;
    steps += 1;
    rises += now[column] > before[column] ? 1 : 0;
  }
  return steps >= kFewest && static_cast<double>(rises) >= kDistinct * static_cast<double>(steps);
}

enum class Counts { kNothing, kGroups, kEverything };

std::vector<Counts> find_counters(const data::Dataset& train, const Features& features, const Channels& channels) {
  std::vector<Counts> found(static_cast<size_t>(channels.count), Counts::kNothing);
  const int64_t samples = std::min({train.size(), kOrderRows, std::max(kFewest, kOrderNumbers / features.columns)});
  const Ordered in_files = by_row(train, samples), in_groups = by_group(train, samples);
  const Tensor values = feature_rows(train, spread_over(samples, samples), features);
  for (int64_t c = 0; c < channels.count; ++c) {
    const int64_t column = c * channels.columns_each;
    Counts& what = found[static_cast<size_t>(c)];
    if (counts(values, in_files, column))
      what = Counts::kEverything;
    else if (counts(values, in_groups, column))
      what = Counts::kGroups;
  }
  return found;
}

// Of a channel with two values: the value that one class alone has, though others are as common in the data.
struct Flag {
  float value = 0.0F;
  int32_t label = 0;
};

std::optional<Flag> flag_of(const trees::TreeRows& rows, int64_t column) {
  const int64_t columns = rows.values.shape()[1];
  std::map<float, std::map<int32_t, int64_t>> counts;
  std::map<int32_t, int64_t> labels;
  for (size_t i = 0; i < rows.labels.size(); ++i) {
    ++counts[rows.values.data<float>()[static_cast<int64_t>(i) * columns + column]][rows.labels[i]];
    ++labels[rows.labels[i]];
    if (counts.size() > 2) return std::nullopt;
  }
  if (counts.size() != 2) return std::nullopt;
  for (const auto& [value, by_label] : counts) {
    if (by_label.size() != 1 || by_label.begin()->second < kFewest) continue;
    const double share = static_cast<double>(labels[by_label.begin()->first]) / static_cast<double>(rows.labels.size());
    if (share <= 0.5) return Flag{value, by_label.begin()->first};
  }
  return std::nullopt;
}

std::string figures(const Reached& all, const Reached& lacking, TaskKind task) {
  if (task == TaskKind::kRegression)
    return fmt::format("boosted trees reach an RMSE of {:.4g} on validation samples with it, {:.4g} without",
                       all.figure, lacking.figure);
  return fmt::format("boosted trees reach {:.3f} of the validation samples with it, {:.3f} without", all.figure,
                     lacking.figure);
}

constexpr const char* kAdvice = "leave it out unless the device will know it in the same way";

// The sentences about channels, with what trees reach without them.
class Telling {
 public:
  Telling(const data::DatasetInfo& info, const Channels& channels, const Judge& judge, const Judge::Outcome& all)
      : info_(info), channels_(channels), names_(data::channel_names(info)), judge_(judge), all_(all) {}

  // Counters and flags.
  Result<std::vector<std::string>> marked(const std::vector<Counts>& counters) const {
    std::vector<std::string> sentences;
    for (int64_t c = 0; c < channels_.count; ++c) {
      const std::string mark = mark_of(c, counters[static_cast<size_t>(c)]);
      if (mark.empty()) continue;
      APPRENTICE_TRY(const Judge::Outcome less, lacking(c));
      sentences.push_back(fmt::format("the input '{}' {}, so it may give the answer away: {}; {}", name(c), mark,
                                      figures(all_.reached, less.reached, info_.task), kAdvice));
    }
    return sentences;
  }

  // The one channel without which nearly nothing is known; empty where there is none.
  Result<std::string> alone() const {
    std::vector<double> gains(static_cast<size_t>(channels_.count), 0.0);
    const auto each = static_cast<size_t>(channels_.columns_each);
    for (size_t i = 0; i < all_.gains.size(); ++i) gains[i / each] += all_.gains[i];
    const int64_t most = std::max_element(gains.begin(), gains.end()) - gains.begin();
    APPRENTICE_TRY(const Judge::Outcome less, lacking(most));
    if (less.reached.known > (1.0 - kLost) * all_.reached.known) return std::string();
    return fmt::format("the input '{}' alone tells nearly all that can be told: {}; {}", name(most),
                       figures(all_.reached, less.reached, info_.task), kAdvice);
  }

 private:
  const std::string& name(int64_t channel) const { return names_[static_cast<size_t>(channel)]; }
  Result<Judge::Outcome> lacking(int64_t channel) const {
    return judge_.lacking(channel * channels_.columns_each, (channel + 1) * channels_.columns_each);
  }
  std::string mark_of(int64_t channel, Counts counter) const {
    if (counter == Counts::kEverything) return "counts the samples: it never falls from one to the next";
    if (counter == Counts::kGroups) return "counts the samples of every group";
    const auto flag = channels_.columns_each == 1 ? flag_of(judge_.train(), channel) : std::optional<Flag>();
    if (!flag) return "";
    return fmt::format("is {:g} for class '{}' alone", flag->value,
                       info_.class_names[static_cast<size_t>(flag->label)]);
  }

  const data::DatasetInfo& info_;
  const Channels& channels_;
  const std::vector<std::string> names_;
  const Judge& judge_;
  const Judge::Outcome& all_;
};

}  // namespace

Result<std::vector<std::string>> find_giveaways(const data::Splits& splits, const BaselineOptions& options,
                                                const RunControl& control) {
  const data::DatasetInfo& info = splits.train->info();
  if (info.sample_shape.size() > 2) return std::vector<std::string>{};
  const Features features = statistics(info.sample_shape);
  const Channels channels = channels_of(info, features);
  if (channels.count == 0) return std::vector<std::string>{};
  const Judge judge(splits, features, options, control);
  APPRENTICE_TRY(const Judge::Outcome all, judge.all());
  const Telling telling(info, channels, judge, all);
  APPRENTICE_TRY(std::vector<std::string> sentences, telling.marked(find_counters(*splits.train, features, channels)));
  const bool few = channels.count < 3 || splits.validation->size() < kFewestJudged;
  if (!sentences.empty() || few || all.reached.known < kWorthKnowing) return sentences;
  APPRENTICE_TRY(const std::string alone, telling.alone());
  if (!alone.empty()) sentences.push_back(alone);
  return sentences;
}

}  // namespace apprentice::baselines
