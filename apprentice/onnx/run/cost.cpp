// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/cost.h"

#include <algorithm>

namespace apprentice::onnx::run {
namespace {

int64_t size_from(const at::Tensor& tensor, int64_t axis) {
  int64_t count = 1;
  for (int64_t i = axis; i < tensor.dim(); ++i) count *= tensor.size(i);
  return count;
}

// Elements of one filter (all axes but the first) per output element, or per input element when transposed.
int64_t conv_macs(const at::Tensor& weight, const at::Tensor& positions) {
  return weight.dim() < 2 ? 0 : positions.numel() * size_from(weight, 1);
}

// Output elements times the length of each product.
int64_t product_macs(const at::Tensor& a, const at::Tensor& out, bool transposed) {
  return a.dim() == 0 ? 0 : out.numel() * a.size(transposed ? 0 : a.dim() - 1);
}

// Every step multiplies the weights of input and of recurrence once per sample: X [steps, batch, in], W, R.
int64_t recurrent_macs(const Values& inputs) {
  return inputs[0].dim() != 3 ? 0 : inputs[0].size(0) * inputs[0].size(1) * (inputs[1].numel() + inputs[2].numel());
}

constexpr const char* kCostly[] = {"Attention",     "AveragePool", "Conv",          "ConvInteger", "ConvTranspose",
                                   "Einsum",        "GRU",         "Gemm",          "LRN",         "LSTM",
                                   "LpPool",        "MatMul",      "MatMulInteger", "MaxPool",     "QLinearConv",
                                   "QLinearMatMul", "RNN",         "Resize",        "TopK",        "Upsample"};

}  // namespace

bool is_costly(const OnnxNode& node) {
  if (!node.domain.empty()) return true;  // tree ensembles and their like
  return std::any_of(std::begin(kCostly), std::end(kCostly), [&](const char* name) { return node.op == name; });
}

int64_t step_macs(const OnnxNode& node, const Values& inputs, const Values& outputs) {
  const std::string& op = node.op;
  if (op == "FusedConv") return conv_macs(inputs[1], outputs[0]);
  if (op == "FusedMatMul" || op == "FusedGemm" || op == "QGemm") {
    const auto turned = node.attributes.find("transA");
    const bool is_turned = turned != node.attributes.end() && turned->second.integer != 0;
    const int64_t rank = inputs[0].dim();
    return rank < 2 ? 0 : outputs[0].numel() * inputs[0].size(is_turned ? rank - 2 : rank - 1);
  }
  if (!node.domain.empty()) return 0;
  if (op == "Conv" || op == "ConvInteger") return conv_macs(inputs[1], outputs[0]);
  if (op == "QLinearConv") return conv_macs(inputs[3], outputs[0]);
  if (op == "ConvTranspose") return conv_macs(inputs[1], inputs[0]);
  if (op == "MatMul" || op == "MatMulInteger" || op == "QLinearMatMul")
    return product_macs(inputs[0], outputs[0], false);
  if (op == "Gemm") {
    const auto transposed = node.attributes.find("transA");
    return product_macs(inputs[0], outputs[0], transposed != node.attributes.end() && transposed->second.integer != 0);
  }
  if (op == "LSTM" || op == "GRU" || op == "RNN") return recurrent_macs(inputs);
  return 0;
}

}  // namespace apprentice::onnx::run
