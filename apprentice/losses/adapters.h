// SPDX-License-Identifier: Apache-2.0
// Adapters: what a feature loss trains beside the student, to compare features of different sizes, and what it
// remembers. They live as long as the training, are kept in its checkpoints, and never ship.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "apprentice/base/random.h"
#include "apprentice/base/tensor.h"

namespace apprentice::losses {

class Adapters {
 public:
  // float64 is for tests.
  explicit Adapters(at::ScalarType type = at::kFloat) : type_(type) {}

  // A weight [outputs, inputs, ...], trained: He et al. 2015, eq. 10, with fan-in.
  at::Tensor weight(const Shape& shape, Rng& rng);
  // All entries `value`, trained.
  at::Tensor constant(const Shape& shape, double value);
  // Kept in checkpoints, but not trained: the loss writes into it.
  at::Tensor memory(const at::Tensor& value);

  const std::vector<at::Tensor>& parameters() const { return parameters_; }
  const std::vector<at::Tensor>& memories() const { return memories_; }
  bool empty() const { return parameters_.empty() && memories_.empty(); }

  // Moves all parameters into one flat tensor and their gradients into another, of which they are views from then on.
  void flatten();
  // Undefined before flatten().
  const at::Tensor& flat_parameters() const { return flat_parameters_; }
  const at::Tensor& flat_gradients() const { return flat_gradients_; }

 private:
  at::ScalarType type_;
  std::vector<at::Tensor> parameters_, memories_;
  at::Tensor flat_parameters_, flat_gradients_;
};

}  // namespace apprentice::losses
