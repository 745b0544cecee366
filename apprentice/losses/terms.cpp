// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/terms.h"

#include <ATen/ATen.h>

namespace apprentice {

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels) {
  return at::nll_loss(at::log_softmax(logits, 1), labels);
}

at::Tensor soft_kl(const at::Tensor& student_logits, const at::Tensor& teacher_logits, double temperature) {
  const at::Tensor log_student = at::log_softmax(student_logits / temperature, 1);
  const at::Tensor log_teacher = at::log_softmax(teacher_logits.detach() / temperature, 1);
  const at::Tensor divergence = (log_teacher.exp() * (log_teacher - log_student)).sum();
  return divergence * (temperature * temperature / static_cast<double>(student_logits.size(0)));
}

at::Tensor mix(double hard_weight, const at::Tensor& hard, double soft_weight, const at::Tensor& soft) {
  return hard * hard_weight + soft * soft_weight;
}

}  // namespace apprentice
