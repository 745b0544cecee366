// SPDX-License-Identifier: Apache-2.0
// The fast path of a Program: float feature maps stay in oneDNN's own layouts from one convolution to the next, with
// batch norms folded into weights and activations and additions done by the convolution itself. Whatever does not
// fit is left to the plain steps. Internal to onnx/run/fused/.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <optional>
#include <vector>

#include "apprentice/onnx/run/program.h"

namespace apprentice::onnx::run {

// What is done to a result before it is written.
struct Activation {
  enum class Kind { kRelu, kClip, kSigmoid, kTanh };
  Kind kind = Kind::kRelu;
  float alpha = 0.0F, beta = 0.0F;  // relu: slope below zero; clip: bounds
};

// In FusedNode::shape.
inline constexpr int64_t kAsManyAsChannels = -2;

// One or several nodes of the graph, computed at once.
struct FusedNode {
  enum class Kind {
    kConv,        // weight [out, in / groups, ...kernel], bias [out] or undefined
    kDense,       // weight [out, in], bias [out] or undefined
    kAffine,      // per channel (axis 1): x * weight + bias
    kActivation,  // `after` alone
    kAdd,         // two inputs of one shape
    kMaxPool,
    kAveragePool,
    kGlobalAverage,
    kConcat,   // along axis 1
    kFlatten,  // to [samples, rest]; `shape` when a Reshape asks for it
    kIdentity,
    kFakeQuantize,  // to int8 and back: round(x / scale) within low..high, times scale
  };
  Kind kind = Kind::kIdentity;
  const OnnxNode* node = nullptr;  // attributes of convolution and pooling
  std::vector<int> inputs;         // slots
  int output = -1;
  at::Tensor weight, bias;  // float32
  int64_t rank = 0;         // that the input must have; 0 = any
  int addend = -1;          // slot added to the result of a convolution, before `after`
  std::vector<Activation> after;
  Sizes shape;                                  // of a Reshape
  float scale = 1.0F, low = 0.0F, high = 0.0F;  // low and high in steps of scale
};

using ConstantOf = std::function<at::Tensor(int slot)>;  // undefined where the value is no constant

using IsRead = std::function<bool(int slot)>;

// The step as one fused node, or nothing; it may make only one value that anyone reads.
std::optional<FusedNode> as_fused_node(const Step& step, const ConstantOf& constant, const IsRead& is_read);

// Takes `next` into the node that makes its input, if that changes nothing but the order of rounding.
bool absorb(FusedNode& maker, const FusedNode& next);

}  // namespace apprentice::onnx::run
