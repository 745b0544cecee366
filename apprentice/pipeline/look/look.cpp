// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/look/look.h"

#include <algorithm>
#include <numeric>

#include "apprentice/base/cores.h"
#include "apprentice/base/random.h"
#include "apprentice/base/toml_text.h"
#include "apprentice/data/relevance.h"
#include "apprentice/pipeline/gain.h"
#include "apprentice/pipeline/inputs.h"
#include "apprentice/pipeline/look/candidates.h"
#include "apprentice/pipeline/look/drift.h"
#include "apprentice/pipeline/side_by_side.h"

namespace apprentice {
namespace {

constexpr int64_t kMostTrain = 8000, kMostValidation = 4000;
// From this ratio of drift on a channel is suspected; at most so many are tried one by one.
constexpr double kDrift = 1.5;
constexpr size_t kMostSuspects = 3;
// How much better than an earlier candidate a later one must be: shares of 1, or of the RMSE.
constexpr double kMargin = 0.002, kChannelMargin = 0.01;

std::shared_ptr<const Dataset> sample_of(std::shared_ptr<const Dataset> data, int64_t most, uint64_t seed) {
  if (data->size() <= most) return data;
  std::vector<int64_t> drawn = Rng(seed, "look").permutation(data->size());
  drawn.resize(static_cast<size_t>(most));
  std::sort(drawn.begin(), drawn.end());
  return subset(std::move(data), std::move(drawn), "look");
}

struct Task {
  Candidate candidate;
  LookData data;
  Effort effort;
};

class Looking {
 public:
  Looking(const LookOptions& options, const RunControl& control) : options_(options), control_(control) {}

  Result<Look> run(const Splits& splits) {
    data_.train = sample_of(splits.train, kMostTrain, options_.seed);
    data_.validation = sample_of(splits.validation, kMostValidation, options_.seed);
    look_.metric = data_.metric = default_metric(data_.train->info().task, count_classes(*data_.train));
    look_.train = data_.train->size();
    look_.validation = data_.validation->size();
    if (options_.leave_out) APPRENTICE_CHECK(ask_channels());
    APPRENTICE_CHECK(ask_students());
    if (options_.views) APPRENTICE_CHECK(ask_views());
    if (options_.teach) APPRENTICE_CHECK(ask_teachers());
    return std::move(look_);
  }

 private:
  const Shape& shape() const { return data_.train->info().sample_shape; }

  // All at once; one thread each.
  Result<std::vector<Tensor>> answers(const std::vector<Task>& tasks) const {
    std::vector<Tensor> outputs(tasks.size());
    std::vector<SideTask> work;
    for (size_t i = 0; i < tasks.size(); ++i) {
      const auto attempt = [this, &tasks, &outputs, i](const RunControl& control) -> Status {
        APPRENTICE_TRY(outputs[i],
                       try_candidate(tasks[i].candidate, tasks[i].data, tasks[i].effort, options_.seed, control));
        return {};
      };
      work.push_back({tasks[i].candidate.name, attempt});
    }
    APPRENTICE_CHECK(run_side_by_side("look", work, core_count(), control_));
    return outputs;
  }

  double score(const Tensor& outputs) const {
    return scorecard(outputs, read_truth(*data_.validation), look_.metric).merit();
  }

  // Whether `score` beats `best` by a margin.
  bool beats(double score, double best, double margin) const {
    return score > best + margin * (is_share(look_.metric) ? 1.0 : std::abs(best));
  }

  void choose(Question& question, double margin) const {
    for (size_t i = 1; i < question.tried.size(); ++i) {
      if (beats(question.tried[i].score, question.answer().score, margin)) question.best = i;
    }
  }

  Result<LookData> without(const std::vector<std::string>& names) const {
    std::vector<std::string> kept;
    for (const std::string& name : channel_names(data_.train->info())) {
      if (std::find(names.begin(), names.end(), name) == names.end()) kept.push_back(name);
    }
    APPRENTICE_TRY(Config relevance, Config::parse("channels = " + toml_value(kept), "look"));
    Splits full;
    full.train = data_.train;
    full.validation = full.test = data_.validation;
    APPRENTICE_TRY(const RelevantSplits relevant, make_relevant(relevance, full));
    return LookData{relevant.train, relevant.validation, nullptr, look_.metric};
  }

  // With all channels, without all suspects, and without each of them.
  std::vector<std::vector<std::string>> omissions() const {
    const std::vector<std::string> names = channel_names(data_.train->info());
    std::vector<std::string> suspects;
    for (const ChannelDrift& each : drifting_channels(*data_.train, *data_.validation, kDrift)) {
      suspects.push_back(names[static_cast<size_t>(each.channel)]);
    }
    std::vector<std::vector<std::string>> list = {{}};
    for (size_t i = 0; i < std::min(suspects.size(), kMostSuspects) && names.size() > 1; ++i)
      list.push_back({suspects[i]});
    if (suspects.size() > 1 && suspects.size() < names.size()) list.push_back(suspects);
    return list;
  }

  Status ask_channels() {
    const std::vector<std::vector<std::string>> omitted = omissions();
    if (omitted.size() < 2) return {};
    const Candidate probe = student_candidates(shape()).front();
    std::vector<Task> tasks;
    for (const std::vector<std::string>& names : omitted) {
      LookData seen = data_;
      if (!names.empty()) {
        APPRENTICE_TRY(seen, without(names));
      }
      const std::string name = names.empty() ? "all channels" : fmt::format("without {}", fmt::join(names, ", "));
      tasks.push_back({{name, probe.keys}, seen, Effort::kStudent});
    }
    APPRENTICE_TRY(const std::vector<Tensor> outputs, answers(tasks));
    for (size_t i = 0; i < tasks.size(); ++i)
      look_.channels.tried.push_back({tasks[i].candidate.name, omitted[i], score(outputs[i])});
    choose(look_.channels, kChannelMargin);
    data_ = tasks[look_.channels.best].data;
    return {};
  }

  Status ask_students() {
    std::vector<Task> tasks;
    for (const Candidate& candidate : student_candidates(shape()))
      tasks.push_back({candidate, data_, Effort::kStudent});
    APPRENTICE_TRY(const std::vector<Tensor> outputs, answers(tasks));
    for (size_t i = 0; i < tasks.size(); ++i)
      look_.students.tried.push_back({tasks[i].candidate.name, {tasks[i].candidate.keys}, score(outputs[i])});
    choose(look_.students, kMargin);
    return {};
  }

  // Equally good is enough: what a short training does not gain by views a long one may.
  Status ask_views() {
    const std::string text = views_candidate(shape());
    if (text.empty()) return {};
    APPRENTICE_TRY(Config document, Config::parse("[views]\n" + text, "look"));
    Config table = document.table("views");
    LookData seen = data_;
    APPRENTICE_TRY(seen.views, Views::create(table, data_.train, options_.seed));
    const Tried& student = look_.students.answer();
    const std::vector<Task> tasks = {{{student.name + " on views", student.keys.front()}, seen, Effort::kStudent}};
    APPRENTICE_TRY(const std::vector<Tensor> outputs, answers(tasks));
    look_.views.tried = {{"views", {text}, score(outputs.front())}, {"plain samples", {}, student.score}};
    choose(look_.views, kMargin);
    return {};
  }

  // Each of them, then all averaged, which is taken where it is as good: what averages is more robust.
  Status ask_teachers() {
    std::vector<Task> tasks;
    for (const Candidate& candidate : teacher_candidates(shape()))
      tasks.push_back({candidate, data_, Effort::kTeacher});
    Question& question = look_.teachers;
    for (const Task& task : tasks) question.tried.push_back({task.candidate.name, {task.candidate.keys}, 0.0});
    if (tasks.size() == 1) return {};
    APPRENTICE_TRY(const std::vector<Tensor> outputs, answers(tasks));
    Tried mean{"the mean of all", {}, score(mean_answers(outputs, data_.train->info().task))};
    for (size_t i = 0; i < tasks.size(); ++i) {
      question.tried[i].score = score(outputs[i]);
      mean.keys.push_back(tasks[i].candidate.keys);
    }
    question.tried.insert(question.tried.begin(), mean);
    choose(question, kMargin);
    return {};
  }

  const LookOptions& options_;
  const RunControl& control_;
  LookData data_;
  Look look_;
};

Question first_of(const std::vector<Candidate>& candidates) {
  return {{{candidates.front().name, {candidates.front().keys}, 0.0}}, 0};
}

}  // namespace

Result<Look> look(const Splits& splits, const LookOptions& options, const RunControl& control) {
  return Looking(options, control).run(splits);
}

Look unlooked(const DatasetInfo& info) {
  Look fixed;
  fixed.students = first_of(student_candidates(info.sample_shape));
  fixed.teachers = first_of({teacher_candidates(info.sample_shape).back()});
  return fixed;
}

}  // namespace apprentice
