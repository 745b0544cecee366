// SPDX-License-Identifier: Apache-2.0
// Optimizers over flat tensors. Of a student, weight decay touches weights only, never biases or batch norm.
#pragma once

#include <memory>

#include "apprentice/train/distiller.h"
#include "apprentice/train/student.h"

namespace apprentice::train {

// What is optimized: flat tensors; weight decay applies to the first decay_count parameters.
struct Trainable {
  at::Tensor parameters, gradients;
  int64_t decay_count = 0;
};
Trainable trainable(const Student& student);

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  // Updates the parameters from the gradients. `step` counts from 1.
  virtual void step(double learning_rate, int64_t step) = 0;
  // Moments, flat, in a fixed order: what a checkpoint keeps. Writing into them restores the optimizer.
  virtual std::vector<at::Tensor> state() const = 0;
};

// adamw: Loshchilov and Hutter 2019, algorithm 2, betas 0.9 and 0.999, epsilon 1e-8, decay scaled by the learning rate.
// sgd: Sutskever et al. 2013, eq. 1-2 in the form v = momentum v + g, p = p - rate v; decay is added to g.
std::unique_ptr<Optimizer> make_optimizer(const TrainOptions& options, Trainable trained);

}  // namespace apprentice::train
