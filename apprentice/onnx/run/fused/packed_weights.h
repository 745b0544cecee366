// SPDX-License-Identifier: Apache-2.0
// The weights of a region in the forms and layouts that primitives want, shared by its plans.
// Internal to onnx/run/fused/.
#pragma once

#include <ATen/ATen.h>

#include <dnnl.hpp>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "apprentice/onnx/run/fused/fast_fir.h"

namespace apprentice::onnx::run {

// May be called from any thread.
class PackedWeights {
 public:
  // The node's weights, which are row-major of that shape.
  at::Tensor get(const FusedNode& node, const at::Tensor& weight, const Sizes& shape, const dnnl::memory::desc& desc);
  // The node's convolution taken apart; made once.
  const FastFir& taken_apart(const FusedNode& node, int64_t pad_begin);

 private:
  std::mutex mutex_;
  std::map<const FusedNode*, std::vector<std::pair<dnnl::memory::desc, at::Tensor>>> known_;
  std::map<const FusedNode*, FastFir> apart_;
};

}  // namespace apprentice::onnx::run
