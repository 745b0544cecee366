// SPDX-License-Identifier: Apache-2.0
// The weights of a region in the layouts that primitives want, shared by its plans. Internal to onnx/fused/.
#pragma once

#include <ATen/ATen.h>

#include <dnnl.hpp>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "apprentice/onnx/fused/node.h"

namespace apprentice {

// May be called from any thread.
class PackedWeights {
 public:
  // The node's weights, which are row-major of that shape.
  at::Tensor get(const FusedNode& node, const at::Tensor& weight, const Sizes& shape, const dnnl::memory::desc& desc);

 private:
  std::mutex mutex_;
  std::map<const FusedNode*, std::vector<std::pair<dnnl::memory::desc, at::Tensor>>> known_;
};

}  // namespace apprentice
