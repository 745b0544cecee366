// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/teaching.h"

#include <algorithm>
#include <filesystem>
#include <mutex>

#include "apprentice/base/toml_text.h"
#include "apprentice/losses/loss.h"
#include "apprentice/targets/restricted.h"
#include "apprentice/train/taps.h"

namespace apprentice {
namespace {

constexpr const char* kStore = "targets";

std::string table_of(const std::string& path, const std::string& device) {
  if (std::filesystem::path(path).extension() == ".json") {
    return fmt::format("source = \"xgboost\"\npath = {}\nfeatures = \"statistics\"\n", toml_text(path));
  }
  return fmt::format("source = \"onnx\"\npath = {}\ndevice = {}\n", toml_text(path), toml_text(device));
}

// Who answers what, and where the answers are stored.
struct Labelling {
  std::shared_ptr<Teacher> teacher;
  std::shared_ptr<const Dataset> data;
  TargetOptions options;
  std::string root;

  std::string store_folder() const { return root + "/" + TargetStore::address(teacher->info(), data->info(), options); }
};

Result<Labelling> labelling_by_teacher(const Run& run, Asked side, const Pupil& pupil) {
  const Inputs& inputs = run.inputs;
  promise(inputs.teacher != nullptr, "answers are asked of a teacher that is there");
  Labelling labelling{inputs.teacher, inputs.full.test, {}, run.teacher_home + "/" + kStore};
  if (side == Asked::kTest) return labelling;
  labelling.data = inputs.full.train;
  APPRENTICE_TRY(labelling.options, target_options(inputs.full_views, pupil, *inputs.teacher));
  return labelling;
}

Result<Labelling> labelling_by_tutor(const Run& run, const Pupil& pupil) {
  const Inputs& inputs = run.inputs;
  APPRENTICE_TRY(TargetOptions options, target_options(inputs.views, pupil, *inputs.tutor));
  return Labelling{inputs.tutor, inputs.splits.train, std::move(options), run.directory.file(kStore)};
}

Result<Labelling> labelling_of(const Run& run, const Pupil& pupil) {
  return run.inputs.tutor == nullptr ? labelling_by_teacher(run, Asked::kTrain, pupil) : labelling_by_tutor(run, pupil);
}

Result<std::shared_ptr<const TargetStore>> answers_of(const Labelling& by, const RunControl& control) {
  return TargetStore::build(by.root, *by.teacher, *by.data, by.options, control);
}

std::shared_ptr<const TargetStore> as_student_sees(const Inputs& inputs, Asked side,
                                                   std::shared_ptr<const TargetStore> store) {
  if (!inputs.relevance) return store;
  return restrict_store(std::move(store), side == Asked::kTrain ? inputs.relevance->train : inputs.relevance->test);
}

}  // namespace

Result<std::shared_ptr<Teacher>> taught_teacher(const std::vector<std::string>& model_paths, const DatasetInfo& data,
                                                const std::string& device) {
  std::string text = table_of(model_paths.front(), device);
  if (model_paths.size() > 1) {
    text = "source = \"ensemble\"\n";
    for (const std::string& path : model_paths) text += "[[member]]\n" + table_of(path, device);
  }
  APPRENTICE_TRY(Config config, Config::parse(text, "taught teacher"));
  APPRENTICE_TRY(std::unique_ptr<Teacher> teacher, make_teacher(config, data, "."));
  APPRENTICE_CHECK(config.finish());
  return std::shared_ptr<Teacher>(std::move(teacher));
}

Pupil student_of(const Inputs& inputs) { return {inputs.student, inputs.job.loss}; }

std::vector<Pupil> pupils_of(const Inputs& inputs) {
  std::vector<Pupil> pupils;
  for (size_t i = 0; i < inputs.assistants.size(); ++i) {
    pupils.push_back({inputs.assistants[i], inputs.job.assistants[i].loss});
  }
  pupils.push_back(student_of(inputs));
  return pupils;
}

bool looks_at_answers(const Pupil& pupil) {
  // The regression loss takes a teacher where there is one.
  if (pupil.network.task == TaskKind::kRegression) return true;
  const LossKind* kind = find_loss_kind(pupil.loss.name);
  return kind != nullptr && kind->needs_teacher;
}

bool needs_targets(const Inputs& inputs, const Pupil& pupil) {
  return (tutor_of(inputs) != nullptr || inputs.job.teach.present) && looks_at_answers(pupil);
}

Result<TargetOptions> target_options(std::shared_ptr<const Views> views, const Pupil& pupil, Teacher& teacher) {
  TargetOptions options;
  options.views = std::move(views);
  if (find_loss_kind(pupil.loss.name)->taps == Taps::kNone) return options;
  // The devices of a hall share a teacher, and a teacher is asked by one thread at a time.
  static std::mutex asking;
  const std::lock_guard<std::mutex> lock(asking);
  Config knobs = pupil.loss.options;
  APPRENTICE_TRY(const std::unique_ptr<Loss> loss, make_loss(pupil.loss.name, knobs));
  APPRENTICE_TRY(FeaturePlan plan, plan_features(pupil.network, pupil.loss.name, *loss, features_of(teacher)));
  options.features = std::move(plan.teacher);
  return options;
}

Result<std::shared_ptr<const TargetStore>> teacher_answers(Run& run, Asked side, const Pupil& pupil) {
  APPRENTICE_TRY(const Labelling by, labelling_by_teacher(run, side, pupil));
  if (!run.inputs.job.is_of_hall()) return answers_of(by, run.control);
  auto stored = TargetStore::open(by.store_folder());
  if (stored) return stored;
  return fail(ErrorKind::kNotFound, run.teacher_home,
              "the hall has no answers of its teacher yet (`apprentice label {}` stores them): {}", run.teacher_home,
              stored.error().text());
}

bool has_teacher_answers(const Run& run, Asked side, const Pupil& pupil) {
  const auto by = labelling_by_teacher(run, side, pupil);
  return by && TargetStore::is_finished(by->store_folder());
}

Result<std::string> pupil_store_folder(const Run& run, const Pupil& pupil) {
  APPRENTICE_TRY(const Labelling by, labelling_of(run, pupil));
  return by.store_folder();
}

Result<std::shared_ptr<const TargetStore>> pupil_targets(Run& run, const Pupil& pupil) {
  if (run.inputs.tutor != nullptr) {
    APPRENTICE_TRY(const Labelling by, labelling_by_tutor(run, pupil));
    return answers_of(by, run.control);
  }
  APPRENTICE_TRY(std::shared_ptr<const TargetStore> store, teacher_answers(run, Asked::kTrain, pupil));
  return as_student_sees(run.inputs, Asked::kTrain, std::move(store));
}

Result<std::shared_ptr<const TargetStore>> student_targets(Run& run, Asked side) {
  const Pupil student = student_of(run.inputs);
  if (side == Asked::kTrain) return pupil_targets(run, student);
  APPRENTICE_TRY(std::shared_ptr<const TargetStore> store, teacher_answers(run, side, student));
  return as_student_sees(run.inputs, side, std::move(store));
}

bool has_student_targets(const Run& run) {
  const auto folder = pupil_store_folder(run, student_of(run.inputs));
  return folder && TargetStore::is_finished(*folder);
}

Tensor answers_tensor(const TargetStore& store) {
  Tensor all(DType::kF32, {store.size(), store.classes()});
  for (int64_t i = 0; i < store.size(); ++i) {
    std::copy_n(store.logits(i), store.classes(), all.data<float>() + i * store.classes());
  }
  return all;
}

}  // namespace apprentice
