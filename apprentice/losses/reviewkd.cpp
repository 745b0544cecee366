// SPDX-License-Identifier: Apache-2.0
// reviewkd: every stage of the teacher is reviewed by the student's stage and all deeper ones, fused by attention.
#include <ATen/ATen.h>

#include <algorithm>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

// Mean squared errors of the maps and of their averages over 4, 2 and 1 places, weighted 1, 1/2, 1/4, 1/8.
at::Tensor hierarchical_error(const at::Tensor& own, const at::Tensor& given) {
  at::Tensor sum = at::mse_loss(own, given);
  double weight = 1.0, weights = 1.0;
  for (int64_t places : {4, 2, 1}) {
    if (places >= std::max(own.size(2), own.size(3))) continue;
    const std::vector<int64_t> size = {std::min(places, own.size(2)), std::min(places, own.size(3))};
    weight /= 2.0;
    weights += weight;
    const at::Tensor error = at::mse_loss(at::adaptive_avg_pool2d(own, size), at::adaptive_avg_pool2d(given, size));
    sum = sum + error * weight;
  }
  return sum / weights;
}

class KnowledgeReview final : public FeatureLoss {
 public:
  explicit KnowledgeReview(const LossKeys& keys)
      : FeatureLoss(keys, "reviewkd"), warmup_epochs_(keys.number("warmup_epochs")) {}
  Status prepare(const LossSetting& setting, Adapters& adapters) override {
    Rng rng(setting.seed, "loss/reviewkd");
    const int64_t middle = std::min<int64_t>(512, setting.student.back()[0]);
    for (size_t i = 0; i < setting.student.size(); ++i) {
      const int64_t to = setting.teacher[i][0];
      Fusion fusion;
      fusion.enter = {adapters.weight({middle, setting.student[i][0], 1, 1}, rng), adapters.constant({middle}, 1.0),
                      adapters.constant({middle}, 0.0)};
      fusion.leave = {adapters.weight({to, middle, 3, 3}, rng), adapters.constant({to}, 1.0),
                      adapters.constant({to}, 0.0)};
      if (i + 1 < setting.student.size()) {
        fusion.attention = adapters.weight({2, 2 * middle, 1, 1}, rng);
        fusion.attention_offset = adapters.constant({2}, 0.0);
      }
      fusions_.push_back(std::move(fusion));
    }
    return {};
  }

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    at::Tensor sum = at::zeros({}, student.front().options()), deeper;
    for (size_t i = student.size(); i-- > 0;) {
      const Fusion& fusion = fusions_[i];
      at::Tensor fused = convolve(student[i], fusion.enter, 0);
      if (deeper.defined()) {
        const at::Tensor raised = at::upsample_nearest2d(deeper, {fused.size(2), fused.size(3)});
        const at::Tensor shares =
            at::conv2d(at::cat({fused, raised}, 1), fusion.attention, fusion.attention_offset).sigmoid();
        fused = fused * shares.narrow(1, 0, 1) + raised * shares.narrow(1, 1, 1);
      }
      const MapPair maps = same_size(convolve(fused, fusion.leave, 1), targets.features[i]);
      sum = sum + hierarchical_error(maps.student, maps.teacher);
      deeper = fused;
    }
    return sum * warmth(targets.epoch, warmup_epochs_);
  }

 private:
  // Convolution and batch norm.
  struct Block {
    at::Tensor weight, scale, offset;
  };
  struct Fusion {
    Block enter, leave;
    at::Tensor attention, attention_offset;
  };
  static at::Tensor convolve(const at::Tensor& maps, const Block& block, int64_t padding) {
    return normalise_batch(at::conv2d(maps, block.weight, {}, 1, padding), block.scale, block.offset);
  }

  double warmup_epochs_;
  std::vector<Fusion> fusions_;
};

}  // namespace

std::unique_ptr<Loss> reviewkd(const LossKeys& keys) { return std::make_unique<KnowledgeReview>(keys); }

}  // namespace apprentice::losses::rows
