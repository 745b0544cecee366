// SPDX-License-Identifier: Apache-2.0
// bounded_mse: the squared error to the label counts extra for samples on which the student is worse than the teacher.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_keys.h"
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class TeacherBounded final : public Loss {
 public:
  explicit TeacherBounded(Config& keys) {
    read_weight(keys, "hard_weight", hard_weight_);
    read_weight(keys, "bound_weight", bound_weight_);
    read_weight(keys, "margin", margin_);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor errors = (student.logits - targets.values).square();
    const at::Tensor bounds = (targets.teacher_logits.detach() - targets.values).square();
    const at::Tensor worse = (errors.detach() + margin_).gt(bounds).to(errors.scalar_type());
    const at::Tensor hard = errors.mean(), bounded = (errors * worse).mean();
    return {mix(hard_weight_, hard, bound_weight_, bounded), {{"label", hard.detach()}, {"bounded", bounded.detach()}}};
  }

 private:
  double hard_weight_ = 1.0, bound_weight_ = 0.5, margin_ = 0.0;
};

}  // namespace

const LossKind bounded_mse = {
    "bounded_mse",
    "squared error, counted extra where the student is worse than the teacher",
    "Chen et al. 2017, Learning Efficient Object Detection Models with Knowledge Distillation, teacher bounded "
    "regression",
    TaskKind::kRegression,
    true,
    make<TeacherBounded>};

}  // namespace apprentice::losses::rows
