// SPDX-License-Identifier: Apache-2.0
// Matrix products.
#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {

Values matmul(OpCall& call) {
  if (call[0].scalar_type() != call[1].scalar_type()) return call.refuse("its inputs are of different types");
  return {at::matmul(call[0], call[1])};
}

// alpha * A' * B' + beta * C, C broadcast to the product.
Values gemm(OpCall& call) {
  if (call[0].dim() != 2 || call[1].dim() != 2)
    return call.refuse("needs two matrices, but gets tensors of {} and {} dimensions", call[0].dim(), call[1].dim());
  const at::Tensor a = call.integer("transA", 0) != 0 ? call[0].t() : call[0];
  const at::Tensor b = call.integer("transB", 0) != 0 ? call[1].t() : call[1];
  const double alpha = call.real("alpha", 1.0), beta = call.real("beta", 1.0);
  if (at::isIntegralType(a.scalar_type(), false) && (alpha != 1.0 || beta != 1.0))
    return call.refuse("alpha and beta other than 1 are not supported for integers");
  if (call.has(2) && at::isFloatingType(a.scalar_type())) return {at::addmm(call[2], a, b, beta, alpha)};
  at::Tensor out = at::mm(a, b);
  if (alpha != 1.0) out = out.mul(alpha);
  return {call.has(2) ? out.add(call[2]) : out};
}

Values einsum(OpCall& call) {
  Values operands;
  for (size_t i = 0; i < call.input_count(); ++i) operands.push_back(call[i]);
  return {at::einsum(call.text("equation", ""), operands)};
}

}  // namespace apprentice::onnx::run::ops
