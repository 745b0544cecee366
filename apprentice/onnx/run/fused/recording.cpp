// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/fused/recording.h"

#include <algorithm>

namespace apprentice::onnx::run {

using dnnl::memory;

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

void Recording::call(Function function, const std::vector<Place>& places) {
  std::vector<Argument> arguments;
  for (const Place& place : places) arguments.push_back({static_cast<int>(arguments.size()), place, {}});
  push({{}, std::move(arguments), std::move(function), {}});
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
    if (!action.function) {
      action.primitive.execute(stream, action.bound);
      continue;
    }
    std::vector<float*> addresses;
    for (const Argument& each : action.arguments)
      addresses.push_back(static_cast<float*>(action.bound[each.name].get_data_handle()));
    action.function(addresses);
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

}  // namespace apprentice::onnx::run
