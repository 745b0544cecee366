// SPDX-License-Identifier: Apache-2.0
// sp: samples that look alike to the teacher shall look alike to the student: cosines between all maps of a batch.
#include <ATen/ATen.h>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses::rows {
namespace {

class SimilarityPreserving final : public FeatureLoss {
 public:
  explicit SimilarityPreserving(const LossKeys& keys) : FeatureLoss(keys, "sp") {}

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    const auto similarities = [](const at::Tensor& maps) {
      const at::Tensor rows = maps.flatten(1);
      return unit_rows(at::mm(rows, rows.t()));
    };
    return at::mse_loss(similarities(student.back()), similarities(targets.features.back()));
  }
};

}  // namespace

std::unique_ptr<Loss> sp(const LossKeys& keys) { return std::make_unique<SimilarityPreserving>(keys); }

}  // namespace apprentice::losses::rows
