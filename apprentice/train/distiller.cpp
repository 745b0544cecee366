// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/distiller.h"

#include <ATen/ATen.h>
#include <torch/version.h>

#include <cmath>

#include "apprentice/base/files.h"
#include "apprentice/layers/layer.h"
#include "apprentice/train/checkpoint.h"
#include "apprentice/train/torch_session.h"
#include "apprentice/train/training_loop.h"

namespace apprentice::train {
namespace {

Status check_sides(const TrainTask& task) {
  if (task.train == nullptr || task.train->size() < 2) {
    return bad_input(task.title, "the training split has {} samples; at least 2 are needed",
                     task.train == nullptr ? 0 : task.train->size());
  }
  if (task.validation == nullptr || task.validation->size() < 1) {
    return bad_input(task.title, "the validation split is empty; the best step is chosen on it");
  }
  return {};
}

// Mean and standard deviation of the training targets: the student learns the normalised value.
void fit_output(const data::Dataset& data, model::NetSpec& spec) {
  double sum = 0.0, squares = 0.0;
  const double count = static_cast<double>(data.size());
  for (int64_t i = 0; i < data.size(); ++i) sum += double{data.sample_info(i).target};
  const double mean = sum / count;
  for (int64_t i = 0; i < data.size(); ++i) {
    const double distance = double{data.sample_info(i).target} - mean;
    squares += distance * distance;
  }
  const double deviation = std::sqrt(squares / count);
  spec.output_mean = static_cast<float>(mean);
  spec.output_scale = deviation > 0.0 ? static_cast<float>(deviation) : 1.0F;
}

Result<TrainResult> train_checked(TrainTask task, const RunControl& control) {
  APPRENTICE_CHECK(check_sides(task));
  if (task.spec.task == TaskKind::kRegression) fit_output(*task.train, task.spec);
  APPRENTICE_TRY(const model::Weights initial, layers::initial_weights(task.spec, task.options.seed));
  task.options.threads = choose_threads(task.options, task.spec);
  const TorchSession session(task.options.threads);
  APPRENTICE_TRY(Student student, Student::create(task.spec, initial));
  APPRENTICE_TRY(const Objective objective, prepare_objective(task, student));
  APPRENTICE_TRY(const Samples train,
                 Samples::create({task.train, task.targets, task.views, objective.stored}, student));
  APPRENTICE_TRY(const Samples validation, Samples::create({task.validation, nullptr, nullptr, {}}, student));
  if (!task.checkpoint_folder.empty()) APPRENTICE_CHECK(make_folder(task.checkpoint_folder));
  TrainingLoop loop(task, objective, student, train, validation, control);
  return loop.run();
}

}  // namespace

Result<TrainResult> train(const TrainTask& task, const RunControl& control) {
  try {
    return train_checked(task, control);
  } catch (const c10::Error& error) {  // out of memory and the like
    return fail(ErrorKind::kUnsupported, task.title, "libtorch failed: {}", error.what_without_backtrace());
  }
}

Result<Tensor> predict_float(const model::Model& model, const data::Dataset& data, int threads) {
  const TorchSession session(threads);
  APPRENTICE_TRY(const Student student, Student::create(model.spec, model.weights));
  return predict(student, data);
}

std::string libtorch_version() { return TORCH_VERSION; }

}  // namespace apprentice::train
