// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/evaluate.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace apprentice::train {
namespace {

constexpr int64_t kEvaluateSamples = 256;  // per batch

Score score_classes(const at::Tensor& logits, const at::Tensor& labels, metrics::Metric metric) {
  const at::Tensor log_probabilities = at::log_softmax(logits.to(at::kDouble), 1);
  const at::Tensor own = log_probabilities.gather(1, labels.unsqueeze(1));
  Tensor answers(DType::kF32, {logits.size(0), logits.size(1)});
  std::copy_n(logits.data_ptr<float>(), logits.numel(), answers.data<float>());
  const int64_t* first = labels.data_ptr<int64_t>();
  const std::vector<int32_t> truths(first, first + labels.numel());
  return {-own.mean().item<double>(), metrics::Scorecard(metric, answers, truths).value()};
}

Score score_values(const at::Tensor& outputs, const at::Tensor& values, double scale, metrics::Metric metric) {
  const at::Tensor errors = (outputs - values).to(at::kDouble);
  const double squared = errors.square().mean().item<double>() * scale * scale;
  return {squared, metric == metrics::Metric::kMae ? -errors.abs().mean().item<double>() * scale : -std::sqrt(squared)};
}

}  // namespace

at::Tensor answer_all(const Student& student, const Samples& samples) {
  const at::NoGradGuard no_grad;
  const at::Tensor answers = at::empty({samples.size(), student.outputs()});
  const at::Tensor all = at::arange(samples.size(), at::kLong);
  for (int64_t first = 0; first < samples.size(); first += kEvaluateSamples) {
    const int64_t count = std::min(kEvaluateSamples, samples.size() - first);
    const at::Tensor rows = samples.rows(student, all.narrow(0, first, count));
    answers.narrow(0, first, count).copy_(student.forward(rows, layers::ForwardMode::kEvaluate));
  }
  return answers;
}

Score score(const Student& student, const Samples& samples, metrics::Metric metric) {
  const at::Tensor answers = answer_all(student, samples);
  if (samples.labels().defined()) return score_classes(answers, samples.labels(), metric);
  return score_values(answers, samples.values(), double{student.spec().output_scale}, metric);
}

Result<Tensor> predict(const Student& student, const data::Dataset& data) {
  const model::NetSpec& spec = student.spec();
  if (data.info().sample_shape != spec.input_shape) {
    return bad_input(spec.name, "takes samples of shape {}, but the data has {}",
                     apprentice::to_string(spec.input_shape), apprentice::to_string(data.info().sample_shape));
  }
  const at::NoGradGuard no_grad;
  Tensor answers(DType::kF32, {data.size(), student.outputs()});
  for (int64_t first = 0; first < data.size(); first += kEvaluateSamples) {
    std::vector<int64_t> indices(static_cast<size_t>(std::min(kEvaluateSamples, data.size() - first)));
    std::iota(indices.begin(), indices.end(), first);
    at::Tensor batch =
        student.forward(student.prepare(gather_raw(data, indices)), layers::ForwardMode::kEvaluate).contiguous();
    if (spec.task == TaskKind::kRegression) batch = batch * spec.output_scale + spec.output_mean;
    std::copy_n(batch.data_ptr<float>(), batch.numel(), answers.data<float>() + first * student.outputs());
  }
  return answers;
}

}  // namespace apprentice::train
