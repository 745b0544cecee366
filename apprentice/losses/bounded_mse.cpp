// SPDX-License-Identifier: Apache-2.0
// bounded_mse: the squared error to the label counts extra for samples on which the student is worse than the teacher.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class TeacherBounded final : public Loss {
 public:
  explicit TeacherBounded(const LossKeys& keys)
      : hard_weight_(keys.number("hard_weight")),
        bound_weight_(keys.number("bound_weight")),
        margin_(keys.number("margin")) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor errors = (student.logits - targets.values).square();
    const at::Tensor bounds = (targets.teacher_logits.detach() - targets.values).square();
    const at::Tensor worse = (errors.detach() + margin_).gt(bounds).to(errors.scalar_type());
    const at::Tensor hard = errors.mean(), bounded = (errors * worse).mean();
    return {mix(hard_weight_, hard, bound_weight_, bounded), {{"label", hard.detach()}, {"bounded", bounded.detach()}}};
  }

 private:
  double hard_weight_, bound_weight_, margin_;
};

}  // namespace

std::unique_ptr<Loss> bounded_mse(const LossKeys& keys) { return std::make_unique<TeacherBounded>(keys); }

}  // namespace apprentice::losses::rows
