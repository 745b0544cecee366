// SPDX-License-Identifier: Apache-2.0
// vid: the student's maps shall tell as much as possible about the teacher's: a trained Gaussian guess of them.
#include <ATen/ATen.h>

#include <cmath>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses::rows {
namespace {

class VariationalInformation final : public FeatureLoss {
 public:
  explicit VariationalInformation(const LossKeys& keys) : FeatureLoss(keys, "vid") {}
  Status prepare(const LossSetting& setting, Adapters& adapters) override {
    Rng rng(setting.seed, "loss/vid");
    for (size_t i = 0; i < setting.student.size(); ++i) {
      const int64_t from = setting.student[i][0], to = setting.teacher[i][0];
      guesses_.push_back({adapters.weight({to, from}, rng), adapters.weight({to, to}, rng),
                          adapters.weight({to, to}, rng), adapters.constant({to, 1, 1}, kFirstSpread)});
    }
    return {};
  }

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    return sum_over_stages(student, targets, [&](const MapPair& maps, size_t stage) {
      const Guess& guess = guesses_[stage];
      const at::Tensor hidden = project(maps.student, guess.first).relu();
      const at::Tensor mean = project(project(hidden, guess.second).relu(), guess.third);
      const at::Tensor variance = at::softplus(guess.spread) + kLeastVariance;
      return ((mean - maps.teacher).square() / variance + variance.log()).mean() * 0.5;
    });
  }

 private:
  struct Guess {
    at::Tensor first, second, third, spread;
  };
  static constexpr double kLeastVariance = 1e-5;
  const double kFirstSpread = std::log(std::exp(5.0 - kLeastVariance) - 1.0);  // a variance of 5
  std::vector<Guess> guesses_;
};

}  // namespace

std::unique_ptr<Loss> vid(const LossKeys& keys) { return std::make_unique<VariationalInformation>(keys); }

}  // namespace apprentice::losses::rows
