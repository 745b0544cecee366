// SPDX-License-Identifier: Apache-2.0
// Quantised operators: real = scale * (q - zero_point), rounding half to even, saturating. Integer sums are exact: they
// are made in float64.
#include <limits>

#include "apprentice/onnx/run/window.h"

namespace apprentice::onnx::run::ops {
namespace {

std::pair<double, double> range_of(at::ScalarType type) {
  switch (type) {
    case at::kByte: return {0.0, 255.0};
    case at::kChar: return {-128.0, 127.0};
    case at::kShort: return {-32768.0, 32767.0};
    default: return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  }
}

bool quantised(at::ScalarType type) { return type == at::kByte || type == at::kChar || type == at::kShort; }

at::Tensor saturate(const at::Tensor& values, at::ScalarType type) {
  const auto [low, high] = range_of(type);
  return at::clamp(values, low, high).to(type);
}

// A scale or zero point per tensor, per index of `axis`, or per block along it, made to broadcast against x.
at::Tensor along_axis(OpCall& call, const at::Tensor& values, const at::Tensor& x, int64_t axis, int64_t block) {
  if (block != 0) {
    if (block < 0 || values.dim() != x.dim() || values.size(axis) > x.size(axis)) {
      call.refuse("block_size {} does not fit its scale", block);
      return values;
    }
    return values.repeat_interleave(block, axis).narrow(axis, 0, x.size(axis));
  }
  if (values.numel() == 1) return values.reshape({});
  if (values.dim() != 1 || axis >= x.dim() || values.size(0) != x.size(axis)) {
    call.refuse("a scale of shape {} does not fit an input of shape {}", to_string(values.sizes().vec()),
                to_string(x.sizes().vec()));
    return values;
  }
  Sizes shape(static_cast<size_t>(x.dim()), 1);
  shape[static_cast<size_t>(axis)] = values.size(0);
  return values.reshape(shape);
}

int64_t quantisation_axis(OpCall& call, const at::Tensor& scale) {
  if (call[0].dim() == 0 || scale.numel() == 1) return 0;
  return call.axis_of(call.integer("axis", 1), call[0].dim());
}

// (q - zero point) in float64; zero points broadcast as they are.
at::Tensor centred(const OpCall& call, size_t input, size_t zero_point, bool per_row) {
  const at::Tensor q = call.optional(input).to(at::kDouble);
  if (!call.has(zero_point)) return q;
  at::Tensor zero = call.optional(zero_point).to(at::kDouble);
  if (per_row && zero.dim() == 1 && zero.numel() > 1) zero = zero.unsqueeze(-1);
  return q.sub(zero.numel() == 1 ? zero.reshape({}) : zero);
}

at::Tensor over_first_axis(const at::Tensor& values, int64_t rank) {
  if (values.numel() == 1) return values.reshape({});
  Sizes shape(static_cast<size_t>(rank), 1);
  shape[0] = values.numel();
  return values.reshape(shape);
}

// Exact convolution of x - x_zero with w - w_zero (zero points per output channel); int32 bias.
at::Tensor conv_exact(OpCall& call, size_t w, size_t x_zero, size_t w_zero, const at::Tensor& bias) {
  const at::Tensor& weight = call[w];
  Window window = read_window(call, call[0], weight.dim() < 3 ? Sizes{} : weight.sizes().slice(2).vec());
  const int64_t groups = call.integer("group", 1);
  if (groups < 1) call.refuse("group is {}; at least 1 was expected", groups);
  if (call.failed()) return {};
  at::Tensor filters = weight.to(at::kDouble);
  if (call.has(w_zero)) filters = filters.sub(over_first_axis(call[w_zero].to(at::kDouble), weight.dim()));
  const at::Tensor input = pad_for(centred(call, 0, x_zero, false), window, 0.0);
  return at::convolution(input, filters, bias, window.stride, window.pad_begin, window.dilation, false,
                         Sizes(window.kernel.size(), 0), groups);
}

}  // namespace

Values quantize_linear(OpCall& call) {
  const at::Tensor& x = call[0];
  at::ScalarType type = at::kByte;
  if (call.has(2)) {
    type = call[2].scalar_type();
  } else if (const int64_t named = call.integer("output_dtype", 0); named != 0) {
    if (named != 2 && named != 3 && named != 5) return call.refuse("output_dtype {} is not supported", named);
    type = named == 2 ? at::kByte : named == 3 ? at::kChar : at::kShort;
  }
  if (!quantised(type)) return call.refuse("its zero point is of a type that is not supported");
  const int64_t axis = quantisation_axis(call, call[1]), block = call.integer("block_size", 0);
  const at::Tensor scale = along_axis(call, call[1], x, axis, block);
  at::Tensor q = at::round(x.to(at::kFloat).div(scale.to(at::kFloat))).to(at::kDouble);
  if (call.has(2)) q = q.add(along_axis(call, call[2], x, axis, block).to(at::kDouble));
  if (call.failed()) return {};
  return {saturate(q, type)};
}

Values dequantize_linear(OpCall& call) {
  const at::Tensor& x = call[0];
  if (call.integer("output_dtype", 0) != 0) return call.refuse("output_dtype is not supported");
  const int64_t axis = quantisation_axis(call, call[1]), block = call.integer("block_size", 0);
  const at::Tensor scale = along_axis(call, call[1], x, axis, block);
  at::Tensor q = x.to(at::kInt);
  if (call.has(2)) q = q.sub(along_axis(call, call[2], x, axis, block).to(at::kInt));
  if (call.failed()) return {};
  return {q.to(at::kFloat).mul(scale.to(at::kFloat)).to(call[1].scalar_type())};
}

Values dynamic_quantize_linear(OpCall& call) {
  const at::Tensor& x = call[0];
  if (x.numel() == 0) return call.refuse("cannot quantise an empty tensor");
  const at::Tensor zero = at::zeros({}, x.options());
  const at::Tensor low = at::minimum(x.min(), zero), high = at::maximum(x.max(), zero);
  const at::Tensor scale = high.sub(low).div(255.0);
  if (scale.item<double>() == 0.0) return {at::zeros_like(x, at::kByte), scale, at::scalar_tensor(0, at::kByte)};
  const at::Tensor zero_point = at::round(at::clamp(low.neg().div(scale), 0.0, 255.0));
  return {saturate(at::round(x.div(scale)).add(zero_point), at::kByte), scale, zero_point.to(at::kByte)};
}

Values conv_integer(OpCall& call) {
  const at::Tensor sums = conv_exact(call, 1, 2, 3, {});
  if (call.failed()) return {};
  return {sums.to(at::kInt)};
}

Values qlinear_conv(OpCall& call) {
  const at::ScalarType type = call[7].scalar_type();
  if (!quantised(type)) return call.refuse("its output zero point is of a type that is not supported");
  const at::Tensor sums = conv_exact(call, 3, 2, 5, call.has(8) ? call[8].to(at::kDouble) : at::Tensor());
  if (call.failed()) return {};
  at::Tensor weight_scale = call[4].to(at::kFloat);
  if (weight_scale.numel() > 1) {
    Sizes channels(static_cast<size_t>(sums.dim()), 1);
    channels[1] = weight_scale.numel();
    weight_scale = weight_scale.reshape(channels);
  }
  const at::Tensor multiplier = call[1].to(at::kFloat).mul(weight_scale).div(call[6].to(at::kFloat));
  return {saturate(at::round(sums.mul(multiplier)).add(call[7].to(at::kDouble)), type)};
}

Values matmul_integer(OpCall& call) {
  return {at::matmul(centred(call, 0, 2, true), centred(call, 1, 3, false)).to(at::kInt)};
}

Values qlinear_matmul(OpCall& call) {
  const at::ScalarType type = call[7].scalar_type();
  if (!quantised(type)) return call.refuse("its output zero point is of a type that is not supported");
  const at::Tensor sums = at::matmul(centred(call, 0, 2, true), centred(call, 3, 5, false));
  at::Tensor row_scale = call[1].to(at::kFloat);
  if (row_scale.dim() == 1 && row_scale.numel() > 1) row_scale = row_scale.unsqueeze(-1);
  const at::Tensor multiplier = row_scale.mul(call[4].to(at::kFloat)).div(call[6].to(at::kFloat));
  return {saturate(at::round(sums.mul(multiplier)).add(call[7].to(at::kDouble)), type)};
}

}  // namespace apprentice::onnx::run::ops
