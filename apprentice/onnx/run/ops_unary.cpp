// SPDX-License-Identifier: Apache-2.0
// Operators of one tensor, element by element, that are no activation functions.
#include <limits>
#include <random>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

at::Tensor cast_to(const at::Tensor& value, at::ScalarType type) {
  if (type == at::kBool) return value.ne(0);
  return value.to(type);
}

}  // namespace

Values abs(OpCall& call) { return {at::abs(call[0])}; }
Values neg(OpCall& call) { return {at::neg(call[0])}; }
Values exp(OpCall& call) { return {at::exp(call[0])}; }
Values log(OpCall& call) { return {at::log(call[0])}; }
Values sqrt(OpCall& call) { return {at::sqrt(call[0])}; }
Values reciprocal(OpCall& call) { return {at::reciprocal(call[0])}; }
Values floor(OpCall& call) { return {at::floor(call[0])}; }
Values ceil(OpCall& call) { return {at::ceil(call[0])}; }
Values round(OpCall& call) { return {at::round(call[0])}; }
Values sign(OpCall& call) { return {at::sign(call[0])}; }
Values erf(OpCall& call) { return {at::erf(call[0])}; }
Values sin(OpCall& call) { return {at::sin(call[0])}; }
Values cos(OpCall& call) { return {at::cos(call[0])}; }
Values tan(OpCall& call) { return {at::tan(call[0])}; }
Values asin(OpCall& call) { return {at::asin(call[0])}; }
Values acos(OpCall& call) { return {at::acos(call[0])}; }
Values atan(OpCall& call) { return {at::atan(call[0])}; }
Values sinh(OpCall& call) { return {at::sinh(call[0])}; }
Values cosh(OpCall& call) { return {at::cosh(call[0])}; }
Values asinh(OpCall& call) { return {at::asinh(call[0])}; }
Values acosh(OpCall& call) { return {at::acosh(call[0])}; }
Values atanh(OpCall& call) { return {at::atanh(call[0])}; }
Values logical_not(OpCall& call) { return {at::logical_not(call[0])}; }
Values is_nan(OpCall& call) { return {at::isnan(call[0])}; }

Values is_inf(OpCall& call) {
  at::Tensor out = at::zeros_like(call[0], call[0].options().dtype(at::kBool));
  if (call.integer("detect_positive", 1) != 0) out = at::logical_or(out, at::isposinf(call[0]));
  if (call.integer("detect_negative", 1) != 0) out = at::logical_or(out, at::isneginf(call[0]));
  return {out};
}

Values identity(OpCall& call) { return {call[0]}; }

// In inference dropout passes its input on and the mask keeps everything. Training mode is random; with a seed it is
// what ONNX's reference implementation draws (NumPy's legacy generator: MT19937, 53-bit uniform numbers).
Values dropout(OpCall& call) {
  const at::Tensor& x = call[0];
  const bool training = call.opset() >= 12 ? call.has(2) && call.number_of(2) != 0.0
                                           : call.opset() < 7 && call.integer("is_test", 0) == 0;
  const double ratio = call.has(1) ? call.number_of(1) : call.real("ratio", 0.5);
  const auto mask_type = call.opset() >= 10 ? at::kBool : x.scalar_type();
  if (!training || ratio == 0.0) return {x, at::ones_like(x, x.options().dtype(mask_type))};
  if (!call.has_attribute("seed") || !(ratio < 1.0) || ratio < 0.0)
    return call.refuse("dropout in training mode is random: it needs a seed, and a ratio from 0 to below 1");
  std::mt19937 generator(static_cast<uint32_t>(call.integer("seed", 0)));
  std::vector<double> uniform(static_cast<size_t>(x.numel()));
  for (double& value : uniform) {
    const double high = generator() >> 5, low = generator() >> 6;
    value = (high * 67108864.0 + low) / 9007199254740992.0;
  }
  const at::Tensor mask = at::tensor(uniform, at::kDouble).reshape(x.sizes()).ge(ratio);
  return {x.mul(mask.to(x.scalar_type())).div(1.0 - ratio), mask.to(mask_type)};
}

// Since opset 11 the bounds are inputs; before, attributes.
Values clip(OpCall& call) {
  at::Tensor out = call[0];
  if (call.opset() < 11) {
    const double most = std::numeric_limits<float>::max();
    return {at::clamp(out, call.real("min", -most), call.real("max", most))};
  }
  if (call.has(1)) out = at::maximum(out, call[1]);
  if (call.has(2)) out = at::minimum(out, call[2]);
  return {out};
}

Values cast(OpCall& call) {
  if (!call.has_attribute("to")) return call.refuse("lacks the attribute 'to'");
  const at::ScalarType type = type_of(call, call.integer("to", 0));
  return {cast_to(call[0], type)};
}

Values cast_like(OpCall& call) { return {cast_to(call[0], call[1].scalar_type())}; }

Values constant(OpCall& call) {
  const at::TensorOptions floats = at::kFloat, integers = at::kLong;
  for (const auto& [name, value] : call.node().attributes) {
    if (name == "value" && torch_has(value.tensor.dtype())) return {to_torch(value.tensor)};
    if (name == "value_float") return {at::scalar_tensor(value.real, floats)};
    if (name == "value_int") return {at::scalar_tensor(value.integer, integers)};
    if (name == "value_floats") return {at::tensor(value.reals, floats)};
    if (name == "value_ints") return {at::tensor(value.integers, integers)};
  }
  return call.refuse("holds no number: one of value, value_float, value_int, value_floats, value_ints is needed");
}

Values constant_of_shape(OpCall& call) {
  const Sizes shape = call.integers_of(0);
  if (!call.may_grow_to(shape)) return {};
  const auto value = call.node().attributes.find("value");
  if (value == call.node().attributes.end()) return {at::zeros(shape, at::kFloat)};
  const at::Tensor element = to_torch(value->second.tensor);
  if (element.numel() != 1) return call.refuse("its value has {} elements; one was expected", element.numel());
  return {element.reshape({}).expand(shape).contiguous()};
}

Values range(OpCall& call) {
  const double start = call.number_of(0), limit = call.number_of(1), step = call.number_of(2);
  const double count = step == 0.0 ? -1.0 : std::max(0.0, std::ceil((limit - start) / step));
  if (!(count >= 0.0 && count < 1e18)) return call.refuse("cannot count from {} to {} by {}", start, limit, step);
  const int64_t elements = static_cast<int64_t>(count);
  if (!call.may_grow_to({elements})) return {};
  const at::Tensor steps = at::arange(elements, call[0].options());
  return {at::add(call[0].reshape({}), steps.mul(call[2].reshape({})))};
}

Values eye_like(OpCall& call) {
  const at::Tensor& like = call[0];
  if (like.dim() != 2) return call.refuse("needs a matrix, but its input has {} dimensions", like.dim());
  const at::ScalarType type =
      call.has_attribute("dtype") ? type_of(call, call.integer("dtype", 1)) : like.scalar_type();
  const int64_t k = call.integer("k", 0);
  at::Tensor out = at::zeros(like.sizes(), like.options().dtype(type));
  if (k > -like.size(0) && k < like.size(1)) out.diagonal(k).fill_(1);
  return {out};
}

}  // namespace apprentice::onnx::run::ops
