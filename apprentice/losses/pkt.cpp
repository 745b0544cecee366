// SPDX-License-Identifier: Apache-2.0
// pkt: how likely each sample picks each other one as its neighbour, by cosine, shall be as with the teacher.
#include <ATen/ATen.h>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses::rows {
namespace {

class ProbabilisticTransfer final : public FeatureLoss {
 public:
  explicit ProbabilisticTransfer(const LossKeys& keys) : FeatureLoss(keys, "pkt") {}

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    constexpr double kTiny = 1e-7;
    const auto neighbours = [](const at::Tensor& vectors) {
      const at::Tensor rows = unit_rows(vectors), alike = (at::mm(rows, rows.t()) + 1.0) / 2.0;
      return alike / alike.sum(1, true);
    };
    const at::Tensor own = neighbours(student.back()), given = neighbours(targets.features.back());
    return (given * ((given + kTiny) / (own + kTiny)).log()).mean();
  }
};

}  // namespace

std::unique_ptr<Loss> pkt(const LossKeys& keys) { return std::make_unique<ProbabilisticTransfer>(keys); }

}  // namespace apprentice::losses::rows
