// SPDX-License-Identifier: Apache-2.0
// nkd: the teacher says how much the label counts, and how the other classes share the rest once normalised.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class NormalisedDistillation final : public Loss {
 public:
  explicit NormalisedDistillation(const LossKeys& keys) : weights_(keys) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor given = targets.teacher_logits.detach();
    const at::Tensor log_student = at::log_softmax(student.logits, 1), teacher = at::softmax(given, 1);
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const auto label = [&](const at::Tensor& y) { return -at_label(teacher, y) * at_label(log_student, y); };
    const auto others = [&](const at::Tensor& y) {
      const at::Tensor shares = at::softmax(beside_label(given, y) / weights_.temperature, 1);
      return -(shares * at::log_softmax(beside_label(student.logits, y) / weights_.temperature, 1)).sum(1);
    };
    const at::Tensor target = over_labels(targets, label).mean();
    const at::Tensor rest = over_labels(targets, others).mean() * (weights_.temperature * weights_.temperature);
    return {mix(weights_.hard_weight, ce, weights_.target_weight, target) + rest * weights_.other_weight,
            {{"ce", ce.detach()}, {"target", target.detach()}, {"others", rest.detach()}}};
  }

 private:
  LabelApartWeights weights_;
};

}  // namespace

std::unique_ptr<Loss> nkd(const LossKeys& keys) { return std::make_unique<NormalisedDistillation>(keys); }

}  // namespace apprentice::losses::rows
