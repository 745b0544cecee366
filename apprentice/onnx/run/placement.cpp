// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/placement.h"

#include <iterator>
#include <set>
#include <sstream>

#include "apprentice/onnx/run/sequence.h"

namespace apprentice::onnx::run {
namespace {

std::set<std::string> words(const char* blank_separated) {
  std::istringstream in(blank_separated);
  return {std::istream_iterator<std::string>(in), {}};
}

// Computed by libtorch alone, wherever the values lie.
const std::set<std::string>& anywhere() {
  static const std::set<std::string> names = words(
      "Abs Acos Acosh Add Asin Asinh Atan Atanh Attention AveragePool BatchNormalization Ceil Celu Clip "
      "Concat Conv ConvTranspose Cos Cosh DepthToSpace DequantizeLinear Div Elu Equal Erf Exp Flatten "
      "Floor GRU Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual "
      "GroupNormalization HardSigmoid HardSwish Hardmax Identity InstanceNormalization IsInf IsNaN LRN "
      "LSTM LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax LpNormalization MatMul Max "
      "MaxPool Mean MeanVarianceNormalization Min Mish Mul Neg Not PRelu Pow QuantizeLinear "
      "RMSNormalization RNN Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus "
      "Softsign SpaceToDepth Sqrt Sub Sum Swish Tan Tanh ThresholdedRelu Transpose Where");
  return names;
}

// The same, but for what follows the first input: sizes, axes and bounds, which they read on the processor.
const std::set<std::string>& anywhere_given_sizes() {
  static const std::set<std::string> names = words(
      "Expand Pad ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd "
      "ReduceSum ReduceSumSquare Reshape Shape Size Slice Split Squeeze Tile Unsqueeze");
  return names;
}

bool is_number(const at::Tensor& value) {
  return is_plain(value) && value.defined() && value.scalar_type() != at::kLong && value.scalar_type() != at::kInt;
}

bool computes_on_device(const OnnxNode& node, const Values& inputs) {
  if (!node.domain.empty()) return false;
  const auto floating = [](const at::Tensor& value) { return at::isFloatingType(value.scalar_type()); };
  if (anywhere_given_sizes().count(node.op) > 0) return is_number(inputs[0]) && floating(inputs[0]);
  if (anywhere().count(node.op) == 0) return false;
  bool any = false;
  for (const at::Tensor& input : inputs) {
    if (!input.defined()) continue;
    if (!is_number(input)) return false;
    any = any || floating(input);
  }
  return any;
}

void move(at::Tensor& value, at::Device device) {
  if (value.defined() && is_plain(value) && value.device() != device) value = value.to(device);
}

}  // namespace

void bring_together(const OnnxNode& node, Values& inputs, at::Device device) {
  const bool there = computes_on_device(node, inputs);
  const bool sizes = anywhere_given_sizes().count(node.op) > 0;
  for (size_t i = 0; i < inputs.size(); ++i)
    move(inputs[i], there && (i == 0 || !sizes) ? device : at::Device(at::kCPU));
}

bool wants_on_device(const OnnxNode& node, size_t input, const at::Tensor& constant) {
  return node.domain.empty() && is_number(constant) &&
         (anywhere().count(node.op) > 0 || (input == 0 && anywhere_given_sizes().count(node.op) > 0));
}

void bring_home(Values& values) {
  for (at::Tensor& value : values) move(value, at::kCPU);
}

}  // namespace apprentice::onnx::run
