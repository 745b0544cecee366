// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/fused/builder.h"

#include <algorithm>
#include <set>

namespace apprentice::onnx::run {
namespace {

using Kind = FusedNode::Kind;

// One scale and one int8 or uint8 zero point for the whole tensor.
bool is_tensor_quantization(const Step& step, const char* op, const ConstantOf& constant) {
  if (step.node->op != op || !step.node->domain.empty() || step.inputs.size() != 3) return false;
  const at::Tensor scale = constant(step.inputs[1]), zero = constant(step.inputs[2]);
  return scale.defined() && zero.defined() && scale.numel() == 1 && zero.numel() == 1 &&
         scale.scalar_type() == at::kFloat && (zero.scalar_type() == at::kChar || zero.scalar_type() == at::kByte) &&
         !constant(step.inputs[0]).defined();
}

bool is_product(const FusedNode& node) { return node.kind == Kind::kConv || node.kind == Kind::kDense; }

}  // namespace

FusedBuilder::FusedBuilder(const std::vector<Step>& steps, const FusedInterface& interface, const ConstantOf& constant)
    : steps_(steps), constant_(constant), ranks_(interface.ranks) {
  for (const Step& step : steps) {
    for (const int slot : step.inputs) ++uses_[slot];
    for (const Step::Body& body : step.bodies)
      for (const int slot : body.captured) ++uses_[slot];
  }
  for (const int slot : interface.outputs) ++uses_[slot];
  for (const Step& step : steps)
    if (is_tensor_quantization(step, "QuantizeLinear", constant)) drop_if_undone(step);
}

std::vector<FusedStage> FusedBuilder::build() {
  for (const Step& step : steps_) place(step);
  close_region();
  if (regions_ == 0) stages_.clear();
  return std::move(stages_);
}

// A QuantizeLinear that only its own reverse reads becomes a fake quantisation at each of those.
void FusedBuilder::drop_if_undone(const Step& quantize) {
  const int made = quantize.outputs[0];
  int readers = 0;
  for (const Step& step : steps_)
    if (!step.inputs.empty() && step.inputs[0] == made && undoes(step, quantize)) ++readers;
  if (readers == 0 || readers != uses_[made]) return;
  const at::Tensor zero = constant_(quantize.inputs[2]);
  const bool is_signed = zero.scalar_type() == at::kChar;
  const auto at = static_cast<float>(zero.item<int64_t>());
  quantized_[made] = {quantize.inputs[0], constant_(quantize.inputs[1]).item<float>(),
                      (is_signed ? -128.0F : 0.0F) - at, (is_signed ? 127.0F : 255.0F) - at};
  uses_[quantize.inputs[0]] += readers - 1;
}

bool FusedBuilder::undoes(const Step& step, const Step& quantize) const {
  if (!is_tensor_quantization(step, "DequantizeLinear", constant_)) return false;
  const auto same = [&](size_t i) {
    const at::Tensor mine = constant_(step.inputs[i]), theirs = constant_(quantize.inputs[i]);
    return mine.scalar_type() == theirs.scalar_type() && mine.item<double>() == theirs.item<double>();
  };
  return same(1) && same(2);
}

std::optional<FusedNode> FusedBuilder::fake_quantization(const Step& step) const {
  const auto found = step.inputs.empty() ? quantized_.end() : quantized_.find(step.inputs[0]);
  if (found == quantized_.end()) return std::nullopt;
  const Quantized& how = found->second;
  FusedNode node;
  node.kind = Kind::kFakeQuantize;
  node.node = step.node;
  node.inputs = {how.source};
  node.output = step.outputs[0];
  node.scale = how.scale;
  node.low = how.low;
  node.high = how.high;
  return node;
}

// Steps that need nothing of the open region go before it, so that one foreign step does not split it.
void FusedBuilder::place(const Step& step) {
  if (!step.outputs.empty() && quantized_.count(step.outputs[0]) != 0) return;
  std::optional<FusedNode> node = fake_quantization(step);
  if (!node) node = as_fused_node(step, constant_, [&](int slot) { return uses_[slot] > 0; });
  if (node && fits(*node)) return join(step, std::move(*node));
  if (needs_region(step)) close_region();
  stages_.push_back({&step, nullptr, {}});
}

bool FusedBuilder::needs_region(const Step& step) const {
  const auto inside = [&](int slot) { return made_by_.count(slot) != 0; };
  bool needs = std::any_of(step.inputs.begin(), step.inputs.end(), inside);
  for (const Step::Body& body : step.bodies)
    needs = needs || std::any_of(body.captured.begin(), body.captured.end(), inside);
  return needs;
}

int64_t FusedBuilder::rank_of(int slot) const {
  const auto found = ranks_.find(slot);
  return found == ranks_.end() ? 0 : found->second;
}

// Only what is known to suit: a node that a plan cannot do later sends the whole model to the plain steps.
bool FusedBuilder::fits(const FusedNode& node) const {
  if (node.inputs.empty()) return false;
  const int64_t known = rank_of(node.inputs[0]);
  if (node.kind == Kind::kFakeQuantize || (known == 0 && node.node->op == "Gemm")) return true;
  if (node.kind == Kind::kConv) return known == 0 || known == node.weight.dim();
  if (known == 0 || (node.rank != 0 && node.rank != known)) return false;
  if (node.kind == Kind::kAffine && known == 2) return maker_absorbs(node);
  return std::all_of(node.inputs.begin(), node.inputs.end(), [&](int slot) { return rank_of(slot) == known; });
}

bool FusedBuilder::maker_absorbs(const FusedNode& node) const {
  const auto maker = made_by_.find(node.inputs[0]);
  if (maker == made_by_.end() || uses_.at(node.inputs[0]) != 1) return false;
  FusedNode copy = nodes_[maker->second];
  return absorb(copy, node);
}

void FusedBuilder::join(const Step& step, FusedNode node) {
  region_steps_.push_back(&step);
  worth_it_ = worth_it_ || is_product(node) || node.kind == Kind::kFakeQuantize;
  const bool flat = node.kind == Kind::kDense || node.kind == Kind::kFlatten;
  const int64_t rank = node.kind == Kind::kConv ? node.weight.dim() : flat ? 2 : rank_of(node.inputs[0]);
  if (rank != 0) ranks_[node.output] = rank;
  if (node.kind == Kind::kAdd ? absorb_sum(node) : absorb_into_maker(node)) return;
  made_by_[node.output] = nodes_.size();
  nodes_.push_back(std::move(node));
}

void FusedBuilder::rename(int from, int to) {
  made_by_[to] = made_by_.at(from);
  made_by_.erase(from);
}

bool FusedBuilder::absorb_into_maker(const FusedNode& node) {
  const auto maker = made_by_.find(node.inputs[0]);
  if (maker == made_by_.end() || uses_[node.inputs[0]] != 1) return false;
  FusedNode& made = nodes_[maker->second];
  const bool concat = made.kind == Kind::kConcat && absorb_into_parts(node, made);
  if (!concat && !absorb(made, node)) return false;
  made.output = node.output;
  rename(node.inputs[0], node.output);
  return true;
}

// What is done to every channel of a concatenation can be done to its parts before.
bool FusedBuilder::absorb_into_parts(const FusedNode& node, const FusedNode& concat) {
  std::map<size_t, FusedNode> parts;
  int64_t channels = 0;
  for (const int slot : concat.inputs) {
    const auto maker = made_by_.find(slot);
    if (maker == made_by_.end() || uses_[slot] != 1 || !is_product(nodes_[maker->second])) return false;
    FusedNode part = nodes_[maker->second], share = node;
    const int64_t width = part.weight.size(0);
    if (node.kind == Kind::kAffine) {
      if (channels + width > node.weight.numel()) return false;
      share.weight = node.weight.narrow(0, channels, width);
      share.bias = node.bias.narrow(0, channels, width);
    }
    if (!absorb(part, share)) return false;
    part.output = slot;
    parts.emplace(maker->second, std::move(part));
    channels += width;
  }
  if (node.kind == Kind::kAffine && channels != node.weight.numel()) return false;
  for (auto& [index, part] : parts) nodes_[index] = std::move(part);
  return true;
}

// The later of both makers adds the other's result, if that is there before it.
bool FusedBuilder::absorb_sum(const FusedNode& node) {
  for (const size_t i : {size_t{1}, size_t{0}}) {
    const int mine = node.inputs[i], other = node.inputs[1 - i];
    const auto maker = made_by_.find(mine), earlier = made_by_.find(other);
    if (mine == other || maker == made_by_.end() || uses_[mine] != 1) continue;
    if (earlier != made_by_.end() && earlier->second > maker->second) continue;
    FusedNode& made = nodes_[maker->second];
    if (!is_product(made) || !made.after.empty() || made.addend >= 0) continue;
    made.addend = other;
    made.output = node.output;
    rename(mine, node.output);
    return true;
  }
  return false;
}

void FusedBuilder::close_region() {
  if (worth_it_) {
    stages_.push_back({nullptr, std::make_shared<FusedRegion>(region()), {}});
    ++regions_;
  } else {
    for (const Step* step : region_steps_) stages_.push_back({step, nullptr, {}});
  }
  nodes_.clear();
  made_by_.clear();
  region_steps_.clear();
  worth_it_ = false;
}

// The open region with the slots that come in, and those that something outside reads.
FusedGraph FusedBuilder::region() {
  std::set<int> in;
  std::map<int, int> inner_uses;
  const auto read = [&](int slot) {
    ++inner_uses[slot];
    if (made_by_.count(slot) == 0) in.insert(slot);
  };
  for (const FusedNode& node : nodes_) {
    for (const int slot : node.inputs) read(slot);
    if (node.addend >= 0) read(node.addend);
  }
  std::vector<int> out;
  for (const auto& [slot, index] : made_by_)
    if (uses_[slot] > inner_uses[slot]) out.push_back(slot);
  return {std::move(nodes_), {in.begin(), in.end()}, std::move(out)};
}

}  // namespace apprentice::onnx::run
