// SPDX-License-Identifier: Apache-2.0
// Nodes that multiply by weights: convolutions, dense layers, and scaling per channel as a depthwise convolution.
#include <functional>
#include <numeric>
#include <optional>
#include <string_view>

#include "apprentice/onnx/run/fused/planner.h"

namespace apprentice::onnx::run {

using dnnl::memory;

namespace {

using ConvKernel = dnnl::convolution_forward::primitive_desc;

// Measured on ResNet-18: oneDNN's first choice takes images one by one, which is slow where each has few positions;
// then its blocked kernel is 1.15 times as fast for the whole network.
constexpr int64_t kFewPositions = 16;

bool has_few_positions(const Sizes& out) {
  const auto positions = std::accumulate(out.begin() + 2, out.end(), int64_t{1}, std::multiplies<>());
  return out[0] > 1 && positions > 1 && positions <= kFewPositions;
}

// The first kernel that was compiled for these shapes; those for channels in blocks are.
std::optional<ConvKernel> compiled_kernel(const dnnl::convolution_forward::desc& wanted,
                                          const dnnl::primitive_attr& attributes) {
  ConvKernel kernel(wanted, attributes, cpu_engine(), true);
  if (!kernel) return std::nullopt;
  do {
    if (std::string_view(kernel.impl_info_str()).substr(0, 3) == "jit") return kernel;
  } while (kernel.next_impl());
  return std::nullopt;
}

memory::desc blocks_or_any(const Sizes& shape) {
  return shape[1] % 16 == 0 ? blocked_layout(shape) : any_layout(shape);
}

}  // namespace

// The place that a product writes to: that of its addend where there is one, which is copied if it is needed later.
Place Planner::result_of_product(const FusedNode& node, const Place& source, const memory::desc& wanted) {
  const Place to = recording_.make(wanted);
  if (node.addend < 0) return to;
  const Place& addend = place(node.addend);
  need(addend.shape() == wanted.dims());
  const bool last = uses_left_.at(node.addend) == 1 && !is_shared(addend) && source.value != addend.value;
  if (last && addend.desc == wanted)
    recording_.take_over(to, addend);
  else
    recording_.copy(addend, to);
  return to;
}

template <typename Described>
Place Planner::product(const FusedNode& node, const Place& from, const Described& described, const at::Tensor& weight,
                       const Sizes& shape) {
  const Place source = recording_.laid_out(from, described.src_desc());
  const Place to = result_of_product(node, from, described.dst_desc());
  const memory::desc wanted = described.weights_desc();
  std::vector<Argument> arguments = {{DNNL_ARG_SRC, source, {}},
                                     {DNNL_ARG_WEIGHTS, {wanted, -1}, weights_.get(node, weight, shape, wanted)},
                                     {DNNL_ARG_DST, to, {}}};
  if (node.bias.defined()) arguments.push_back({DNNL_ARG_BIAS, {described.bias_desc(), -1}, node.bias.contiguous()});
  recording_.act(described, std::move(arguments));
  return to;
}
template Place Planner::product(const FusedNode&, const Place&, const ConvKernel&, const at::Tensor&, const Sizes&);

void Planner::conv(const FusedNode& node) {
  const Sizes in = place(node.inputs[0]).shape();
  need(in.size() == static_cast<size_t>(node.weight.dim()));
  const auto groups = node.node->attributes.find("group");
  convolve(node, node.weight, window_of(node, node.weight.sizes().slice(2).vec(), in),
           groups == node.node->attributes.end() ? 1 : groups->second.integer);
}

void Planner::affine(const FusedNode& node) {
  const Sizes in = place(node.inputs[0]).shape();
  const size_t rank = in.size();
  need(rank >= 3 && rank <= 4 && node.weight.numel() == in[1]);
  need(node.rank == 0 || node.rank == static_cast<int64_t>(rank));
  Window one;
  one.kernel = one.stride = one.dilation = Sizes(rank - 2, 1);
  one.pad_begin = one.pad_end = Sizes(rank - 2, 0);
  Sizes kernel(rank, 1);
  kernel[0] = in[1];
  convolve(node, node.weight.reshape(kernel), one, in[1]);
}

void Planner::convolve(const FusedNode& node, const at::Tensor& weight, const Window& window, int64_t groups) {
  const Sizes in = place(node.inputs[0]).shape();
  const int64_t out_channels = weight.size(0);
  need(groups >= 1 && out_channels % groups == 0 && in[1] == weight.size(1) * groups);
  Sizes kernel = weight.sizes().vec();
  if (groups > 1) {
    kernel[0] /= groups;
    kernel.insert(kernel.begin(), groups);
  }
  const Sizes out = shape_after(window, in, out_channels);
  const auto wanted = [&](const memory::desc& from, const memory::desc& to) {
    return convolution(node, kernel, window, from, to);
  };
  const dnnl::primitive_attr attributes = attributes_of(node.after, node.addend >= 0);
  std::optional<ConvKernel> chosen;
  if (in_blocks_) chosen = compiled_kernel(wanted(blocks_or_any(in), blocks_or_any(out)), attributes);
  const dnnl::convolution_forward::desc any = wanted(any_layout(in), any_layout(out));
  if (!chosen && has_few_positions(out)) chosen = compiled_kernel(any, attributes);
  if (!chosen) chosen.emplace(any, attributes, cpu_engine());
  const bool apart =
      suits_fast_fir(node, window, groups, in) && convolve_apart(node, window, chosen->src_desc(), chosen->dst_desc());
  if (!apart) places_[node.output] = product(node, place(node.inputs[0]), *chosen, weight, kernel);
}

dnnl::convolution_forward::desc convolution(const FusedNode& node, const Sizes& kernel, const Window& window,
                                            const memory::desc& from, const memory::desc& to) {
  const memory::desc bias = node.bias.defined() ? plain_layout({to.dims()[1]}) : memory::desc();
  return dnnl::convolution_forward::desc(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, from,
                                         any_layout(kernel), bias, to, window.stride, gaps_of(window), window.pad_begin,
                                         window.pad_end);
}

void Planner::dense(const FusedNode& node) {
  const Sizes in = place(node.inputs[0]).shape(), shape = node.weight.sizes().vec();
  need(in.size() == 2 && in[1] == shape[1]);
  const dnnl::inner_product_forward::desc wanted(dnnl::prop_kind::forward_inference, any_layout(in), any_layout(shape),
                                                 node.bias.defined() ? plain_layout({shape[0]}) : memory::desc(),
                                                 any_layout({in[0], shape[0]}));
  const dnnl::inner_product_forward::primitive_desc chosen(wanted, attributes_of(node.after, node.addend >= 0),
                                                           cpu_engine());
  places_[node.output] = product(node, place(node.inputs[0]), chosen, node.weight, shape);
}

}  // namespace apprentice::onnx::run
