// SPDX-License-Identifier: Apache-2.0
// dist: matches the teacher up to shift and scale, by correlation: over the classes of a sample, and over the samples
// of a class.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

// 1 - mean over rows of Pearson's correlation. A constant row has correlation 0, by a floor under the sums of squares.
at::Tensor mean_decorrelation(const at::Tensor& student, const at::Tensor& teacher) {
  constexpr double kFloor = 1e-16;
  const at::Tensor a = student - student.mean(1, true), b = teacher - teacher.mean(1, true);
  const at::Tensor lengths = (a.square().sum(1) + kFloor).sqrt() * (b.square().sum(1) + kFloor).sqrt();
  return 1.0 - ((a * b).sum(1) / lengths).mean();
}

class CorrelationDistillation final : public Loss {
 public:
  explicit CorrelationDistillation(const LossKeys& keys)
      : temperature_(keys.number("T")),
        hard_weight_(keys.number("hard_weight")),
        inter_weight_(keys.number("inter_weight")),
        intra_weight_(keys.number("intra_weight")) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor own = at::softmax(student.logits / temperature_, 1);
    const at::Tensor given = at::softmax(targets.teacher_logits.detach() / temperature_, 1);
    const double squared = temperature_ * temperature_;
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor inter = mean_decorrelation(own, given) * squared;
    at::Tensor total = mix(hard_weight_, ce, inter_weight_, inter);
    LossValue value{total, {{"ce", ce.detach()}, {"inter", inter.detach()}}};
    if (own.size(0) < 2) return value;  // one sample correlates with nothing
    const at::Tensor intra = mean_decorrelation(own.t(), given.t()) * squared;
    value.total = total + intra * intra_weight_;
    value.parts.emplace_back("intra", intra.detach());
    return value;
  }

 private:
  double temperature_, hard_weight_, inter_weight_, intra_weight_;
};

}  // namespace

std::unique_ptr<Loss> dist(const LossKeys& keys) { return std::make_unique<CorrelationDistillation>(keys); }

}  // namespace apprentice::losses::rows
