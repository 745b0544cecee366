// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/guess/attempts.h"

#include <algorithm>
#include <set>

#include "apprentice/data/load.h"

namespace apprentice::data {
namespace {

constexpr const char* kPlace = "new job";

Result<Splits> load(const std::string& text, const std::string& folder) {
  APPRENTICE_TRY(Config config, Config::parse(text, kPlace));
  APPRENTICE_TRY(const DataJob job, read_data_job(config, folder));
  return load_splits(job);
}

size_t classes_of(const Dataset& side) {
  std::set<int32_t> labels;
  for (int64_t i = 0; i < side.size(); ++i) labels.insert(side.sample_info(i).label);
  return labels.size();
}

// How well a split lets every class be learnt and measured; `full` where nothing is left to wish for.
struct Coverage {
  size_t train = 0, others = 0;
  bool full = false;
};

Coverage coverage_of(const Splits& splits) {
  const DatasetInfo& info = splits.train->info();
  if (info.task == TaskKind::kRegression) return {1, 1, true};
  const size_t all = info.class_names.size();
  Coverage coverage;
  coverage.train = classes_of(*splits.train);
  coverage.others = std::min(classes_of(*splits.validation), classes_of(*splits.test));
  coverage.full = coverage.train == all && 3 * coverage.others >= 2 * all && coverage.others >= 2;
  return coverage;
}

// Channels that do not change in training; the network could not use them.
std::vector<std::string> constant_channels(const Splits& splits) {
  std::vector<std::string> names;
  const auto norm = fit_normalisation(*splits.train, ConstantChannels::kAllow);
  if (!norm) return names;
  const std::vector<std::string> channels = channel_names(splits.train->info());
  for (size_t i = 0; i < norm->scale.size() && i < channels.size(); ++i) {
    if (norm->scale[i] == 0.0F) names.push_back(channels[i]);
  }
  return names;
}

class Tries {
 public:
  explicit Tries(const Attempts& attempts) : attempts_(attempts) {}

  GuessedData run() {
    const OrderGuess& order = attempts_.order;
    std::vector<std::pair<int64_t, int64_t>> windows{{order.window, order.stride}};
    if (order.window > 0 && attempts_.may_drop_window) windows.emplace_back(0, 0);
    for (const auto& [window, stride] : windows) {
      for (const SplitGuess& split : order.splits) {
        if (attempt({split, window, stride, UseTime::kYes, {}})) return std::move(best_);
      }
    }
    return std::move(best_);
  }

 private:
  // True when nothing is left to wish for.
  bool attempt(Attempt now) {
    std::string text = attempts_.compose(now);
    auto splits = load(text, attempts_.job_folder);
    if (!splits && attempts_.has_time) {
      Attempt untimed = now;
      untimed.time = UseTime::kNo;
      const std::string other = attempts_.compose(untimed);
      if (auto again = load(other, attempts_.job_folder)) {
        now = untimed;
        text = other;
        splits = std::move(again);
      }
    }
    if (splits) {
      now.constant = constant_channels(*splits);
      if (!now.constant.empty() && now.constant.size() < channel_names(splits->train->info()).size()) {
        const std::string other = attempts_.compose(now);
        if (auto again = load(other, attempts_.job_folder)) {
          text = other;
          splits = std::move(again);
        }
      }
    }
    return keep(text, std::move(splits));
  }

  bool keep(const std::string& text, Result<Splits> splits) {
    if (!splits) {
      if (!best_.text.empty()) return false;
      best_.text = text;
      best_.problem = splits.error();
      return false;
    }
    const Coverage here = coverage_of(*splits);
    const bool better =
        !best_.splits || std::make_pair(here.train, here.others) > std::make_pair(coverage_.train, coverage_.others);
    if (better) {
      best_.text = text;
      best_.info = splits->train->info();
      best_.splits = std::move(*splits);
      coverage_ = here;
    }
    return here.full;
  }

  const Attempts& attempts_;
  GuessedData best_;
  Coverage coverage_;
};

}  // namespace

GuessedData try_attempts(const Attempts& attempts) { return Tries(attempts).run(); }

}  // namespace apprentice::data
