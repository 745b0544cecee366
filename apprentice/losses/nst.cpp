// SPDX-License-Identifier: Apache-2.0
// nst: the student's channels shall react to places as the teacher's do, in distribution (maximum mean discrepancy).
#include <ATen/ATen.h>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses::rows {
namespace {

class NeuronSelectivity final : public FeatureLoss {
 public:
  explicit NeuronSelectivity(const LossKeys& keys) : FeatureLoss(keys, "nst") {}

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    // Mean of the polynomial kernel (a . b)^2 over all pairs of channels of a sample.
    const auto kernel = [](const at::Tensor& a, const at::Tensor& b) {
      return at::bmm(a, b.transpose(1, 2)).square().mean();
    };
    return sum_over_stages(student, targets, [&](const MapPair& maps, size_t) {
      const at::Tensor own = unit_rows(maps.student.flatten(2)), given = unit_rows(maps.teacher.flatten(2));
      return kernel(given, given) + kernel(own, own) - kernel(own, given) * 2.0;
    });
  }
};

}  // namespace

std::unique_ptr<Loss> nst(const LossKeys& keys) { return std::make_unique<NeuronSelectivity>(keys); }

}  // namespace apprentice::losses::rows
