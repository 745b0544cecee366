// SPDX-License-Identifier: Apache-2.0
// kd: hard_weight * ce + soft_weight * T^2 KL(teacher || student) at temperature T.
#include "apprentice/losses/knobs.h"
#include "apprentice/losses/rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::loss_rows {
namespace {

class KnowledgeDistillation final : public Loss {
 public:
  explicit KnowledgeDistillation(Config& options) {
    read_temperature(options, temperature_);
    read_hard_soft(options, hard_weight_, soft_weight_);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor soft = soft_kl(student.logits, targets.teacher_logits, temperature_);
    return {mix(hard_weight_, ce, soft_weight_, soft), {{"ce", ce.detach()}, {"kd", soft.detach()}}};
  }
  bool needs_teacher() const override { return true; }

 private:
  double temperature_ = 4.0, hard_weight_ = 0.1, soft_weight_ = 0.9;
};

}  // namespace

const LossKind kd = {
    "kd",
    "labels and softened teacher; T, hard_weight, soft_weight",
    "Hinton, Vinyals, Dean 2015 (arXiv 1503.02531), section 2",
    TaskKind::kClassification,
    true,
    [](Config& options) -> Result<std::unique_ptr<Loss>> { return std::make_unique<KnowledgeDistillation>(options); }};

}  // namespace apprentice::loss_rows
