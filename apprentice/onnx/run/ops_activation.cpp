// SPDX-License-Identifier: Apache-2.0
// Activation functions.
#include <cmath>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

enum class Kind { kSoftmax, kLogSoftmax, kHardmax };

at::Tensor along(const at::Tensor& x, int64_t axis, Kind kind) {
  if (kind == Kind::kSoftmax) return at::softmax(x, axis);
  if (kind == Kind::kLogSoftmax) return at::log_softmax(x, axis);
  const at::Tensor first = std::get<1>(at::max(x, axis, true));
  return at::zeros_like(x).scatter_(axis, first, 1.0);
}

// Before opset 13 the tensor was taken as a matrix: everything from `axis` on together.
Values softmax_like(OpCall& call, Kind kind) {
  const at::Tensor& x = call[0];
  const int64_t axis = call.axis_of(call.integer("axis", call.opset() >= 13 ? -1 : 1), std::max<int64_t>(x.dim(), 1));
  if (call.opset() >= 13) return {along(x, axis, kind)};
  int64_t rows = 1;
  for (int64_t i = 0; i < axis; ++i) rows *= x.size(i);
  const at::Tensor matrix = x.reshape({rows, rows == 0 ? 0 : x.numel() / rows});
  return {along(matrix, 1, kind).reshape(x.sizes())};
}

}  // namespace

Values relu(OpCall& call) { return {at::clamp_min(call[0], 0)}; }
Values leaky_relu(OpCall& call) { return {at::leaky_relu(call[0], call.real("alpha", 0.01))}; }
Values sigmoid(OpCall& call) { return {at::sigmoid(call[0])}; }
Values tanh(OpCall& call) { return {at::tanh(call[0])}; }
Values elu(OpCall& call) { return {at::elu(call[0], call.real("alpha", 1.0))}; }
Values celu(OpCall& call) { return {at::celu(call[0], call.real("alpha", 1.0))}; }
Values softplus(OpCall& call) { return {at::logaddexp(call[0], at::zeros({}, call[0].options()))}; }
Values softsign(OpCall& call) { return {call[0].div(call[0].abs().add(1))}; }
Values mish(OpCall& call) { return {call[0].mul(at::tanh(softplus(call)[0]))}; }
Values swish(OpCall& call) { return {call[0].mul(at::sigmoid(call[0].mul(call.real("alpha", 1.0))))}; }
Values hard_swish(OpCall& call) { return {call[0].mul(at::clamp(call[0].mul(1.0 / 6.0).add(0.5), 0.0, 1.0))}; }
Values gelu(OpCall& call) { return {at::gelu(call[0], call.text("approximate", "none"))}; }

Values selu(OpCall& call) {
  const double alpha = call.real("alpha", call.opset() >= 6 ? 1.67326319217681884765625 : 1.6732);
  const double gamma = call.real("gamma", call.opset() >= 6 ? 1.05070102214813232421875 : 1.0507);
  return {at::elu(call[0], alpha).mul(gamma)};
}

Values hard_sigmoid(OpCall& call) {
  return {at::clamp(call[0].mul(call.real("alpha", 0.2)).add(call.real("beta", 0.5)), 0.0, 1.0)};
}

Values thresholded_relu(OpCall& call) {
  const at::Tensor& x = call[0];
  return {at::where(x.gt(call.real("alpha", 1.0)), x, at::zeros({}, x.options()))};
}

Values shrink(OpCall& call) {
  const at::Tensor& x = call[0];
  const double lambda = call.real("lambd", 0.5), bias = call.real("bias", 0.0);
  const at::Tensor zero = at::zeros({}, x.options());
  return {at::where(x.lt(-lambda), x.add(bias), at::where(x.gt(lambda), x.sub(bias), zero)).to(x.scalar_type())};
}

// Before opset 7 a slope of one dimension belonged to the channels.
Values prelu(OpCall& call) {
  const at::Tensor& x = call[0];
  at::Tensor slope = call[1];
  if (call.opset() < 7 && slope.dim() == 1 && x.dim() > 1) {
    Sizes shape(static_cast<size_t>(x.dim()), 1);
    shape[1] = slope.size(0);
    slope = slope.reshape(shape);
  }
  return {at::where(x.lt(0), x.mul(slope), x)};
}

Values softmax(OpCall& call) { return softmax_like(call, Kind::kSoftmax); }
Values log_softmax(OpCall& call) { return softmax_like(call, Kind::kLogSoftmax); }
Values hardmax(OpCall& call) { return softmax_like(call, Kind::kHardmax); }

}  // namespace apprentice::onnx::run::ops
