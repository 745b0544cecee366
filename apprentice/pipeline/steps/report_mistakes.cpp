// SPDX-License-Identifier: Apache-2.0
// The test samples that the network that ships is most surely wrong about, with their signals.
#include <algorithm>
#include <cmath>

#include "apprentice/pipeline/steps/report_parts.h"

namespace apprentice::pipeline {
namespace {

constexpr size_t kShown = 6;
constexpr int64_t kChannels = 4, kPoints = 160;

struct Answer {
  int64_t sample = 0, winner = 0;
  double confidence = 0.0;
};

// The class with the largest logit and its softmax.
Answer answer_of(const Tensor& logits, int64_t sample) {
  const int64_t classes = logits.shape().back();
  const float* row = logits.data<float>() + sample * classes;
  Answer answer{sample, std::max_element(row, row + classes) - row, 0.0};
  double sum = 0.0;
  for (int64_t k = 0; k < classes; ++k) sum += std::exp(double{row[k]} - double{row[answer.winner]});
  answer.confidence = 1.0 / sum;
  return answer;
}

// Of windows [channels, time]: the first channels, every so many steps. Other samples have no drawing.
std::vector<std::vector<double>> signal_of(const data::Dataset& data, int64_t sample) {
  const Shape& shape = data.info().sample_shape;
  std::vector<std::vector<double>> signal;
  if (shape.size() != 2) return signal;
  const Tensor values = data::gather(data, {sample});
  const int64_t steps = shape[1], points = std::min(steps, kPoints);
  for (int64_t c = 0; c < std::min(shape[0], kChannels); ++c) {
    const float* channel = values.data<float>() + c * steps;
    signal.emplace_back();
    for (int64_t i = 0; i < points; ++i) signal.back().push_back(double{channel[i * steps / points]});
  }
  return signal;
}

}  // namespace

report::ReportMistakes worst_mistakes(const Tensor& outputs, const Tensor* teacher, const data::Dataset& test) {
  report::ReportMistakes mistakes;
  if (test.info().task != TaskKind::kClassification) return mistakes;
  std::vector<Answer> wrong;
  for (int64_t i = 0; i < test.size(); ++i) {
    const Answer answer = answer_of(outputs, i);
    if (answer.winner != test.sample_info(i).label) wrong.push_back(answer);
  }
  std::stable_sort(wrong.begin(), wrong.end(),
                   [](const Answer& a, const Answer& b) { return a.confidence > b.confidence; });
  wrong.resize(std::min(wrong.size(), kShown));
  mistakes.channel_names = data::channel_names(test.info());
  for (const Answer& answer : wrong) {
    const data::SampleInfo info = test.sample_info(answer.sample);
    report::ReportMistake mistake{answer.sample,
                                  info.row,
                                  info.label,
                                  answer.winner,
                                  std::nullopt,
                                  answer.confidence,
                                  signal_of(test, answer.sample)};
    if (teacher != nullptr) mistake.teacher_answer = answer_of(*teacher, answer.sample).winner;
    mistakes.worst.push_back(std::move(mistake));
  }
  return mistakes;
}

}  // namespace apprentice::pipeline
