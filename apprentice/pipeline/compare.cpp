// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/compare.h"

#include <algorithm>

#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/pipeline/compare_parts.h"
#include "apprentice/pipeline/steps/step.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/train/score.h"

namespace apprentice::pipeline {
namespace {

using Arms = std::vector<ComparedArm>;

// One core for each training, so that it is the same whatever else is compared.
ComparedArm make_arm(const Run& run, const std::string& name, const std::string& slug,
                     const std::optional<LossJob>& loss, int64_t seeds) {
  const train::TrainOptions& options = run.inputs.job.train;
  ComparedArm arm;
  arm.name = name;
  for (int64_t i = 0; i < seeds; ++i) {
    arm.trainings.push_back(arm_training(run, name, fmt::format("compare/{}-{}", slug, i + 1), loss,
                                         options.seed + static_cast<uint64_t>(i), std::max(1, options.threads)));
  }
  return arm;
}

Arms make_arms(const Run& run, const std::vector<Method>& methods, int64_t seeds) {
  Arms arms = {make_arm(run, report::kControlName, report::kControlName, std::nullopt, seeds)};
  for (const Method& method : methods) arms.push_back(make_arm(run, method.name, method.slug, method.loss, seeds));
  return arms;
}

// Before the first training: a loss may look at features that the teacher or the student does not have, or that a hall
// has not stored for its devices.
Status check_features(const Run& run, const std::vector<Method>& methods) {
  const Inputs& inputs = run.inputs;
  for (const Method& method : methods) {
    const Learner learner = student_with(inputs, method.loss);
    if (!needs_targets(inputs, learner)) continue;
    const auto folder = learner_store_folder(run, learner);
    if (!folder) return bad_input("--methods " + method.name, "{}", folder.error().text());
    const bool reads_hall = !run.owns_teacher() && learner.number == 0;
    if (!reads_hall || targets::TargetStore::is_finished(*folder)) continue;
    return bad_input("--methods " + method.name,
                     "looks at what the hall has not stored of its teacher; `apprentice label {}` stores what the "
                     "losses of its job look at",
                     run.home.path());
  }
  return {};
}

// Seed by seed, so that what a stop leaves behind can be compared.
Result<StepOutcome> train_arms(Run& run, const Arms& arms) {
  std::vector<Training> all;
  for (size_t i = 0; i < arms.front().trainings.size(); ++i) {
    for (const ComparedArm& arm : arms) all.push_back(arm.trainings[i]);
  }
  return run_in_queue("train", run, training_units(run, all));
}

// Of the kept points, over the seeds.
train::Score validation_mean(const ComparedArm& arm) {
  train::Score mean;
  const auto count = static_cast<double>(arm.histories.size());
  for (const train::TrainReport& history : arm.histories) {
    mean.metric += history.best_metric / count;
    mean.loss += train::best_point(history).validation_loss / count;
  }
  return mean;
}

Status read_histories(const Run& run, Arms& arms) {
  for (ComparedArm& arm : arms) {
    for (const Training& training : arm.trainings) {
      APPRENTICE_TRY(arm.histories.emplace_back(), read_history(run.directory.file(training.history)));
    }
  }
  return {};
}

Result<StepOutcome> quantize_arms(Run& run, const Arms& arms) {
  Units units;
  for (const ComparedArm& arm : arms) {
    if (arm.name != winner_of(arms) && arm.name != report::kControlName) continue;
    for (const Training& training : arm.trainings) units.push_back(quantize_unit(run, training.folder));
  }
  return run_in_order("quantize", run, units);
}

Result<std::vector<std::string>> write_comparison(Run& run, const Arms& arms) {
  run.control.report({"compare", 0, 0, ""});
  APPRENTICE_TRY(const report::ComparisonData data, score_arms(run, arms));
  APPRENTICE_CHECK(write_file(run.directory.file(report::kComparisonJson), report::comparison_json_text(data)));
  APPRENTICE_CHECK(write_file(run.directory.file(report::kComparisonPage), report::render_html(data)));
  return std::vector<std::string>{report::kComparisonJson, report::kComparisonPage};
}

Result<nlohmann::ordered_json> inputs_of(const Run& run, const Arms& arms) {
  const Job& job = run.inputs.job;
  nlohmann::ordered_json seen = {{"test", run.inputs.splits.test->info().fingerprint},
                                 {"job", sha256_hex(job.text)},
                                 {"options", explain(job).at("report")},
                                 {"quantize", explain(job).at("quantize")}};
  APPRENTICE_TRY(const auto teacher, job_teacher(run));
  if (teacher) seen["teacher"] = teacher->info().fingerprint;
  for (const ComparedArm& arm : arms) {
    for (const Training& training : arm.trainings) {
      APPRENTICE_TRY(seen["models"][training.folder], hash_file(run.directory.file(training.model)));
    }
  }
  return seen;
}

}  // namespace

void rank(Arms& arms) {
  std::stable_sort(arms.begin() + 1, arms.end(), [](const ComparedArm& a, const ComparedArm& b) {
    return train::is_better(validation_mean(a), validation_mean(b));
  });
}

const std::string& winner_of(const Arms& arms) {
  const bool beaten = arms.size() > 1 && train::is_better(validation_mean(arms[1]), validation_mean(arms[0]));
  return arms[beaten ? 1 : 0].name;
}

Result<StepOutcome> compare(Run& run, const std::vector<Method>& methods, int64_t seeds) {
  APPRENTICE_CHECK(check_features(run, methods));
  Arms arms = make_arms(run, methods, seeds);
  APPRENTICE_TRY(const StepOutcome trained, train_arms(run, arms));
  APPRENTICE_CHECK(read_histories(run, arms));
  rank(arms);
  APPRENTICE_TRY(const StepOutcome quantized, quantize_arms(run, arms));
  const Unit comparison{"compare", "compare", [&] { return inputs_of(run, arms); },
                        [&](const RunControl&) { return write_comparison(run, arms); }};
  APPRENTICE_TRY(const StepOutcome compared, run_in_order("compare", run, {comparison}));
  return both(both(trained, quantized), compared);
}

}  // namespace apprentice::pipeline
