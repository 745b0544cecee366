// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/fused/node.h"

#include <algorithm>
#include <limits>

namespace apprentice::onnx::run {
namespace {

using Kind = FusedNode::Kind;

class Classifier {
 public:
  Classifier(const Step& step, const ConstantOf& constant, const IsRead& is_read)
      : step_(step), node_(*step.node), constant_(constant), is_read_(is_read) {
    made_.node = step.node;
    if (!step.outputs.empty()) made_.output = step.outputs[0];
  }

  std::optional<FusedNode> classify() {
    if (!node_.domain.empty() || !step_.bodies.empty() || made_.output < 0 || !only_first_output()) return std::nullopt;
    using Rule = bool (Classifier::*)();
    static const std::pair<const char*, Rule> rules[] = {
        {"Conv", &Classifier::conv},
        {"Gemm", &Classifier::gemm},
        {"MatMul", &Classifier::mat_mul},
        {"BatchNormalization", &Classifier::batch_norm},
        {"Add", &Classifier::add},
        {"Sum", &Classifier::add},
        {"Sub", &Classifier::sub},
        {"Mul", &Classifier::mul},
        {"Relu", &Classifier::relu},
        {"LeakyRelu", &Classifier::relu},
        {"Clip", &Classifier::clip},
        {"Sigmoid", &Classifier::sigmoid},
        {"Tanh", &Classifier::tanh},
        {"MaxPool", &Classifier::max_pool},
        {"AveragePool", &Classifier::average_pool},
        {"GlobalAveragePool", &Classifier::global_average},
        {"Concat", &Classifier::concat},
        {"Flatten", &Classifier::flatten},
        {"Reshape", &Classifier::reshape},
        {"Squeeze", &Classifier::squeeze},
        {"Identity", &Classifier::identity},
        {"Dropout", &Classifier::dropout},
    };
    for (const auto& [name, rule] : rules)
      if (node_.op == name) return (this->*rule)() ? std::optional<FusedNode>(std::move(made_)) : std::nullopt;
    return std::nullopt;
  }

 private:
  bool only_first_output() const {
    return std::none_of(step_.outputs.begin() + 1, step_.outputs.end(),
                        [&](int slot) { return slot >= 0 && is_read_(slot); });
  }
  bool has(size_t index) const { return index < step_.inputs.size() && step_.inputs[index] >= 0; }
  at::Tensor constant(size_t index) const { return has(index) ? constant_(step_.inputs[index]) : at::Tensor(); }
  bool is_float(const at::Tensor& tensor) const { return tensor.defined() && tensor.scalar_type() == at::kFloat; }
  double real(const char* name, double otherwise) const {
    const auto found = node_.attributes.find(name);
    return found == node_.attributes.end() ? otherwise : static_cast<double>(found->second.real);
  }
  int64_t integer(const char* name, int64_t otherwise) const {
    const auto found = node_.attributes.find(name);
    return found == node_.attributes.end() ? otherwise : found->second.integer;
  }
  bool attribute(const char* name) const { return node_.attributes.count(name) != 0; }

  // The values that change from run to run: inputs [0, count), none of them constant.
  bool take_inputs(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      if (!has(i) || constant(i).defined()) return false;
      made_.inputs.push_back(step_.inputs[i]);
    }
    return true;
  }
  bool become(Kind kind) {
    made_.kind = kind;
    return take_inputs(1);
  }
  bool activation(Activation::Kind kind, float alpha = 0.0F, float beta = 0.0F) {
    made_.after = {{kind, alpha, beta}};
    return become(Kind::kActivation);
  }

  bool conv() {
    made_.weight = constant(1);
    made_.bias = constant(2);
    if (!is_float(made_.weight) || made_.weight.dim() < 3 || made_.weight.dim() > 4) return false;
    if (has(2) && (!is_float(made_.bias) || made_.bias.numel() != made_.weight.size(0))) return false;
    return become(Kind::kConv);
  }

  bool gemm() {
    const at::Tensor b = constant(1), c = constant(2);
    if (!is_float(b) || b.dim() != 2 || integer("transA", 0) != 0) return false;
    made_.weight = (integer("transB", 0) != 0 ? b : b.t()).mul(real("alpha", 1.0)).contiguous();
    if (has(2)) {
      if (!is_float(c) || c.numel() != made_.weight.size(0)) return false;
      made_.bias = c.reshape({-1}).mul(real("beta", 1.0)).contiguous();
    }
    made_.rank = 2;
    return become(Kind::kDense);
  }

  bool mat_mul() {
    const at::Tensor b = constant(1);
    if (!is_float(b) || b.dim() != 2) return false;
    made_.weight = b.t().contiguous();
    made_.rank = 2;
    return become(Kind::kDense);
  }

  bool batch_norm() {
    if (node_.opset < 7 && integer("is_test", 0) == 0) return false;
    if (integer("training_mode", 0) != 0 || integer("spatial", 1) != 1) return false;
    for (size_t i = 1; i < 5; ++i)
      if (!is_float(constant(i))) return false;
    const auto wide = [&](size_t i) { return constant(i).to(at::kDouble).reshape({-1}); };
    const at::Tensor scale = wide(1) / (wide(4) + real("epsilon", 1e-5)).sqrt();
    made_.weight = scale.to(at::kFloat);
    made_.bias = (wide(2) - wide(3) * scale).to(at::kFloat);
    return become(Kind::kAffine);
  }

  // A constant that is one number per channel: [C, 1, 1] and the like, or [C] for [samples, C].
  at::Tensor per_channel(const at::Tensor& values) {
    Sizes shape = values.sizes().vec();
    while (shape.size() > 1 && shape[0] == 1) shape.erase(shape.begin());
    if (!is_float(values) || shape.empty() || shape[0] != values.numel()) return {};
    made_.rank = static_cast<int64_t>(shape.size()) + 1;
    return values.reshape({-1}).contiguous();
  }

  bool with_constant(const std::function<void(const at::Tensor&)>& use) {
    const size_t at = constant(0).defined() ? 0 : 1;
    const at::Tensor values = constant(at).defined() ? per_channel(constant(at)) : at::Tensor();
    if (!values.defined() || attribute("axis") || attribute("broadcast") || !has(1 - at)) return false;
    made_.kind = Kind::kAffine;
    made_.inputs = {step_.inputs[1 - at]};
    use(values);
    return true;
  }
  bool add() {
    if (step_.inputs.size() != 2 || attribute("broadcast")) return false;
    made_.kind = Kind::kAdd;
    if (!constant(0).defined() && !constant(1).defined()) return take_inputs(2);
    return with_constant([&](const at::Tensor& c) { made_.weight = at::ones_like(c), made_.bias = c; });
  }
  bool sub() {
    if (constant(0).defined()) return false;
    return with_constant([&](const at::Tensor& c) { made_.weight = at::ones_like(c), made_.bias = c.neg(); });
  }
  bool mul() {
    return with_constant([&](const at::Tensor& c) { made_.weight = c, made_.bias = at::zeros_like(c); });
  }

  bool relu() {
    return activation(Activation::Kind::kRelu, node_.op == "Relu" ? 0.0F : static_cast<float>(real("alpha", 0.01)));
  }
  bool clip() {
    double low = -std::numeric_limits<float>::max(), high = std::numeric_limits<float>::max();
    if (node_.opset < 11) {
      low = real("min", low);
      high = real("max", high);
    } else {
      for (const size_t i : {size_t{1}, size_t{2}}) {
        if (!has(i)) continue;
        if (!is_float(constant(i)) || constant(i).numel() != 1) return false;
        (i == 1 ? low : high) = constant(i).item<double>();
      }
    }
    return low <= high && activation(Activation::Kind::kClip, static_cast<float>(low), static_cast<float>(high));
  }
  bool sigmoid() { return activation(Activation::Kind::kSigmoid); }
  bool tanh() { return activation(Activation::Kind::kTanh); }

  bool max_pool() { return integer("ceil_mode", 0) == 0 && become(Kind::kMaxPool); }
  bool average_pool() { return integer("ceil_mode", 0) == 0 && !attribute("dilations") && become(Kind::kAveragePool); }
  bool global_average() { return become(Kind::kGlobalAverage); }

  bool concat() {
    made_.kind = Kind::kConcat;
    return integer("axis", node_.opset < 4 ? 1 : -1) == 1 && take_inputs(step_.inputs.size());
  }
  bool flatten() { return integer("axis", 1) == 1 && become(Kind::kFlatten); }
  bool reshape() {
    const at::Tensor shape = constant(1);
    if (!shape.defined() || shape.numel() != 2 || integer("allowzero", 0) != 0) return false;
    for (int64_t i = 0; i < 2; ++i) made_.shape.push_back(shape[i].item<int64_t>());
    return become(Kind::kFlatten);
  }
  // Of all axes after the channels, which must have size 1: as a Flatten.
  bool squeeze() {
    Sizes axes;
    if (node_.opset >= 13) {
      const at::Tensor given = constant(1);
      if (!given.defined()) return false;
      for (int64_t i = 0; i < given.numel(); ++i) axes.push_back(given[i].item<int64_t>());
    } else if (attribute("axes")) {
      axes = node_.attributes.at("axes").integers;
    }
    std::sort(axes.begin(), axes.end());
    if (axes != Sizes{2} && axes != Sizes{2, 3}) return false;
    made_.rank = axes.back() + 1;
    made_.shape = {0, kAsManyAsChannels};
    return become(Kind::kFlatten);
  }

  bool identity() { return become(Kind::kIdentity); }
  bool dropout() { return node_.opset >= 7 && !has(2) && become(Kind::kIdentity); }

  const Step& step_;
  const OnnxNode& node_;
  const ConstantOf& constant_;
  const IsRead& is_read_;
  FusedNode made_;
};

// y = (W x + b) * s + t
void scale_weights(FusedNode& maker, const FusedNode& affine) {
  Sizes columns(static_cast<size_t>(maker.weight.dim()), 1);
  columns[0] = -1;
  maker.weight = maker.weight.mul(affine.weight.reshape(columns)).contiguous();
  maker.bias = maker.bias.defined() ? maker.bias.mul(affine.weight).add(affine.bias) : affine.bias;
}

}  // namespace

std::optional<FusedNode> as_fused_node(const Step& step, const ConstantOf& constant, const IsRead& is_read) {
  return Classifier(step, constant, is_read).classify();
}

bool absorb(FusedNode& maker, const FusedNode& next) {
  const bool product = maker.kind == Kind::kConv || maker.kind == Kind::kDense;
  if (!maker.after.empty()) return false;
  if (next.kind == Kind::kActivation) {
    if (!product && maker.kind != Kind::kAdd) return false;
    maker.after = next.after;
  } else if (next.kind == Kind::kAffine) {
    const int64_t rank = product ? maker.weight.dim() : 0;
    if (!product || maker.addend >= 0 || next.weight.numel() != maker.weight.size(0)) return false;
    if (next.rank != 0 && next.rank != rank) return false;
    scale_weights(maker, next);
  } else {
    return false;
  }
  maker.output = next.output;
  return true;
}

}  // namespace apprentice::onnx::run
