// SPDX-License-Identifier: Apache-2.0
// dml: students without a teacher that teach each other: each learns from the labels and from what its peers believe.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class MutualLearning final : public Loss {
 public:
  explicit MutualLearning(const LossKeys& keys) : weights_(keys), peers_(keys.get<int64_t>("peers")) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    at::Tensor sum = at::zeros({}, student.logits.options());
    for (const at::Tensor& peer : targets.peers) sum = sum + soft_kl(student.logits, peer, weights_.temperature);
    const at::Tensor soft = sum / static_cast<double>(targets.peers.size());
    return {mix(weights_.hard, ce, weights_.soft, soft), {{"ce", ce.detach()}, {"dml", soft.detach()}}};
  }
  int64_t peers() const override { return peers_; }

 private:
  HardSoftWeights weights_;
  int64_t peers_;
};

}  // namespace

std::unique_ptr<Loss> dml(const LossKeys& keys) { return std::make_unique<MutualLearning>(keys); }

}  // namespace apprentice::losses::rows
