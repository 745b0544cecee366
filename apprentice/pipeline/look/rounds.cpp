// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/look/rounds.h"

#include <algorithm>
#include <set>

#include "apprentice/base/random.h"
#include "apprentice/base/toml_text.h"
#include "apprentice/data/relevance.h"
#include "apprentice/pipeline/inputs.h"

namespace apprentice::pipeline {
namespace {

constexpr int64_t kMostTrain = 8000, kMostValidation = 4000;
constexpr size_t kFolds = 3, kGroupsOfFold = 2;
constexpr int64_t kSamplesOfGroup = 4;  // on average; with fewer a group is no recording but a sample

std::shared_ptr<const data::Dataset> sample_of(std::shared_ptr<const data::Dataset> data, int64_t most, uint64_t seed) {
  if (data->size() <= most) return data;
  std::vector<int64_t> drawn = Rng(seed, "look").permutation(data->size());
  drawn.resize(static_cast<size_t>(most));
  std::sort(drawn.begin(), drawn.end());
  return data::subset(std::move(data), std::move(drawn), "look");
}

// Files of several folders may share a name.
std::set<std::pair<int32_t, std::string>> groups_of(const data::Dataset& data) {
  std::set<std::pair<int32_t, std::string>> groups;
  for (int64_t i = 0; i < data.size(); ++i) {
    const int32_t group = data.sample_info(i).group;
    groups.emplace(group, data.group_name(group));
  }
  return groups;
}

bool share_a_group(const data::Dataset& a, const data::Dataset& b) {
  const auto theirs = groups_of(b);
  for (const auto& group : groups_of(a)) {
    if (theirs.count(group) != 0) return true;
  }
  return false;
}

// Which fold each group of the training side is held out in; empty where groups cannot take turns.
std::map<int32_t, size_t> deal_groups(const LookData& own, uint64_t seed) {
  const auto groups = groups_of(*own.train);
  const auto count = static_cast<int64_t>(groups.size());
  if (groups.size() < kFolds * kGroupsOfFold || count * kSamplesOfGroup > own.train->size()) return {};
  if (share_a_group(*own.train, *own.validation)) return {};
  const std::vector<int64_t> order = Rng(seed, "look folds").permutation(count);
  std::map<int32_t, size_t> folds;
  for (const auto& [group, name] : groups) folds[group] = static_cast<size_t>(order[folds.size()]) % kFolds;
  return folds;
}

size_t classes_in(const data::Dataset& data) {
  const std::vector<int64_t> counts = count_classes(data);
  return counts.size() - static_cast<size_t>(std::count(counts.begin(), counts.end(), 0));
}

}  // namespace

std::vector<LookData> rounds_of(const data::Splits& splits, uint64_t seed) {
  LookData own{sample_of(splits.train, kMostTrain, seed), sample_of(splits.validation, kMostValidation, seed)};
  own.metric = metrics::default_metric(own.train->info().task, count_classes(*own.train));
  std::vector<LookData> rounds = {own};
  const std::map<int32_t, size_t> folds = deal_groups(own, seed);
  for (size_t fold = 0; fold < kFolds && !folds.empty(); ++fold) {
    std::vector<int64_t> kept, held;
    for (int64_t i = 0; i < own.train->size(); ++i)
      (folds.at(own.train->sample_info(i).group) == fold ? held : kept).push_back(i);
    LookData round{data::subset(own.train, kept, "look"), data::subset(own.train, held, "look"), own.metric};
    if (classes_in(*round.train) == classes_in(*own.train)) rounds.push_back(round);
  }
  return rounds;
}

Result<std::vector<LookData>> without_channels(const std::vector<LookData>& rounds,
                                               const std::vector<std::string>& names) {
  std::vector<std::string> kept;
  for (const std::string& name : data::channel_names(rounds.front().train->info())) {
    if (std::find(names.begin(), names.end(), name) == names.end()) kept.push_back(name);
  }
  std::vector<LookData> list;
  for (const LookData& round : rounds) {
    APPRENTICE_TRY(Config relevance, Config::parse("channels = " + toml_value(kept), "look"));
    data::Splits full;
    full.train = round.train;
    full.validation = full.test = round.validation;
    APPRENTICE_TRY(const data::RelevantSplits relevant, data::make_relevant(relevance, full));
    list.push_back({relevant.train, relevant.validation, round.metric});
  }
  return list;
}

}  // namespace apprentice::pipeline
