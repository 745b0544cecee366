// SPDX-License-Identifier: Apache-2.0
// nkd: the teacher says how much the label counts, and how the other classes share the rest once normalised.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_keys.h"
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class NormalisedDistillation final : public Loss {
 public:
  explicit NormalisedDistillation(Config& keys) { read_label_apart(keys, weights_); }
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
  LabelApartWeights weights_{1.0, 1.0, 1.0, 1.5};
};

}  // namespace

const LossKind nkd = {"nkd",
                      "the label as sure as the teacher is, the other classes normalised",
                      "Yang et al. 2023 (arXiv 2303.13005), normalised KD loss",
                      TaskKind::kClassification,
                      true,
                      make<NormalisedDistillation>};

}  // namespace apprentice::losses::rows
