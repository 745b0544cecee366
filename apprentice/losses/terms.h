// SPDX-License-Identifier: Apache-2.0
// Terms that several losses are made of. All are means over the batch, scalars with gradient in the student.
#pragma once

#include <ATen/core/Tensor.h>

namespace apprentice {

// -1/B sum_b log softmax(z)[y_b]; logits [batch, classes], labels int64 [batch].
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels);

// T^2/B sum_b sum_c p_t (log p_t - log p_s), p = softmax(z / T) (Hinton et al. 2015, section 2; the factor T^2 keeps
// the gradient's size, end of section 2). The teacher is a constant.
at::Tensor soft_kl(const at::Tensor& student_logits, const at::Tensor& teacher_logits, double temperature);

// hard_weight * hard + soft_weight * soft.
at::Tensor mix(double hard_weight, const at::Tensor& hard, double soft_weight, const at::Tensor& soft);

}  // namespace apprentice
