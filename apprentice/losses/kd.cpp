// SPDX-License-Identifier: Apache-2.0
// kd: hard_weight * ce + soft_weight * T^2 KL(teacher || student) at temperature T.
#include "apprentice/losses/loss_keys.h"
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class KnowledgeDistillation final : public Loss {
 public:
  explicit KnowledgeDistillation(Config& keys) {
    read_temperature(keys, weights_.temperature);
    read_hard_soft(keys, weights_.hard, weights_.soft);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const HardSoft value = hard_and_soft_kl(student.logits, targets, weights_);
    return {value.total, {{"ce", value.hard}, {"kd", value.soft}}};
  }

 private:
  HardSoftWeights weights_;
};

}  // namespace

const LossKind kd = {"kd",
                     "labels and softened teacher",
                     "Hinton, Vinyals, Dean 2015 (arXiv 1503.02531), section 2",
                     TaskKind::kClassification,
                     true,
                     make<KnowledgeDistillation>};

}  // namespace apprentice::losses::rows
