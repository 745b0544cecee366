// SPDX-License-Identifier: Apache-2.0
// Terms that several losses are made of. Teachers are constants: they get no gradient.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

#include "apprentice/losses/loss.h"

namespace apprentice::losses {

// hard_weight for the labels, soft_weight for the teacher, and T where the loss has one.
struct HardSoftWeights {
  explicit HardSoftWeights(const LossKeys& keys);
  HardSoftWeights(double hard_weight, double soft_weight, double divisor)
      : hard(hard_weight), soft(soft_weight), temperature(divisor) {}
  double hard, soft, temperature;
};

// Of losses that treat the label's class apart from the others.
struct LabelApartWeights {
  explicit LabelApartWeights(const LossKeys& keys);
  double temperature, hard_weight, target_weight, other_weight;
};

// A term [batch] that looks at a label [batch]. Under mixup it is taken for either label and mixed by their shares, as
// Zhang et al. 2018 do with cross entropy.
using LabelTerm = std::function<at::Tensor(const at::Tensor& labels)>;
at::Tensor over_labels(const Targets& targets, const LabelTerm& term);

// -1/B sum_b log softmax(z)[y_b]; logits [batch, classes].
at::Tensor cross_entropy(const at::Tensor& logits, const Targets& targets);

// T^2/B sum_b sum_c p_t (log p_t - log p_s), p = softmax(z / T) (Hinton et al. 2015, section 2; the factor T^2 keeps
// the gradient's size, end of section 2).
at::Tensor soft_kl(const at::Tensor& student_logits, const at::Tensor& teacher_logits, double temperature);

// hard_weight * cross_entropy + soft_weight * soft_kl; `hard` and `soft` are the two without weights or gradient.
struct HardSoft {
  at::Tensor total, hard, soft;
};
HardSoft hard_and_soft_kl(const at::Tensor& logits, const Targets& targets, const HardSoftWeights& weights);

// sum_c p_t (log p_t - log p_s) of each row; both are logarithms of probabilities, the first is the teacher's.
at::Tensor kl_rows(const at::Tensor& log_teacher, const at::Tensor& log_student);

// Values [batch] of the labels' columns, and [batch, classes - 1] of all others.
at::Tensor at_label(const at::Tensor& rows, const at::Tensor& labels);
at::Tensor beside_label(const at::Tensor& rows, const at::Tensor& labels);

// T^2/B sum_b (target_weight TCKD + other_weight NCKD), the two halves of soft_kl that Zhao et al. 2022 (arXiv
// 2203.08679), decouple. log(1 - q) is taken as a difference of logsumexp, exact for sure teachers.
at::Tensor decoupled_kl(const at::Tensor& student_logits, const at::Tensor& teacher_logits, const Targets& targets,
                        const LabelApartWeights& weights);

// (z - mean) / standard deviation of each row, by C - 1 (Sun et al. 2024, arXiv 2403.01427). The paper's
// 1e-7 beside the deviation stands inside its root here, so that a row of equal logits has a gradient.
at::Tensor standardise_rows(const at::Tensor& logits);

// Grows from 1 / warmup_epochs in the first epoch to 1.
double warmth(int64_t epoch, double warmup_epochs);

// hard_weight * hard + soft_weight * soft.
at::Tensor mix(double hard_weight, const at::Tensor& hard, double soft_weight, const at::Tensor& soft);

}  // namespace apprentice::losses
