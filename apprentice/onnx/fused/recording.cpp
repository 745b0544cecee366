// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/fused/recording.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace apprentice {
namespace {

using dnnl::memory;

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

const dnnl::engine& cpu_engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

memory::desc plain_layout(const Sizes& shape) {
  memory::dims strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * std::max<int64_t>(shape[i], 1);
  return memory::desc(shape, memory::data_type::f32, strides);
}

memory::desc any_layout(const Sizes& shape) {
  return memory::desc(shape, memory::data_type::f32, memory::format_tag::any);
}

memory::desc blocked_layout(const Sizes& shape) {
  if (shape.size() != 3 && shape.size() != 4) return plain_layout(shape);
  const auto tag = shape.size() == 3 ? memory::format_tag::nCw16c : memory::format_tag::nChw16c;
  return memory::desc(shape, memory::data_type::f32, tag);
}

void Recording::push(Action action) {
  const int at = static_cast<int>(actions_.size());
  for (const Argument& argument : action.arguments)
    if (argument.place.value >= 0) memory_.use(argument.place.value, at);
  actions_.push_back(std::move(action));
}

void Recording::copy(const Place& from, const Place& to) {
  const dnnl::reorder::primitive_desc described(cpu_engine(), from.desc, cpu_engine(), to.desc, attributes_of());
  act(described, {{DNNL_ARG_FROM, from, {}}, {DNNL_ARG_TO, to, {}}});
}

Place Recording::laid_out(const Place& from, const memory::desc& desc) {
  if (from.desc == desc) return from;
  const Place to = make(desc);
  copy(from, to);
  return to;
}

void Recording::fake_quantize(const FusedNode& node, const Place& from, const Place& to) {
  push({{}, {{DNNL_ARG_SRC, from, {}}, {DNNL_ARG_DST, to, {}}}, &node, {}});
}

void Recording::finish() {
  block_ = at::empty({memory_.arrange()}, at::kByte);
  auto* const base = block_.data_ptr<uint8_t>();
  for (Action& action : actions_)
    for (const Argument& argument : action.arguments) {
      const int value = argument.place.value;
      const bool external = value >= 0 && memory_.is_external(value);
      void* const at = value < 0 ? argument.constant.data_ptr() : external ? nullptr : base + memory_.offset(value);
      memory& bound = action.bound[argument.name] = memory(argument.place.desc, cpu_engine(), at);
      if (external) external_.emplace_back(&bound, value);  // a node of the map: it stays where it is
    }
}

void Recording::run(const std::unordered_map<int, void*>& given) {
  for (auto& [bound, value] : external_) bound->set_data_handle(given.at(value));
  dnnl::stream stream(cpu_engine());
  for (Action& action : actions_) {
    if (action.quantize == nullptr) {
      action.primitive.execute(stream, action.bound);
      continue;
    }
    const auto count = static_cast<int64_t>(action.arguments[0].place.desc.get_size() / sizeof(float));
    fake_quantize_values(*action.quantize, static_cast<const float*>(action.bound[DNNL_ARG_SRC].get_data_handle()),
                         static_cast<float*>(action.bound[DNNL_ARG_DST].get_data_handle()), count);
  }
  stream.wait();
}

dnnl::algorithm algorithm_of(const Activation& activation) {
  switch (activation.kind) {
    case Activation::Kind::kRelu: return dnnl::algorithm::eltwise_relu;
    case Activation::Kind::kClip: return dnnl::algorithm::eltwise_clip;
    case Activation::Kind::kSigmoid: return dnnl::algorithm::eltwise_logistic;
    case Activation::Kind::kTanh: return dnnl::algorithm::eltwise_tanh;
  }
  throw BrokenPromise("every activation has an algorithm");
}

dnnl::primitive_attr attributes_of(const std::vector<Activation>& after, bool sum) {
  dnnl::post_ops post;
  if (sum) post.append_sum(1.0F);
  for (const Activation& each : after) post.append_eltwise(1.0F, algorithm_of(each), each.alpha, each.beta);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(post);
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

}  // namespace apprentice
