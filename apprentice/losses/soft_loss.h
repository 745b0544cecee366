// SPDX-License-Identifier: Apache-2.0
// SoftLoss: hard_weight * ce + soft_weight * a term of the teacher's logits at temperature T. What each such loss adds
// is the term.
#pragma once

#include "apprentice/losses/terms.h"

namespace apprentice::losses {

class SoftLoss : public Loss {
 public:
  // `name` leads the term's number in the progress line.
  SoftLoss(const LossKeys& keys, const char* name);
  LossValue operator()(const StudentOutput& student, const Targets& targets) const final;

 protected:
  // Scalar; `teacher` are targets.teacher_logits, which have no gradient.
  virtual at::Tensor term(const at::Tensor& logits, const at::Tensor& teacher, const Targets& targets) const = 0;
  double temperature() const { return weights_.temperature; }
  // The mean over samples [batch], times T^2: so the gradient keeps its size whatever T (Hinton et al. 2015, section
  // 2).
  at::Tensor scaled_mean(const at::Tensor& per_sample) const;

 private:
  const char* name_;
  HardSoftWeights weights_;
};

}  // namespace apprentice::losses
