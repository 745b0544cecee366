// SPDX-License-Identifier: Apache-2.0
// kd: hard_weight * ce + soft_weight * T^2 KL(teacher || student) at temperature T.
#include <ATen/core/Tensor.h>

#include "apprentice/losses/rows.h"
#include "apprentice/losses/soft_loss.h"
#include "apprentice/losses/terms.h"

namespace apprentice::loss_rows {
namespace {

class KnowledgeDistillation final : public SoftLoss {
 public:
  explicit KnowledgeDistillation(Config& options) : SoftLoss(options, "kd", {4.0, 0.1, 0.9}) {}

 protected:
  at::Tensor term(const at::Tensor& logits, const at::Tensor& teacher, const Targets&) const override {
    return soft_kl(logits, teacher, temperature());
  }
};

}  // namespace

const LossKind kd = {"kd",
                     "labels and softened teacher",
                     "Hinton, Vinyals, Dean 2015 (arXiv 1503.02531), section 2",
                     TaskKind::kClassification,
                     true,
                     make<KnowledgeDistillation>};

}  // namespace apprentice::loss_rows
