// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/optimizer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

namespace apprentice {
namespace {

class AdamW final : public Optimizer {
 public:
  AdamW(double weight_decay, const Student& student)
      : weight_decay_(weight_decay),
        first_(at::zeros_like(student.gradients())),
        second_(at::zeros_like(student.gradients())) {}

  void step(const Student& student, double learning_rate, int64_t step) override {
    const at::NoGradGuard no_grad;
    const at::Tensor& gradients = student.gradients();
    const at::Tensor& parameters = student.state().parameters;
    parameters.narrow(0, 0, student.decay_count()).mul_(1.0 - learning_rate * weight_decay_);
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
  at::Tensor first_, second_;
};

class Sgd final : public Optimizer {
 public:
  Sgd(double momentum, double weight_decay, const Student& student)
      : momentum_(momentum), weight_decay_(weight_decay), velocity_(at::zeros_like(student.gradients())) {}

  void step(const Student& student, double learning_rate, int64_t) override {
    const at::NoGradGuard no_grad;
    const at::Tensor& parameters = student.state().parameters;
    velocity_.mul_(momentum_).add_(student.gradients());
    const int64_t count = student.decay_count();
    velocity_.narrow(0, 0, count).add_(parameters.narrow(0, 0, count), weight_decay_);
    parameters.add_(velocity_, -learning_rate);
  }
  std::vector<at::Tensor> state() const override { return {velocity_}; }

 private:
  double momentum_, weight_decay_;
  at::Tensor velocity_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const TrainOptions& options, const Student& student) {
  if (options.optimizer == "sgd") return std::make_unique<Sgd>(options.momentum, options.weight_decay, student);
  promise(options.optimizer == "adamw", "optimizer is adamw or sgd");
  return std::make_unique<AdamW>(options.weight_decay, student);
}

}  // namespace apprentice
