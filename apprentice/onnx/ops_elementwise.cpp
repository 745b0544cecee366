// SPDX-License-Identifier: Apache-2.0
// Operators of two or more tensors, element by element, with broadcasting.
#include "apprentice/onnx/op.h"

namespace apprentice::onnx_ops {
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
  return binary(
      call, [](const at::Tensor& a, const at::Tensor& b) { return whole(a) ? at::div(a, b, "trunc") : at::div(a, b); });
}
Values pow(OpCall& call) {
  return binary(call, [](const at::Tensor& a, const at::Tensor& b) {
    return at::pow(whole(a) && !whole(b) ? a.to(b.scalar_type()) : a, b).to(a.scalar_type());
  });
}
Values mod(OpCall& call) {
  if (call.integer("fmod", 0) != 0) return {at::fmod(call[0], call[1])};
  if (!whole(call[0])) return call.refuse("fmod must be 1 for numbers with a fraction");
  return {at::remainder(call[0], call[1])};
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

}  // namespace apprentice::onnx_ops
