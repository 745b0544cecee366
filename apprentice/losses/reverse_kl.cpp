// SPDX-License-Identifier: Apache-2.0
// reverse_kl: KL(student || teacher): the student may leave classes out that it cannot cover, instead of blurring all.
#include <ATen/ATen.h>

#include "apprentice/losses/knobs.h"
#include "apprentice/losses/rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::loss_rows {
namespace {

class ReverseDivergence final : public Loss {
 public:
  explicit ReverseDivergence(Config& options) {
    read_temperature(options, temperature_);
    read_hard_soft(options, hard_weight_, soft_weight_);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor own = at::log_softmax(student.logits / temperature_, 1);
    const at::Tensor given = at::log_softmax(targets.teacher_logits.detach() / temperature_, 1);
    const at::Tensor soft = kl_rows(own, given).mean() * (temperature_ * temperature_);
    return {mix(hard_weight_, ce, soft_weight_, soft), {{"ce", ce.detach()}, {"reverse_kl", soft.detach()}}};
  }
  bool needs_teacher() const override { return true; }

 private:
  double temperature_ = 1.0, hard_weight_ = 0.1, soft_weight_ = 0.9;
};

}  // namespace

const LossKind reverse_kl = {
    "reverse_kl",
    "KL from the student to the teacher; T, hard_weight, soft_weight",
    "Agarwal et al. 2023 (arXiv 2306.13649), section 2, times T^2",
    TaskKind::kClassification,
    true,
    [](Config& options) -> Result<std::unique_ptr<Loss>> { return std::make_unique<ReverseDivergence>(options); }};

}  // namespace apprentice::loss_rows
