// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/adapters.h"

#include <ATen/ATen.h>

#include <cmath>

namespace apprentice::losses {

at::Tensor Adapters::weight(const Shape& shape, Rng& rng) {
  const at::Tensor values = at::empty(shape, at::kDouble);
  const double fan_in = static_cast<double>(values.numel() / shape[0]), bound = std::sqrt(6.0 / fan_in);
  for (int64_t i = 0; i < values.numel(); ++i) values.data_ptr<double>()[i] = rng.uniform(-bound, bound);
  return parameters_.emplace_back(values.to(type_).set_requires_grad(true));
}

at::Tensor Adapters::constant(const Shape& shape, double value) {
  return parameters_.emplace_back(at::full(shape, value, type_).set_requires_grad(true));
}

at::Tensor Adapters::memory(const at::Tensor& value) {
  return memories_.emplace_back(value.to(type_).contiguous().clone());
}

void Adapters::flatten() {
  int64_t total = 0;
  for (const at::Tensor& parameter : parameters_) total += parameter.numel();
  flat_parameters_ = at::zeros({total}, type_);
  flat_gradients_ = at::zeros({total}, type_);
  int64_t first = 0;
  for (const at::Tensor& parameter : parameters_) {
    const at::Tensor home = flat_parameters_.narrow(0, first, parameter.numel()).view(parameter.sizes());
    home.copy_(parameter.detach());
    parameter.set_data(home);
    parameter.mutable_grad() = flat_gradients_.narrow(0, first, parameter.numel()).view(parameter.sizes());
    first += parameter.numel();
  }
}

}  // namespace apprentice::losses
