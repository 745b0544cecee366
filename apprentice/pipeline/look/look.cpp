// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/look/look.h"

#include <algorithm>

#include "apprentice/base/cores.h"
#include "apprentice/pipeline/gain.h"
#include "apprentice/pipeline/look/candidates.h"
#include "apprentice/pipeline/look/drift.h"
#include "apprentice/pipeline/look/rounds.h"
#include "apprentice/pipeline/side_by_side.h"

namespace apprentice::pipeline {
namespace {

// From this ratio of drift on a channel is suspected; at most so many are tried one by one.
constexpr double kDrift = 1.5;
constexpr size_t kMostSuspects = 3;
// How much better than an earlier candidate a later one must be: shares of 1, or of the RMSE.
constexpr double kMargin = 0.002, kChannelMargin = 0.01;
constexpr int64_t kViews = 4;  // of each sample, in a trial

// A candidate in all rounds.
struct Attempt {
  Candidate candidate;
  Effort effort = Effort::kStudent;
  std::vector<LookData> rounds;
  std::vector<Teaching> teaching;  // one per round, or none: labels alone
};

class Looking {
 public:
  Looking(const LookOptions& options, const RunControl& control) : options_(options), control_(control) {}

  Result<Look> run(const data::Splits& splits) {
    train_ = splits.train;
    rounds_ = rounds_of(splits, options_.seed);
    look_.metric = rounds_.front().metric;
    look_.train = rounds_.front().train->size();
    look_.validation = rounds_.front().validation->size();
    look_.folds = static_cast<int64_t>(rounds_.size()) - 1;
    if (options_.leave_out) APPRENTICE_CHECK(ask_channels());
    APPRENTICE_CHECK(ask_teachers());
    APPRENTICE_CHECK(ask_ways());
    APPRENTICE_CHECK(ask_controls());
    APPRENTICE_CHECK(ask_students());
    if (!options_.teach) look_.teachers = {};
    return std::move(look_);
  }

 private:
  using Models = std::vector<Predictor>;  // one per round

  const data::DatasetInfo& info() const { return rounds_.front().train->info(); }
  Candidate first_student() const { return student_candidates(info().sample_shape).front(); }

  // All rounds of all attempts at once, one thread each.
  Result<std::vector<Models>> made_by(const std::vector<Attempt>& attempts) const {
    std::vector<Models> models(attempts.size());
    std::vector<SideTask> work;
    for (size_t i = 0; i < attempts.size(); ++i) {
      models[i].resize(attempts[i].rounds.size());
      for (size_t r = 0; r < models[i].size(); ++r) {
        const auto attempt = [this, &attempts, &models, i, r](const RunControl& control) -> Status {
          const Attempt& own = attempts[i];
          const Teaching teaching = own.teaching.empty() ? Teaching() : own.teaching[r];
          APPRENTICE_TRY(models[i][r],
                         try_candidate(own.candidate, own.rounds[r], teaching, own.effort, options_.seed, control));
          return {};
        };
        work.push_back({attempts[i].candidate.name, attempt});
      }
    }
    APPRENTICE_CHECK(run_side_by_side("look", work, core_count(), control_));
    return models;
  }

  // The mean over all rounds, each counted by its validation samples.
  Result<double> score(const Models& models, const std::vector<LookData>& rounds) const {
    double sum = 0.0, samples = 0.0;
    for (size_t r = 0; r < models.size(); ++r) {
      const data::Dataset& validation = *rounds[r].validation;
      APPRENTICE_TRY(const Tensor outputs, models[r](validation));
      const auto count = static_cast<double>(validation.size());
      sum += count * scorecard(outputs, read_truth(validation), look_.metric).merit();
      samples += count;
    }
    return sum / samples;
  }

  // Fills in the scores of what was tried, and takes the first that no later one beats by the margin.
  Status judge(const std::vector<Attempt>& attempts, double margin, Question& question) const {
    APPRENTICE_TRY(const std::vector<Models> models, made_by(attempts));
    for (size_t i = 0; i < attempts.size(); ++i) {
      APPRENTICE_TRY(question.tried[i].score, score(models[i], attempts[i].rounds));
    }
    take_best(margin, question);
    return {};
  }

  void take_best(double margin, Question& question) const {
    for (size_t i = 1; i < question.tried.size(); ++i) {
      const double best = question.answer().score, unit = metrics::is_share(look_.metric) ? 1.0 : std::abs(best);
      if (question.tried[i].score > best + margin * unit) question.best = i;
    }
  }

  // With all channels, without all suspects, and without each of them.
  std::vector<std::vector<std::string>> omissions() const {
    const std::vector<std::string> names = data::channel_names(info());
    std::vector<std::string> suspects;
    for (const ChannelDrift& each : drifting_channels(*rounds_.front().train, *rounds_.front().validation, kDrift))
      suspects.push_back(names[static_cast<size_t>(each.channel)]);
    std::vector<std::vector<std::string>> list = {{}};
    for (size_t i = 0; i < std::min(suspects.size(), kMostSuspects) && names.size() > 1; ++i)
      list.push_back({suspects[i]});
    if (suspects.size() > 1 && suspects.size() < names.size()) list.push_back(suspects);
    return list;
  }

  Status ask_channels() {
    const std::vector<std::vector<std::string>> omitted = omissions();
    if (omitted.size() < 2) return {};
    std::vector<Attempt> attempts;
    for (const std::vector<std::string>& names : omitted) {
      Attempt attempt{first_student(), Effort::kStudent, rounds_, {}};
      if (!names.empty()) {
        APPRENTICE_TRY(attempt.rounds, without_channels(rounds_, names));
      }
      const std::string name = names.empty() ? "all channels" : fmt::format("without {}", fmt::join(names, ", "));
      look_.channels.tried.push_back({name, names, {}});
      attempts.push_back(std::move(attempt));
    }
    APPRENTICE_CHECK(judge(attempts, kChannelMargin, look_.channels));
    rounds_ = attempts[look_.channels.best].rounds;
    return {};
  }

  // Each of them, then all averaged, which is taken where it is as good: what averages is more robust.
  Status ask_teachers() {
    std::vector<Attempt> attempts;
    Question& question = look_.teachers;
    for (const Candidate& candidate : teacher_candidates(info().sample_shape)) {
      attempts.push_back({candidate, Effort::kTeacher, rounds_, {}});
      APPRENTICE_TRY(const int64_t steps, steps_within_minutes(candidate, *train_, Effort::kTeacher));
      question.tried.push_back({candidate.name, {candidate.keys}, {steps}});
    }
    if (attempts.size() == 1) return {};
    APPRENTICE_TRY(std::vector<Models> models, made_by(attempts));
    Tried mean{"the mean of all", {}, {}};
    Models means(rounds_.size());
    for (size_t r = 0; r < rounds_.size(); ++r) {
      std::vector<Predictor> members;
      for (const Models& each : models) members.push_back(each[r]);
      means[r] = mean_of(std::move(members), info().task);
    }
    for (const Tried& each : question.tried) {
      mean.keys.push_back(each.keys.front());
      mean.steps.push_back(each.steps.front());
    }
    question.tried.insert(question.tried.begin(), mean);
    models.insert(models.begin(), means);
    for (size_t i = 0; i < models.size(); ++i) {
      APPRENTICE_TRY(question.tried[i].score, score(models[i], rounds_));
    }
    take_best(kMargin, question);
    teacher_ = models[question.best];
    return {};
  }

  Result<std::shared_ptr<const views::Views>> views_of(const Way& way, const LookData& round) const {
    if (way.views.empty()) return std::shared_ptr<const views::Views>();
    APPRENTICE_TRY(Config document, Config::parse(fmt::format("[views]\ncount = {}\n{}", kViews, way.views), "look"));
    Config& table = document.table("views");
    return views::Views::create(table, round.train, options_.seed);
  }

  // In every round.
  Result<std::vector<Teaching>> teaching_by(const Way& way) const {
    std::vector<Teaching> list;
    for (size_t r = 0; r < teacher_.size(); ++r) {
      Teaching teaching;
      teaching.loss = way.loss;
      APPRENTICE_TRY(teaching.views, views_of(way, rounds_[r]));
      APPRENTICE_TRY(teaching.answers, answers_to(*rounds_[r].train, teaching.views.get(), teacher_[r]));
      list.push_back(std::move(teaching));
    }
    return list;
  }

  Status ask_ways() {
    std::vector<Way> ways = ways_to_learn(info().sample_shape, info().task);
    if (!options_.views)
      ways.erase(std::remove_if(ways.begin(), ways.end(), [](const Way& way) { return !way.views.empty(); }),
                 ways.end());
    std::vector<Attempt> attempts;
    for (const Way& way : ways) {
      look_.ways.tried.push_back({way.name, {way.loss, way.views}, {}});
      APPRENTICE_TRY(const std::vector<Teaching> teaching, teaching_by(way));
      attempts.push_back({{way.name, first_student().keys}, Effort::kStudent, rounds_, teaching});
    }
    if (attempts.size() > 1 && !teacher_.empty()) {
      APPRENTICE_CHECK(judge(attempts, kMargin, look_.ways));
    }
    teaching_ = attempts[look_.ways.best].teaching;
    return {};
  }

  // What changed samples do for answers they need not do for labels, and the control arm is to be as good as it can.
  Status ask_controls() {
    if (look_.ways.answer().keys[1].empty()) return {};
    std::vector<Teaching> views;
    for (const Teaching& each : teaching_) views.push_back({"", each.views, nullptr});
    look_.controls.tried = {{"labels alone, of those samples", {""}, {}},
                            {"of plain ones", {"views = false            # plain samples\n"}, {}}};
    return judge(
        {{first_student(), Effort::kStudent, rounds_, views}, {first_student(), Effort::kStudent, rounds_, {}}},
        kMargin, look_.controls);
  }

  Status ask_students() {
    std::vector<Attempt> attempts;
    for (const Candidate& candidate : student_candidates(info().sample_shape)) {
      attempts.push_back({candidate, Effort::kStudent, rounds_, teaching_});
      APPRENTICE_TRY(const int64_t steps, steps_within_minutes(candidate, *train_, Effort::kStudent));
      look_.students.tried.push_back({candidate.name, {candidate.keys, candidate.frontend}, {steps}});
    }
    return judge(attempts, kMargin, look_.students);
  }

  const LookOptions& options_;
  const RunControl& control_;
  std::shared_ptr<const data::Dataset> train_;  // all of the training split
  std::vector<LookData> rounds_;
  Models teacher_;                  // none where there was nothing to choose from
  std::vector<Teaching> teaching_;  // of the way that is taken
  Look look_;
};

Question first_of(const Tried& tried) { return {{tried}, 0}; }

}  // namespace

Result<Look> look(const data::Splits& splits, const LookOptions& options, const RunControl& control) {
  return Looking(options, control).run(splits);
}

Look unlooked(const data::DatasetInfo& info) {
  const Candidate student = student_candidates(info.sample_shape).front();
  const Candidate teacher = teacher_candidates(info.sample_shape).back();
  const Way way = ways_to_learn(info.sample_shape, info.task).front();
  Look fixed;
  fixed.students = first_of({student.name, {student.keys, student.frontend}, {0}});
  fixed.teachers = first_of({teacher.name, {teacher.keys}, {0}});
  fixed.ways = first_of({way.name, {way.loss, way.views}, {}});
  return fixed;
}

}  // namespace apprentice::pipeline
