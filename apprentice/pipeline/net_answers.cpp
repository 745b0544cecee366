// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/net_answers.h"

#include "apprentice/layers/layer.h"
#include "apprentice/pipeline/evaluate.h"
#include "apprentice/pipeline/teaching.h"
#include "apprentice/pipeline/training.h"

namespace apprentice::pipeline {

Result<NetAnswers> answer_float(const Run& run, const std::string& folder, const data::Dataset& data) {
  APPRENTICE_TRY(const model::Model model, model::load_model(run.directory.file(model_file(folder))));
  APPRENTICE_TRY(const layers::NetCost cost, layers::net_cost(model.spec));
  APPRENTICE_TRY(Tensor outputs, predict_float(model, data, run.inputs.job.work_threads(), run.control));
  return NetAnswers{std::move(outputs), 4 * cost.parameters};
}

Result<NetAnswers> answer_int8(const Run& run, const std::string& folder, const data::Dataset& data) {
  APPRENTICE_TRY(const quant::QuantNet net, quant::load_quant_net(run.directory.file(quant_file(folder))));
  APPRENTICE_TRY(Tensor outputs, predict_int8(net, data, run.inputs.job.work_threads(), run.control));
  NetAnswers answers{std::move(outputs), 0};
  for (const layers::QuantLayer& layer : net.layers) {
    answers.bytes += static_cast<int64_t>(layer.weights.size() + 4 * layer.bias.size());
  }
  return answers;
}

Result<Tensor> answer_teacher(Run& run) {
  APPRENTICE_TRY(const auto store, student_targets(run, Asked::kTest));
  return answers_tensor(*store);
}

}  // namespace apprentice::pipeline
