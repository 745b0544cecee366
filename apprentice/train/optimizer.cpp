// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/optimizer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

namespace apprentice::train {
namespace {

class AdamW final : public Optimizer {
 public:
  AdamW(double weight_decay, Trainable trained)
      : weight_decay_(weight_decay),
        trained_(std::move(trained)),
        first_(at::zeros_like(trained_.gradients)),
        second_(at::zeros_like(trained_.gradients)) {}

  void step(double learning_rate, int64_t step) override {
    const at::NoGradGuard no_grad;
    const at::Tensor& gradients = trained_.gradients;
    const at::Tensor& parameters = trained_.parameters;
    parameters.narrow(0, 0, trained_.decay_count).mul_(1.0 - learning_rate * weight_decay_);
    first_.mul_(kBeta1).add_(gradients, 1.0 - kBeta1);
    second_.mul_(kBeta2).addcmul_(gradients, gradients, 1.0 - kBeta2);
    const double correction1 = 1.0 - std::pow(kBeta1, static_cast<double>(step));
    const double correction2 = 1.0 - std::pow(kBeta2, static_cast<double>(step));
    const at::Tensor root = second_.sqrt().div_(std::sqrt(correction2)).add_(kEpsilon);
    parameters.addcdiv_(first_, root, -learning_rate / correction1);
  }
  std::vector<at::Tensor> state() const override { return {first_, second_}; }

 private:
  static constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
  double weight_decay_;
  Trainable trained_;
  at::Tensor first_, second_;
};

class Sgd final : public Optimizer {
 public:
  Sgd(double momentum, double weight_decay, Trainable trained)
      : momentum_(momentum),
        weight_decay_(weight_decay),
        trained_(std::move(trained)),
        velocity_(at::zeros_like(trained_.gradients)) {}

  void step(double learning_rate, int64_t) override {
    const at::NoGradGuard no_grad;
    const at::Tensor& parameters = trained_.parameters;
    velocity_.mul_(momentum_).add_(trained_.gradients);
    const int64_t count = trained_.decay_count;
    velocity_.narrow(0, 0, count).add_(parameters.narrow(0, 0, count), weight_decay_);
    parameters.add_(velocity_, -learning_rate);
  }
  std::vector<at::Tensor> state() const override { return {velocity_}; }

 private:
  double momentum_, weight_decay_;
  Trainable trained_;
  at::Tensor velocity_;
};

}  // namespace

Trainable trainable(const Student& student) {
  return {student.state().parameters, student.gradients(), student.decay_count()};
}

std::unique_ptr<Optimizer> make_optimizer(const TrainOptions& options, Trainable trained) {
  if (options.optimizer == "sgd") {
    return std::make_unique<Sgd>(options.momentum, options.weight_decay, std::move(trained));
  }
  promise(options.optimizer == "adamw", "optimizer is adamw or sgd");
  return std::make_unique<AdamW>(options.weight_decay, std::move(trained));
}

}  // namespace apprentice::train
