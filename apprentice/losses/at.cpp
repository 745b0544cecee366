// SPDX-License-Identifier: Apache-2.0
// at: where the student looks: the energy of its maps over all channels, place by place, as a unit vector.
#include <ATen/ATen.h>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses::rows {
namespace {

class AttentionTransfer final : public FeatureLoss {
 public:
  explicit AttentionTransfer(Config& keys) : FeatureLoss(keys, "at", 1000.0) {}

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    const auto attention = [](const at::Tensor& maps) { return unit_rows(maps.square().mean(1).flatten(1)); };
    return sum_over_stages(student, targets, [&](const MapPair& maps, size_t) {
      return at::mse_loss(attention(maps.student), attention(maps.teacher));
    });
  }
};

}  // namespace

const LossKind at = {"at",
                     "features: attention over places, of every paired stage",
                     "Zagoruyko and Komodakis 2017 (arXiv 1612.03928), eq. 2, squared as in its code",
                     TaskKind::kClassification,
                     true,
                     make<AttentionTransfer>,
                     Taps::kMaps};

}  // namespace apprentice::losses::rows
