// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/teaching.h"

#include <algorithm>
#include <filesystem>

#include "apprentice/base/toml_text.h"
#include "apprentice/losses/loss_kind.h"
#include "apprentice/targets/restricted.h"
#include "apprentice/teacher/known_teacher.h"
#include "apprentice/train/taps.h"

namespace apprentice::pipeline {
namespace {

constexpr const char* kStore = "targets";
constexpr const char* kKnown = "known.json";

std::string table_of(const std::string& path, const std::string& device) {
  if (std::filesystem::path(path).extension() == ".json") {
    return fmt::format("source = \"xgboost\"\npath = {}\nfeatures = \"statistics\"\n", toml_text(path));
  }
  return fmt::format("source = \"onnx\"\npath = {}\ndevice = {}\n", toml_text(path), toml_text(device));
}

// Who answers what, and where the answers are stored.
struct Labelling {
  std::shared_ptr<teacher::Teacher> teacher;
  std::shared_ptr<const data::Dataset> data;
  targets::TargetOptions options;
  std::string root;
  bool assistant = false;

  std::string store_folder() const {
    return root + "/" + targets::TargetStore::address(teacher->info(), data->info(), options);
  }
};

// On the test split the job's own teacher answers; on the training split whoever the learner learns from: an assistant
// what the student sees, into the run's own store.
Result<Labelling> labelling_of(const Run& run, Asked side, const Learner& learner) {
  const Inputs& inputs = run.inputs;
  const bool assistant = side == Asked::kTrain && learner.number > 0;
  APPRENTICE_TRY(const auto teacher, teacher_of(run, assistant ? learner.number : 0));
  promise(teacher != nullptr, "answers are asked of a teacher that is there");
  Labelling by{teacher, inputs.full.test, {}, (assistant ? run.directory : run.home).file(kStore), assistant};
  if (side == Asked::kTest) return by;
  by.data = assistant ? inputs.splits.train : inputs.full.train;
  APPRENTICE_TRY(by.options, target_options(assistant ? inputs.views : inputs.full_views, learner, *teacher));
  return by;
}

Result<std::shared_ptr<const targets::TargetStore>> answers_of(const Labelling& by, const RunControl& control) {
  return targets::TargetStore::build(by.root, *by.teacher, *by.data, by.options, control);
}

}  // namespace

Result<std::shared_ptr<teacher::Teacher>> taught_teacher(const std::vector<std::string>& model_paths,
                                                         const data::DatasetInfo& data, const std::string& device) {
  std::string text = table_of(model_paths.front(), device);
  if (model_paths.size() > 1) {
    text = "source = \"ensemble\"\n";
    for (const std::string& path : model_paths) text += "[[member]]\n" + table_of(path, device);
  }
  APPRENTICE_TRY(Config config, Config::parse(text, "taught teacher"));
  const std::string known = std::filesystem::path(model_paths.front()).parent_path() / kKnown;
  APPRENTICE_TRY(std::unique_ptr<teacher::Teacher> teacher, teacher::make_teacher(config, data, ".", known));
  APPRENTICE_CHECK(config.finish());
  return std::shared_ptr<teacher::Teacher>(std::move(teacher));
}

Result<std::shared_ptr<teacher::Teacher>> TaughtTeachers::open(const std::vector<std::string>& model_paths,
                                                               const data::DatasetInfo& data,
                                                               const std::string& device) {
  const std::lock_guard<std::mutex> lock(opening_);
  std::shared_ptr<teacher::Teacher>& teacher = opened_[model_paths];
  if (teacher == nullptr) {
    APPRENTICE_TRY(teacher, taught_teacher(model_paths, data, device));
  }
  return teacher;
}

std::string taught_path(const Job& job, size_t member) {
  return fmt::format("teacher/teacher{}.{}", member, job.teach.members[member].trees ? "json" : "onnx");
}

std::string assistant_path(size_t number) { return fmt::format("assistant{}/model.onnx", number); }

std::string known_path(size_t number) {
  return (number == 0 ? "teacher" : fmt::format("assistant{}", number - 1)) + "/" + kKnown;
}

std::vector<std::string> teacher_files(const Run& run, size_t number) {
  const Job& job = run.inputs.job;
  if (number > 0) return {run.directory.file(assistant_path(number - 1))};
  if (!job.teach.present) return teacher::teacher_files(*job.teacher, job.folder);
  std::vector<std::string> paths;
  for (size_t i = 0; i < job.teach.members.size(); ++i) paths.push_back(run.home.file(taught_path(job, i)));
  return paths;
}

Result<std::shared_ptr<teacher::Teacher>> job_teacher(const Run& run) {
  const Job& job = run.inputs.job;
  if (!job.teach.present) return run.inputs.teacher;
  return run.teachers->open(teacher_files(run, 0), run.inputs.full.train->info(), job.teach.device);
}

Result<std::shared_ptr<teacher::Teacher>> teacher_of(const Run& run, size_t number) {
  if (number == 0) return job_teacher(run);
  return run.teachers->open(teacher_files(run, number), run.inputs.splits.train->info());
}

Learner student_of(const Inputs& inputs) { return student_with(inputs, inputs.job.loss); }

Learner student_with(const Inputs& inputs, const LossJob& loss) {
  return {inputs.student, loss, inputs.assistants.size()};
}

std::vector<Learner> learners_of(const Inputs& inputs) {
  std::vector<Learner> learners;
  for (size_t i = 0; i < inputs.assistants.size(); ++i) {
    learners.push_back({inputs.assistants[i], inputs.job.assistants[i].loss, i});
  }
  learners.push_back(student_of(inputs));
  return learners;
}

bool looks_at_answers(const Learner& learner) {
  // The regression loss takes a teacher where there is one.
  if (learner.network.task == TaskKind::kRegression) return true;
  const losses::LossKind* kind = losses::find_loss_kind(learner.loss.name);
  return kind != nullptr && kind->needs_teacher;
}

bool needs_targets(const Inputs& inputs, const Learner& learner) {
  return (learner.number > 0 || has_teacher(inputs)) && looks_at_answers(learner);
}

Result<targets::TargetOptions> target_options(std::shared_ptr<const views::Views> views, const Learner& learner,
                                              teacher::Teacher& teacher) {
  targets::TargetOptions options;
  options.views = std::move(views);
  if (losses::find_loss_kind(learner.loss.name)->taps == losses::Taps::kNone) return options;
  // The devices of a hall share a teacher, and a teacher is asked by one thread at a time.
  static std::mutex asking;
  const std::lock_guard<std::mutex> lock(asking);
  APPRENTICE_TRY(train::FeaturePlan plan, train::plan_features(learner.network, learner.loss.name, learner.loss.keys,
                                                               train::features_of(teacher)));
  options.features = std::move(plan.teacher);
  return options;
}

Status store_answers(const Run& run, Asked side, const Learner& learner, const RunControl& control) {
  APPRENTICE_TRY(const Labelling by, labelling_of(run, side, learner));
  APPRENTICE_TRY(const auto store, answers_of(by, control));
  return {};
}

bool has_answers(const Run& run, Asked side, const Learner& learner) {
  const auto by = labelling_of(run, side, learner);
  return by && targets::TargetStore::is_finished(by->store_folder());
}

Result<std::string> learner_store_folder(const Run& run, const Learner& learner) {
  APPRENTICE_TRY(const Labelling by, labelling_of(run, Asked::kTrain, learner));
  return by.store_folder();
}

Result<std::shared_ptr<const targets::TargetStore>> learner_targets(const Run& run, Asked side,
                                                                    const Learner& learner) {
  APPRENTICE_TRY(const Labelling by, labelling_of(run, side, learner));
  if (by.assistant) return answers_of(by, run.control);
  auto stored = run.owns_teacher() ? answers_of(by, run.control) : targets::TargetStore::open(by.store_folder());
  if (!stored && !run.owns_teacher()) {
    return fail(ErrorKind::kNotFound, run.home.path(),
                "the hall has no answers of its teacher yet (`apprentice label {}` stores them): {}", run.home.path(),
                stored.error().text());
  }
  if (!stored || !run.inputs.relevance) return stored;
  const data::RelevantSplits& kept = *run.inputs.relevance;
  return targets::restrict_store(*stored, side == Asked::kTrain ? kept.train : kept.test);
}

Tensor answers_tensor(const targets::TargetStore& store) {
  Tensor all(DType::kF32, {store.size(), store.classes()});
  for (int64_t i = 0; i < store.size(); ++i) {
    std::copy_n(store.logits(i), store.classes(), all.data<float>() + i * store.classes());
  }
  return all;
}

}  // namespace apprentice::pipeline
