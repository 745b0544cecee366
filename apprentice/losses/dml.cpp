// SPDX-License-Identifier: Apache-2.0
// dml: students without a teacher that teach each other: each learns from the labels and from what its peers believe.
#include <ATen/ATen.h>

#include "apprentice/losses/loss_keys.h"
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class MutualLearning final : public Loss {
 public:
  explicit MutualLearning(Config& keys) {
    read_temperature(keys, temperature_);
    read_hard_soft(keys, hard_weight_, soft_weight_);
    keys.read_bounded("peers", peers_, 1, 16);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    at::Tensor sum = at::zeros({}, student.logits.options());
    for (const at::Tensor& peer : targets.peers) sum = sum + soft_kl(student.logits, peer, temperature_);
    const at::Tensor soft = sum / static_cast<double>(targets.peers.size());
    return {mix(hard_weight_, ce, soft_weight_, soft), {{"ce", ce.detach()}, {"dml", soft.detach()}}};
  }
  int64_t peers() const override { return peers_; }

 private:
  double temperature_ = 1.0, hard_weight_ = 1.0, soft_weight_ = 1.0;
  int64_t peers_ = 1;
};

}  // namespace

const LossKind dml = {"dml",
                      "no teacher: students with other initial weights, trained along, teach each other",
                      "Zhang et al. 2018 (arXiv 1706.00384), eq. 7, all by the answers before the step",
                      TaskKind::kClassification,
                      false,
                      make<MutualLearning>};

}  // namespace apprentice::losses::rows
