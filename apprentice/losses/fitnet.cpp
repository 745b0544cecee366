// SPDX-License-Identifier: Apache-2.0
// fitnet: the student's maps, through a trained 1x1 convolution, shall be the teacher's.
#include <ATen/ATen.h>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses::rows {
namespace {

class Hints final : public FeatureLoss {
 public:
  explicit Hints(const LossKeys& keys) : FeatureLoss(keys, "fitnet") {}
  Status prepare(const LossSetting& setting, Adapters& adapters) override {
    Rng rng(setting.seed, "loss/fitnet");
    for (size_t i = 0; i < setting.student.size(); ++i) {
      weights_.push_back(adapters.weight({setting.teacher[i][0], setting.student[i][0]}, rng));
      biases_.push_back(adapters.constant({setting.teacher[i][0], 1, 1}, 0.0));
    }
    return {};
  }

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    const auto error = [&](const MapPair& maps, size_t stage) {
      return at::mse_loss(project(maps.student, weights_[stage]) + biases_[stage], maps.teacher);
    };
    return sum_over_stages(student, targets, error) / static_cast<double>(student.size());
  }

 private:
  std::vector<at::Tensor> weights_, biases_;
};

}  // namespace

std::unique_ptr<Loss> fitnet(const LossKeys& keys) { return std::make_unique<Hints>(keys); }

}  // namespace apprentice::losses::rows
