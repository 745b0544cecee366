// SPDX-License-Identifier: Apache-2.0
// Normalisation.
#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

// A vector over the channels as a tensor that broadcasts against x [N, C, ...].
at::Tensor over_channels(const at::Tensor& values, const at::Tensor& x) {
  Sizes shape(static_cast<size_t>(x.dim()), 1);
  shape[1] = values.numel();
  return values.reshape(shape);
}

Sizes axes_from(int64_t first, int64_t rank) {
  Sizes axes;
  for (int64_t axis = first; axis < rank; ++axis) axes.push_back(axis);
  return axes;
}

bool has_channels(OpCall& call, size_t input) {
  if (call[0].dim() < 2)
    call.refuse("needs an input of at least 2 dimensions, but gets {}", call[0].dim());
  else if (call[input].numel() != call[0].size(1))
    call.refuse("has {} values for {} channels", call[input].numel(), call[0].size(1));
  return !call.failed();
}

// (x - mean) / sqrt(variance + epsilon) over `axes`.
at::Tensor standardise(const at::Tensor& x, const Sizes& axes, double epsilon, Values* statistics) {
  const at::Tensor mean = x.mean(axes, true);
  const at::Tensor centred = x.sub(mean);
  const at::Tensor inverse = centred.square().mean(axes, true).add(epsilon).rsqrt();
  if (statistics != nullptr) *statistics = {mean, inverse};
  return centred.mul(inverse);
}

}  // namespace

Values batch_norm(OpCall& call) {
  const at::Tensor& x = call[0];
  if (call.integer("spatial", 1) != 1) return call.refuse("spatial = 0 is not supported");
  for (size_t i = 1; i <= 4; ++i)
    if (!has_channels(call, i)) return {};
  at::Tensor mean = call[3], variance = call[4], running_mean, running_variance;
  const double epsilon = call.real("epsilon", 1e-5), momentum = call.real("momentum", 0.9);
  if (call.opset() >= 14 && call.integer("training_mode", 0) != 0) {
    Sizes axes = axes_from(1, x.dim());
    axes[0] = 0;
    mean = x.mean(axes);
    variance = x.sub(over_channels(mean, x)).square().mean(axes);
    running_mean = call[3].mul(momentum).add(mean.mul(1.0 - momentum));
    running_variance = call[4].mul(momentum).add(variance.mul(1.0 - momentum));
  } else if (call.opset() < 7 && call.integer("is_test", 0) == 0) {
    return call.refuse("is_test = 0 (training) is not supported");
  }
  const at::Tensor scale = call[1].div(variance.add(epsilon).sqrt());
  const at::Tensor shift = call[2].sub(mean.mul(scale));
  return {x.mul(over_channels(scale, x)).add(over_channels(shift, x)), running_mean, running_variance};
}

Values instance_norm(OpCall& call) {
  const at::Tensor& x = call[0];
  if (!has_channels(call, 1) || !has_channels(call, 2)) return {};
  const at::Tensor normal = standardise(x, axes_from(2, x.dim()), call.real("epsilon", 1e-5), nullptr);
  return {normal.mul(over_channels(call[1], x)).add(over_channels(call[2], x))};
}

Values layer_norm(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t axis = call.axis_of(call.integer("axis", -1), x.dim());
  Values statistics;
  const at::Tensor normal = standardise(x, axes_from(axis, x.dim()), call.real("epsilon", 1e-5), &statistics);
  const at::Tensor scaled = normal.mul(call[1]);
  return {call.has(2) ? scaled.add(call[2]) : scaled, statistics[0], statistics[1]};
}

Values rms_norm(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t axis = call.axis_of(call.integer("axis", -1), x.dim());
  const at::Tensor power = x.square().mean(axes_from(axis, x.dim()), true);
  return {x.mul(power.add(call.real("epsilon", 1e-5)).rsqrt()).mul(call[1])};
}

// Opset 18 has scale and bias per group, opset 21 per channel.
Values group_norm(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t groups = call.integer("num_groups", 0);
  if (x.dim() < 2 || groups < 1 || x.size(1) % groups != 0)
    return call.refuse("cannot make {} groups of an input of shape {}", groups, to_string(x.sizes().vec()));
  const int64_t samples = x.size(0), per_group = x.size(1) / groups;
  const at::Tensor normal =
      standardise(x.reshape({samples, groups, -1}), {2}, call.real("epsilon", 1e-5), nullptr).reshape(x.sizes());
  const auto per_channel = [&](const at::Tensor& values) {
    const bool of_group = values.numel() == groups && call.opset() < 21;
    return over_channels(of_group ? values.reshape({groups, 1}).expand({groups, per_group}) : values, x);
  };
  return {normal.mul(per_channel(call[1])).add(per_channel(call[2]))};
}

// Krizhevsky et al. 2012, section 3.3: a window of `size` channels around each, the longer half behind.
Values local_response_norm(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t size = call.integer("size", 0);
  if (size < 1 || x.dim() < 2 || size > (1 << 20))
    return call.refuse("size {} and input shape {} do not fit", size, to_string(x.sizes().vec()));
  const double alpha = call.real("alpha", 1e-4), beta = call.real("beta", 0.75), bias = call.real("bias", 1.0);
  const int64_t channels = x.size(1), before = (size - 1) / 2, after = size - 1 - before;
  at::Tensor sums = at::zeros_like(x);
  const at::Tensor squares = x.square();
  for (int64_t shift = -std::min(before, channels - 1); shift <= std::min(after, channels - 1); ++shift) {
    const int64_t count = channels - std::abs(shift);
    sums.narrow(1, std::max<int64_t>(0, -shift), count).add_(squares.narrow(1, std::max<int64_t>(0, shift), count));
  }
  return {x.div(sums.mul(alpha / static_cast<double>(size)).add(bias).pow(beta))};
}

// Zero where the norm is zero.
Values lp_norm(OpCall& call) {
  const at::Tensor& x = call[0];
  const int64_t axis = call.axis_of(call.integer("axis", -1), x.dim()), p = call.integer("p", 2);
  if (p != 1 && p != 2) return call.refuse("p is {}; 1 or 2 was expected", p);
  const at::Tensor norm = p == 1 ? x.abs().sum(Sizes{axis}, true) : x.square().sum(Sizes{axis}, true).sqrt();
  return {at::where(norm.eq(0), at::zeros({}, x.options()), x.div(norm))};
}

Values mean_variance_norm(OpCall& call) {
  const Sizes axes = call.axes_of(call.integers("axes", {0, 2, 3}), call[0].dim());
  if (call.failed()) return {};
  const at::Tensor centred = call[0].sub(call[0].mean(axes, true));
  return {centred.div(centred.square().mean(axes, true).sqrt().add(1e-9))};
}

}  // namespace apprentice::onnx::run::ops
