// SPDX-License-Identifier: Apache-2.0
// kd: hard_weight * ce + soft_weight * T^2 KL(teacher || student) at temperature T.
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class KnowledgeDistillation final : public Loss {
 public:
  explicit KnowledgeDistillation(const LossKeys& keys) : weights_(keys) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const HardSoft value = hard_and_soft_kl(student.logits, targets, weights_);
    return {value.total, {{"ce", value.hard}, {"kd", value.soft}}};
  }

 private:
  HardSoftWeights weights_;
};

}  // namespace

std::unique_ptr<Loss> kd(const LossKeys& keys) { return std::make_unique<KnowledgeDistillation>(keys); }

}  // namespace apprentice::losses::rows
