// SPDX-License-Identifier: Apache-2.0
// lsdkd: dkd on logits standardised per sample.
#include "apprentice/losses/knobs.h"
#include "apprentice/losses/rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::loss_rows {
namespace {

class StandardisedDecoupled final : public Loss {
 public:
  explicit StandardisedDecoupled(Config& options) {
    read_temperature(options, temperature_);
    read_weight(options, "hard_weight", hard_weight_);
    read_weight(options, "target_weight", weights_.target);
    read_weight(options, "other_weight", weights_.other);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor soft = decoupled_kl(standardise_rows(student.logits), standardise_rows(targets.teacher_logits),
                                         targets, temperature_, weights_);
    return {mix(hard_weight_, ce, 1.0, soft), {{"ce", ce.detach()}, {"lsdkd", soft.detach()}}};
  }
  bool needs_teacher() const override { return true; }

 private:
  double temperature_ = 2.0, hard_weight_ = 0.1;
  DecoupledWeights weights_{9.0, 18.0};
};

}  // namespace

const LossKind lsdkd = {
    "lsdkd",
    "dkd on logits standardised per sample; T, hard_weight, target_weight, other_weight",
    "Sun et al. 2024 (arXiv 2403.01427), logit standardisation",
    TaskKind::kClassification,
    true,
    [](Config& options) -> Result<std::unique_ptr<Loss>> { return std::make_unique<StandardisedDecoupled>(options); }};

}  // namespace apprentice::loss_rows
