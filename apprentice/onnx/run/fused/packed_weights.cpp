// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/fused/packed_weights.h"

#include "apprentice/onnx/run/fused/recording.h"

namespace apprentice::onnx::run {
namespace {

at::Tensor packed(const at::Tensor& weight, const Sizes& shape, const dnnl::memory::desc& desc) {
  const at::Tensor from = weight.contiguous();
  at::Tensor to = at::empty({static_cast<int64_t>(desc.get_size())}, at::kByte);
  dnnl::memory source(plain_layout(shape), cpu_engine(), from.data_ptr()), target(desc, cpu_engine(), to.data_ptr());
  dnnl::stream stream(cpu_engine());
  dnnl::reorder(source, target).execute(stream, source, target);
  stream.wait();
  return to;
}

}  // namespace

at::Tensor PackedWeights::get(const FusedNode& node, const at::Tensor& weight, const Sizes& shape,
                              const dnnl::memory::desc& desc) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [known, values] : known_[&node])
    if (known == desc) return values;
  return known_[&node].emplace_back(desc, packed(weight, shape, desc)).second;
}

const FastFir& PackedWeights::taken_apart(const FusedNode& node, int64_t pad_begin) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = apart_.find(&node);
  return found != apart_.end() ? found->second : apart_.emplace(&node, fast_fir(node, pad_begin)).first->second;
}

}  // namespace apprentice::onnx::run
