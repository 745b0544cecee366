// SPDX-License-Identifier: Apache-2.0
// dkd: kd in two halves with weights of their own: how sure the teacher is of the label, and how it ranks the others.
#include <algorithm>

#include "apprentice/losses/knobs.h"
#include "apprentice/losses/rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::loss_rows {
namespace {

class DecoupledDistillation final : public Loss {
 public:
  explicit DecoupledDistillation(Config& options) {
    read_temperature(options, temperature_);
    read_weight(options, "hard_weight", hard_weight_);
    read_weight(options, "target_weight", weights_.target);
    read_weight(options, "other_weight", weights_.other);
    read_weight(options, "warmup_epochs", warmup_epochs_);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor soft = decoupled_kl(student.logits, targets.teacher_logits, targets, temperature_, weights_);
    const double warmth = std::min(1.0, static_cast<double>(targets.epoch) / std::max(warmup_epochs_, 1.0));
    return {mix(hard_weight_, ce, warmth, soft), {{"ce", ce.detach()}, {"dkd", soft.detach()}}};
  }
  bool needs_teacher() const override { return true; }

 private:
  double temperature_ = 4.0, hard_weight_ = 1.0, warmup_epochs_ = 5.0;
  DecoupledWeights weights_{1.0, 2.0};
};

}  // namespace

const LossKind dkd = {
    "dkd",
    "kd decoupled into the label's class and the others; T, hard_weight, target_weight, "
    "other_weight, warmup_epochs",
    "Zhao et al. 2022 (arXiv 2203.08679), DKD",
    TaskKind::kClassification,
    true,
    [](Config& options) -> Result<std::unique_ptr<Loss>> { return std::make_unique<DecoupledDistillation>(options); }};

}  // namespace apprentice::loss_rows
