// SPDX-License-Identifier: Apache-2.0
#include <c10/core/Device.h>
#include <torch/cuda.h>

#include "apprentice/onnx/run/compute_device.h"

namespace apprentice::onnx::run {

Status check_gpu(int index, const std::string& name, const std::string& place) {
  const int count = static_cast<int>(torch::cuda::device_count());
  if (count == 0)
    return bad_input(place, "there is no \"{}\": libtorch was built without CUDA, or finds no GPU; \"cpu\" is possible",
                     name);
  if (index < count) return {};
  return bad_input(place, "there is no \"{}\": libtorch finds {} GPUs, counted from 0", name, count);
}

void compute_on(OnnxModel& model, const ComputeDevice& device) { model.compute_on(c10::Device(device.name)); }

}  // namespace apprentice::onnx::run
