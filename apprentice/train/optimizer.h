// SPDX-License-Identifier: Apache-2.0
// Optimizers over a student's flat tensors. Weight decay touches weights only, never biases or batch norm.
#pragma once

#include <memory>

#include "apprentice/train/distiller.h"
#include "apprentice/train/student.h"

namespace apprentice {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  // Updates the student's parameters from its gradients. `step` counts from 1.
  virtual void step(const Student& student, double learning_rate, int64_t step) = 0;
  // Moments, flat, in a fixed order: what a checkpoint keeps. Writing into them restores the optimizer.
  virtual std::vector<at::Tensor> state() const = 0;
};

// adamw: Loshchilov and Hutter 2019, algorithm 2, betas 0.9 and 0.999, epsilon 1e-8, decay scaled by the learning rate.
// sgd: Sutskever et al. 2013, eq. 1-2 in the form v = momentum v + g, p = p - rate v; decay is added to g.
std::unique_ptr<Optimizer> make_optimizer(const TrainOptions& options, const Student& student);

}  // namespace apprentice
