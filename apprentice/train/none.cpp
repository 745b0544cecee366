// SPDX-License-Identifier: Apache-2.0
// In a build without libtorch.
#include "apprentice/train/distiller.h"

namespace apprentice::train {

Result<TrainResult> train(const TrainTask& task, const RunControl&) {
  return no_libtorch(task.title, "trains networks");
}

Result<Tensor> predict_float(const model::Model& model, const data::Dataset&, int) {
  return no_libtorch(model.spec.name, "runs networks that were trained here");
}

std::string libtorch_version() { return ""; }

}  // namespace apprentice::train
