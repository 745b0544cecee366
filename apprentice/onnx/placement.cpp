// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/placement.h"

#include <torch/cuda.h>

#include <charconv>
#include <iterator>
#include <set>
#include <sstream>

#include "apprentice/onnx/sequence.h"

namespace apprentice {
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

Result<at::Device> find_compute_device(const std::string& name, const std::string& place) {
  if (name == "cpu") return at::Device(at::kCPU);
  int index = 0;
  const std::string number = name.rfind("cuda:", 0) == 0 ? name.substr(5) : name == "cuda" ? "0" : "";
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
  if (number.empty() || error != std::errc() || end != number.data() + number.size() || index < 0)
    return bad_input(place, "'{}' is no device to compute on; \"cpu\", \"cuda\" and \"cuda:1\" are possible", name);
  const int count = static_cast<int>(torch::cuda::device_count());
  if (count == 0)
    return bad_input(place, "there is no \"{}\": libtorch was built without CUDA, or finds no GPU; \"cpu\" is possible",
                     name);
  if (index >= count)
    return bad_input(place, "there is no \"{}\": libtorch finds {} GPUs, counted from 0", name, count);
  return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

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

}  // namespace apprentice
