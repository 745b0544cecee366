// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/fused/planner.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace apprentice::onnx::run {

using Kind = FusedNode::Kind;
using Layout = std::function<dnnl::memory::desc(const Sizes&)>;

namespace {

bool is_depthwise(const FusedNode& node) {
  if (node.kind != Kind::kConv || node.weight.size(0) == 1) return false;
  const auto group = node.node->attributes.find("group");
  return group != node.node->attributes.end() && group->second.integer == node.weight.size(0);
}

dnnl::memory::desc channels_last(const Sizes& shape) {
  using Tag = dnnl::memory::format_tag;
  return dnnl::memory::desc(shape, dnnl::memory::data_type::f32, shape.size() == 3 ? Tag::acb : Tag::acdb);
}

// oneDNN 2.6 takes depthwise convolutions channels-last first, where they take twice as long as in blocks (measured on
// MLPerf Tiny's DS-CNN); their neighbours follow, since changing the layout costs half of what is won. And only in
// blocks, one sample's parts of a concatenation need not be copied.
bool best_in_blocks(const FusedGraph& graph, const FusedShapes& shapes) {
  const bool one = std::all_of(shapes.inputs.begin(), shapes.inputs.end(),
                               [](const Sizes& shape) { return !shape.empty() && shape[0] == 1; });
  return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                     [&](const FusedNode& node) { return is_depthwise(node) || (one && node.kind == Kind::kConcat); });
}

void fake_quantize_values(const FusedNode& node, const float* from, float* to, int64_t count) {
  // Adding and taking away 1.5 * 2^23 rounds half to even; values are below 2^22 in magnitude by then.
  constexpr float kRound = 12582912.0F;
  constexpr int64_t kGrain = 16384;
  at::parallel_for(0, count, kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float steps = std::min(std::max(from[i] / node.scale, node.low), node.high);
      to[i] = (steps + kRound - kRound) * node.scale;
    }
  });
}

}  // namespace

Planner::Planner(const FusedGraph& graph, const FusedShapes& shapes, PackedWeights& weights)
    : graph_(graph), in_blocks_(best_in_blocks(graph, shapes)), batch_(shapes.batch), weights_(weights) {
  for (const FusedNode& node : graph.nodes) {
    for (const int slot : node.inputs) ++uses_left_[slot];
    if (node.addend >= 0) ++uses_left_[node.addend];
  }
  for (const int slot : graph.outputs) ++uses_left_[slot];
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    inputs_.push_back(recording_.external(shapes.inputs[i]));
    places_[graph.inputs[i]] = inputs_.back();
  }
}

const Place& Planner::place(int slot) const {
  const auto found = places_.find(slot);
  need(found != places_.end());
  return found->second;
}

bool Planner::is_shared(const Place& place) const {
  return shared_.count(place.value) > 0 || recording_.is_external(place);
}

void Planner::add(const FusedNode& node) {
  choose(node);
  for (const int slot : node.inputs) --uses_left_[slot];
  if (node.addend >= 0) --uses_left_[node.addend];
}

void Planner::choose(const FusedNode& node) {
  switch (node.kind) {
    case Kind::kConv: return conv(node);
    case Kind::kDense: return dense(node);
    case Kind::kAffine: return affine(node);
    case Kind::kActivation: return activation(node);
    case Kind::kAdd: return sum(node);
    case Kind::kMaxPool:
    case Kind::kAveragePool: return pool(node);
    case Kind::kGlobalAverage: return global_average(node);
    case Kind::kConcat: return concat(node);
    case Kind::kFlatten: return flatten(node);
    case Kind::kIdentity: break;
    case Kind::kFakeQuantize: return fake_quantize(node);
  }
  shared_.insert(place(node.inputs[0]).value);
  places_[node.output] = place(node.inputs[0]);
}

template <typename Described>
void Planner::map(const FusedNode& node, const Described& described, const Place& source) {
  const Place to = recording_.make(described.dst_desc());
  recording_.act(described, {{DNNL_ARG_SRC, source, {}}, {DNNL_ARG_DST, to, {}}});
  places_[node.output] = to;
}

void Planner::activation(const FusedNode& node) {
  const Place source = place(node.inputs[0]);
  const Activation& how = node.after[0];
  const dnnl::eltwise_forward::desc wanted(dnnl::prop_kind::forward_inference, algorithm_of(how), source.desc,
                                           how.alpha, how.beta);
  map(node, dnnl::eltwise_forward::primitive_desc(wanted, attributes_of(), cpu_engine()), source);
}

void Planner::fake_quantize(const FusedNode& node) {
  const Place source = place(node.inputs[0]), to = recording_.make(source.desc);
  const auto count = static_cast<int64_t>(source.desc.get_size() / sizeof(float));
  recording_.call([&node, count](const auto& at) { fake_quantize_values(node, at[0], at[1], count); }, {source, to});
  places_[node.output] = to;
}

void Planner::sum(const FusedNode& node) {
  const Place first = place(node.inputs[0]);
  need(first.shape() == place(node.inputs[1]).shape());
  const Place second = recording_.laid_out(place(node.inputs[1]), first.desc);
  const dnnl::binary::desc wanted(dnnl::algorithm::binary_add, first.desc, first.desc, first.desc);
  const dnnl::binary::primitive_desc described(wanted, attributes_of(node.after), cpu_engine());
  const Place to = recording_.make(described.dst_desc());
  recording_.act(described, {{DNNL_ARG_SRC_0, first, {}}, {DNNL_ARG_SRC_1, second, {}}, {DNNL_ARG_DST, to, {}}});
  places_[node.output] = to;
}

void Planner::pool(const FusedNode& node) {
  const Sizes in = place(node.inputs[0]).shape();
  need(in.size() >= 3 && in.size() <= 4);
  const Window window = window_of(node, {}, in);
  for (size_t i = 0; i < window.kernel.size(); ++i)
    need(window.pad_begin[i] < window.span(i) && window.pad_end[i] < window.span(i));
  const auto counts = node.node->attributes.find("count_include_pad");
  const bool all = counts != node.node->attributes.end() && counts->second.integer != 0;
  const dnnl::algorithm how = node.kind == Kind::kMaxPool ? dnnl::algorithm::pooling_max
                              : all                       ? dnnl::algorithm::pooling_avg_include_padding
                                                          : dnnl::algorithm::pooling_avg_exclude_padding;
  average_over(node, how, shape_after(window, in, in[1]), window);
}

void Planner::global_average(const FusedNode& node) {
  const Sizes in = place(node.inputs[0]).shape();
  need(in.size() >= 3 && in.size() <= 4);
  Window whole;
  whole.kernel.assign(in.begin() + 2, in.end());
  whole.stride = whole.dilation = Sizes(in.size() - 2, 1);
  whole.pad_begin = whole.pad_end = Sizes(in.size() - 2, 0);
  average_over(node, dnnl::algorithm::pooling_avg_exclude_padding, shape_after(whole, in, in[1]), whole);
}

// oneDNN 2.6 pools row-major values by plain loops: fifteen times slower than channels-last, a change of layout
// included.
void Planner::average_over(const FusedNode& node, dnnl::algorithm how, const Sizes& out, const Window& window) {
  Place source = place(node.inputs[0]);
  if (source.desc == plain_layout(source.shape())) source = recording_.laid_out(source, channels_last(source.shape()));
  const dnnl::pooling_v2_forward::desc wanted(dnnl::prop_kind::forward_inference, how, source.desc, any_layout(out),
                                              window.stride, window.kernel, gaps_of(window), window.pad_begin,
                                              window.pad_end);
  map(node, dnnl::pooling_v2_forward::primitive_desc(wanted, attributes_of(), cpu_engine()), source);
}

void Planner::concat(const FusedNode& node) {
  std::vector<dnnl::memory::desc> descs;
  Sizes out = place(node.inputs[0]).shape();
  need(out.size() >= 2);
  out[1] = 0;
  for (const int slot : node.inputs) {
    const Sizes shape = place(slot).shape();
    need(shape.size() == out.size());
    for (size_t i = 0; i < shape.size(); ++i) need(i == 1 || shape[i] == out[i]);
    out[1] += shape[1];
    descs.push_back(place(slot).desc);
  }
  const dnnl::concat::primitive_desc described(any_layout(out), 1, descs, cpu_engine(), attributes_of());
  const Place to = recording_.make(described.dst_desc());
  if (!join_in_place(node, to)) {
    std::vector<Argument> arguments{{DNNL_ARG_DST, to, {}}};
    for (size_t i = 0; i < node.inputs.size(); ++i)
      arguments.push_back({DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), place(node.inputs[i]), {}});
    recording_.act(described, std::move(arguments));
  }
  places_[node.output] = to;
}

// Lets the makers of the parts write into the whole, where nobody else asks for a part and each is one stretch of it.
bool Planner::join_in_place(const FusedNode& node, const Place& whole) {
  if (whole.shape()[0] != 1) return false;
  std::vector<Place> parts;
  size_t bytes = 0;
  for (const int slot : node.inputs) {
    parts.push_back(place(slot));
    if (uses_left_.at(slot) != 1 || is_shared(parts.back())) return false;
    bytes += parts.back().desc.get_size();
  }
  const auto all_lie = [&](const Layout& layout) {
    const auto lies = [&](const Place& each) { return each.desc == layout(each.shape()); };
    return lies(whole) && std::all_of(parts.begin(), parts.end(), lies);
  };
  // Where blocks inside the whole are not full, the parts are longer than it.
  if (bytes != whole.desc.get_size() || !(all_lie(blocked_layout) || all_lie(plain_layout))) return false;
  size_t offset = 0;
  for (const Place& part : parts) {
    recording_.lie_within(part, whole, static_cast<int64_t>(offset));
    offset += part.desc.get_size();
  }
  return true;
}

void Planner::flatten(const FusedNode& node) {
  const Sizes in = place(node.inputs[0]).shape();
  need(!in.empty() && (node.rank == 0 || node.rank == static_cast<int64_t>(in.size())));
  int64_t rest = 1;
  for (size_t i = 1; i < in.size(); ++i) rest *= in[i];
  if (!node.shape.empty()) {
    const int64_t first = node.shape[0], second = node.shape[1], channels = in.size() > 1 ? in[1] : 1;
    const bool follows = batch_.batch > 0 && first == batch_.exported_batch;
    need(first == in[0] || first == 0 || first == -1 || follows);
    need(second == rest || (second == -1 && first != -1) || (second == kAsManyAsChannels && rest == channels));
  }
  const Place straight = recording_.laid_out(place(node.inputs[0]), plain_layout(in));
  shared_.insert(straight.value);
  places_[node.output] = {plain_layout({in[0], rest}), straight.value};
}

std::vector<Place> Planner::outputs() {
  std::vector<Place> made;
  for (const int slot : graph_.outputs) {
    const Place from = place(slot);
    made.push_back(recording_.external(from.shape()));
    recording_.copy(from, made.back());
  }
  return made;
}

Window window_of(const FusedNode& node, const Sizes& kernel, const Sizes& in) {
  const at::Tensor shaped = at::empty(in, at::TensorOptions().device(at::kMeta));
  OpCall call(*node.node, {shaped});
  Window window = read_window(call, shaped, kernel);
  need(!call.failed());
  return window;
}

Sizes shape_after(const Window& window, const Sizes& in, int64_t channels) {
  Sizes out{in[0], channels};
  for (size_t i = 0; i < window.kernel.size(); ++i) {
    const int64_t room = in[i + 2] + window.pad_begin[i] + window.pad_end[i] - window.span(i);
    need(room >= 0);
    out.push_back(room / window.stride[i] + 1);
  }
  return out;
}

Sizes gaps_of(const Window& window) {
  Sizes gaps = window.dilation;
  for (int64_t& gap : gaps) gap -= 1;
  return gaps;
}

}  // namespace apprentice::onnx::run
