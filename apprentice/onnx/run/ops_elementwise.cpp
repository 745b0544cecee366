// SPDX-License-Identifier: Apache-2.0
// Operators of two or more tensors, element by element, with broadcasting.
#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

using Binary = at::Tensor (*)(const at::Tensor&, const at::Tensor&);

// Before opset 7 the second operand was broadcast only on request, from `axis` on.
at::Tensor second_operand(OpCall& call) {
  const at::Tensor& a = call[0];
  const at::Tensor& b = call[1];
  if (call.opset() >= 7 || call.integer("broadcast", 0) == 0 || !call.has_attribute("axis")) return b;
  const int64_t axis = call.axis_of(call.integer("axis", 0), a.dim());
  Sizes shape = b.sizes().vec();
  while (axis + static_cast<int64_t>(shape.size()) < a.dim()) shape.push_back(1);
  return b.reshape(shape);
}

Values binary(OpCall& call, Binary function) { return {function(call[0], second_operand(call))}; }

Values fold(OpCall& call, Binary function) {
  at::Tensor out = call[0];
  for (size_t i = 1; i < call.input_count(); ++i) out = function(out, call[i]);
  return {out};
}

bool whole(const at::Tensor& tensor) { return at::isIntegralType(tensor.scalar_type(), true); }

// Whole numbers: dividing the least one by -1 is a processor fault on some machines, and so is dividing by 0.
bool divides(OpCall& call) {
  if (whole(call[1]) && call[1].eq(0).any().item<bool>()) call.refuse("divides whole numbers by zero");
  return !call.failed();
}
at::Tensor without_minus_one(const at::Tensor& b) { return at::where(b.eq(-1), at::ones({}, b.options()), b); }
at::Tensor whole_quotient(const at::Tensor& a, const at::Tensor& b) {
  return at::where(b.eq(-1), at::neg(a), at::div(a, without_minus_one(b), "trunc"));
}

}  // namespace

Values add(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::add(a, b); });
}
Values sub(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::sub(a, b); });
}
Values mul(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::mul(a, b); });
}
Values div(OpCall& call) {
  if (whole(call[0]) && !divides(call)) return {};
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) {
    if (!whole(a)) return at::div(a, b);
    return at::isSignedType(a.scalar_type()) && whole(b) ? whole_quotient(a, b) : at::div(a, b, "trunc");
  });
}
Values pow(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) {
    return at::pow(whole(a) && !whole(b) ? a.to(b.scalar_type()) : a, b).to(a.scalar_type());
  });
}
Values mod(OpCall& call) {
  const bool integers = whole(call[0]) && whole(call[1]), like_c = call.integer("fmod", 0) != 0;
  if (!integers && !like_c) return call.refuse("fmod must be 1 for numbers with a fraction");
  if (integers && !divides(call)) return {};
  const at::Tensor divisor = integers && at::isSignedType(call[1].scalar_type()) ? without_minus_one(call[1]) : call[1];
  return {like_c ? at::fmod(call[0], divisor) : at::remainder(call[0], divisor)};
}

Values maximum(OpCall& call) {
  return fold(call, [](const at::Tensor& a, const at::Tensor& b) { return at::maximum(a, b); });
}
Values minimum(OpCall& call) {
  return fold(call, [](const at::Tensor& a, const at::Tensor& b) { return at::minimum(a, b); });
}
Values sum(OpCall& call) {
  return fold(call, [](const at::Tensor& a, const at::Tensor& b) { return at::add(a, b); });
}
Values mean(OpCall& call) { return {sum(call)[0].div(static_cast<double>(call.input_count()))}; }

Values logical_and(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::logical_and(a, b); });
}
Values logical_or(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::logical_or(a, b); });
}
Values logical_xor(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::logical_xor(a, b); });
}
Values equal(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::eq(a, b); });
}
Values greater(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::gt(a, b); });
}
Values less(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::lt(a, b); });
}
Values greater_or_equal(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::ge(a, b); });
}
Values less_or_equal(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) { return at::le(a, b); });
}
Values where(OpCall& call) { return {at::where(call[0], call[1], call[2])}; }

}  // namespace apprentice::onnx::run::ops
