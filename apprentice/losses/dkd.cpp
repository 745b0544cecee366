// SPDX-License-Identifier: Apache-2.0
// dkd: kd in two halves with weights of their own: how sure the teacher is of the label, and how it ranks the others.
#include <ATen/core/Tensor.h>

#include "apprentice/losses/loss_keys.h"
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class DecoupledDistillation final : public Loss {
 public:
  explicit DecoupledDistillation(Config& keys) {
    read_label_apart(keys, weights_);
    read_weight(keys, "warmup_epochs", warmup_epochs_);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor soft = decoupled_kl(student.logits, targets.teacher_logits, targets, weights_);
    return {mix(weights_.hard_weight, ce, warmth(targets.epoch, warmup_epochs_), soft),
            {{"ce", ce.detach()}, {"dkd", soft.detach()}}};
  }

 private:
  LabelApartWeights weights_{4.0, 1.0, 1.0, 2.0};
  double warmup_epochs_ = 5.0;
};

}  // namespace

const LossKind dkd = {"dkd",
                      "kd decoupled into the label's class and the others",
                      "Zhao et al. 2022 (arXiv 2203.08679), DKD",
                      TaskKind::kClassification,
                      true,
                      make<DecoupledDistillation>};

}  // namespace apprentice::losses::rows
