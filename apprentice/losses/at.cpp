// SPDX-License-Identifier: Apache-2.0
// at: where the student looks: the energy of its maps over all channels, place by place, as a unit vector.
#include <ATen/ATen.h>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses::rows {
namespace {

class AttentionTransfer final : public FeatureLoss {
 public:
  explicit AttentionTransfer(const LossKeys& keys) : FeatureLoss(keys, "at") {}

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    const auto attention = [](const at::Tensor& maps) { return unit_rows(maps.square().mean(1).flatten(1)); };
    return sum_over_stages(student, targets, [&](const MapPair& maps, size_t) {
      return at::mse_loss(attention(maps.student), attention(maps.teacher));
    });
  }
};

}  // namespace

std::unique_ptr<Loss> at(const LossKeys& keys) { return std::make_unique<AttentionTransfer>(keys); }

}  // namespace apprentice::losses::rows
