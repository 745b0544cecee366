// SPDX-License-Identifier: Apache-2.0
// lskd: kd on logits standardised per sample, so that the student need not reach the teacher's magnitude.
#include "apprentice/losses/knobs.h"
#include "apprentice/losses/rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::loss_rows {
namespace {

class StandardisedDistillation final : public Loss {
 public:
  explicit StandardisedDistillation(Config& options) {
    read_temperature(options, temperature_);
    read_hard_soft(options, hard_weight_, soft_weight_);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor soft =
        soft_kl(standardise_rows(student.logits), standardise_rows(targets.teacher_logits), temperature_);
    return {mix(hard_weight_, ce, soft_weight_, soft), {{"ce", ce.detach()}, {"lskd", soft.detach()}}};
  }
  bool needs_teacher() const override { return true; }

 private:
  double temperature_ = 2.0, hard_weight_ = 0.1, soft_weight_ = 9.0;
};

}  // namespace

const LossKind lskd = {"lskd",
                       "kd on logits standardised per sample; T, hard_weight, soft_weight",
                       "Sun et al. 2024 (arXiv 2403.01427), logit standardisation",
                       TaskKind::kClassification,
                       true,
                       [](Config& options) -> Result<std::unique_ptr<Loss>> {
                         return std::make_unique<StandardisedDistillation>(options);
                       }};

}  // namespace apprentice::loss_rows
