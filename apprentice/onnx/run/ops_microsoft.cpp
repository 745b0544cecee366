// SPDX-License-Identifier: Apache-2.0
// Operators of the domain com.microsoft that ONNX Runtime's optimiser and quantiser write into models
// (github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md).
#include <limits>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {

Values conv(OpCall& call);
Values gemm(OpCall& call);
Values average_pool(OpCall& call);
Values global_average_pool(OpCall& call);

namespace {

// The function of another operator on other inputs; attributes stay.
at::Tensor with_inputs(OpCall& call, Values inputs, OpFunction function) {
  OpCall inner(call.node(), std::move(inputs));
  const Values made = function(inner);
  if (inner.failed()) call.refuse("{}", inner.error());
  return made.empty() ? at::Tensor() : made[0];
}

at::Tensor activated(OpCall& call, const at::Tensor& x) {
  const std::string name = call.text("activation", "");
  std::vector<double> parameters = call.reals("activation_params", {});
  if (parameters.empty()) parameters = {call.real("activation_alpha", 0.01), call.real("activation_beta", 0.0)};
  parameters.resize(2, 0.0);
  if (name.empty()) return x;
  if (name == "Relu") return at::clamp_min(x, 0);
  if (name == "Sigmoid") return at::sigmoid(x);
  if (name == "Tanh") return at::tanh(x);
  if (name == "LeakyRelu") return at::leaky_relu(x, parameters[0]);
  if (name == "Clip") return at::clamp(x, parameters[0], parameters[1]);
  if (name == "HardSigmoid") return at::clamp(x.mul(parameters[0]).add(parameters[1]), 0.0, 1.0);
  call.refuse("activation '{}' is not known; known: Relu, Sigmoid, Tanh, LeakyRelu, Clip, HardSigmoid", name);
  return x;
}

// Input `first` with its scale and zero point behind it, one of each per tensor, as float32.
at::Tensor dequantised(OpCall& call, size_t first) {
  for (size_t i = first + 1; i < first + 3; ++i)
    if (call.has(i) && call[i].numel() != 1) call.refuse("takes one scale and one zero point for each tensor");
  if (!call.has(first) || !call.has(first + 1)) call.refuse("lacks input {} or its scale", first + 1);
  if (call.failed()) return at::zeros({1});
  const double zero = call.has(first + 2) ? call.number_of(first + 2) : 0.0;
  return call[first].to(at::kFloat).sub(zero).mul(call.number_of(first + 1));
}

// By the scale and zero point in inputs `scale` and the next one.
Values quantised(OpCall& call, const at::Tensor& x, size_t scale) {
  if (call.failed()) return {};
  if (!call.has(scale) || !call.has(scale + 1) || call[scale].numel() != 1 || call[scale + 1].numel() != 1)
    return call.refuse("needs one scale and one zero point of its output");
  const at::ScalarType type = call[scale + 1].scalar_type();
  if (type != at::kByte && type != at::kChar) return call.refuse("gives int8 or uint8 only");
  const double low = type == at::kByte ? 0.0 : -128.0, high = type == at::kByte ? 255.0 : 127.0;
  const at::Tensor q = at::round(x.div(static_cast<float>(call.number_of(scale)))).add(call.number_of(scale + 1));
  return {at::clamp(q, low, high).to(type)};
}

at::Tensor channels_first(OpCall& call, const at::Tensor& x) {
  if (call.integer("channels_last", 0) != 0) call.refuse("channels_last is not supported");
  return x;
}

}  // namespace

// Input 3 is added before the activation.
Values fused_conv(OpCall& call) {
  at::Tensor out = with_inputs(call, {call[0], call[1], call.optional(2)}, conv);
  if (call.failed()) return {};
  if (call.has(3)) out = out.add(call[3]);
  return {activated(call, out)};
}

Values fused_gemm(OpCall& call) {
  const at::Tensor out = with_inputs(call, {call[0], call[1], call.optional(2)}, gemm);
  if (call.failed()) return {};
  return {activated(call, out)};
}

Values fused_matmul(OpCall& call) {
  if (call.integer("transBatchA", 0) != 0 || call.integer("transBatchB", 0) != 0)
    return call.refuse("transBatchA and transBatchB are not supported");
  const auto turned = [&](size_t input, const char* name) {
    const bool turns = call.integer(name, 0) != 0 && call[input].dim() > 1;
    return turns ? call[input].transpose(-1, -2) : call[input];
  };
  return {at::matmul(turned(0, "transA"), turned(1, "transB")).mul(call.real("alpha", 1.0))};
}

Values exact_gelu(OpCall& call) { return {at::gelu(call.has(1) ? call[0].add(call[1]) : call[0], "none")}; }
Values fast_gelu(OpCall& call) { return {at::gelu(call.has(1) ? call[0].add(call[1]) : call[0], "tanh")}; }
Values quick_gelu(OpCall& call) { return {call[0].mul(at::sigmoid(call[0].mul(call.real("alpha", 1.702))))}; }

// Layer norm of input + skip + bias over the last axis.
Values skip_layer_norm(OpCall& call) {
  at::Tensor sum = call[0].add(call[1]);
  if (call.has(4)) sum = sum.add(call[4]);
  const at::Tensor mean = sum.mean(Sizes{-1}, true), centred = sum.sub(mean);
  const at::Tensor inverse = centred.square().mean(Sizes{-1}, true).add(call.real("epsilon", 1e-12)).rsqrt();
  at::Tensor out = centred.mul(inverse).mul(call[2]);
  if (call.has(3)) out = out.add(call[3]);
  return {out, mean, inverse, sum};
}

Values qlinear_add(OpCall& call) { return quantised(call, dequantised(call, 0).add(dequantised(call, 3)), 6); }
Values qlinear_mul(OpCall& call) { return quantised(call, dequantised(call, 0).mul(dequantised(call, 3)), 6); }
Values qlinear_sigmoid(OpCall& call) { return quantised(call, at::sigmoid(dequantised(call, 0)), 3); }
Values qlinear_leaky_relu(OpCall& call) {
  return quantised(call, at::leaky_relu(dequantised(call, 0), call.real("alpha", 0.01)), 3);
}

Values qlinear_average_pool(OpCall& call) {
  const at::Tensor x = channels_first(call, dequantised(call, 0));
  if (call.failed()) return {};
  return quantised(call, with_inputs(call, {x}, average_pool), 3);
}

Values qlinear_global_average_pool(OpCall& call) {
  const at::Tensor x = channels_first(call, dequantised(call, 0));
  if (call.failed()) return {};
  return quantised(call, with_inputs(call, {x}, global_average_pool), 3);
}

// Scale and zero point of the output, then three inputs for each part.
Values qlinear_concat(OpCall& call) {
  Values parts;
  for (size_t i = 2; i + 2 < call.input_count() && !call.failed(); i += 3) parts.push_back(dequantised(call, i));
  if (parts.empty() || call.failed()) return call.refuse("has no parts");
  const int64_t axis = call.axis_of(call.integer("axis", 1), parts[0].dim());
  if (call.failed()) return {};
  return quantised(call, at::cat(parts, axis), 0);
}

// Products of whole numbers are summed exactly; without a scale of the output they stay real.
Values quantised_gemm(OpCall& call) {
  const auto centred = [&](size_t input) {
    const at::Tensor q = call[input].to(at::kDouble);
    return call.has(input + 2) ? q.sub(call[input + 2].to(at::kDouble)) : q;
  };
  if (!call.has(3) || !call.has(4) || call[0].dim() != 2 || call[3].dim() != 2)
    return call.refuse("needs two matrices and their scales");
  const bool turned_b = call.integer("transB", 0) != 0;
  const at::Tensor a = call.integer("transA", 0) != 0 ? centred(0).t() : centred(0);
  at::Tensor b = call[3].to(at::kDouble);
  if (turned_b) b = b.t();
  if (call.has(5)) b = b.sub(call[5].to(at::kDouble));  // per output
  at::Tensor sums = at::mm(a, b);
  if (call.has(6)) sums = sums.add(call[6].to(at::kDouble));
  const at::Tensor real =
      sums.mul(call[1].to(at::kDouble).mul(call[4].to(at::kDouble))).mul(call.real("alpha", 1.0)).to(at::kFloat);
  if (!call.has(7)) return {real};
  return quantised(call, real, 7);
}

}  // namespace apprentice::onnx::run::ops
