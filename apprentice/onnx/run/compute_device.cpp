// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/compute_device.h"

#include <torch/cuda.h>

#include <charconv>

namespace apprentice::onnx::run {

Result<at::Device> find_compute_device(const std::string& name, const std::string& place) {
  if (name == "cpu") return at::Device(at::kCPU);
  int index = 0;
  const std::string number = name.rfind("cuda:", 0) == 0 ? name.substr(5) : name == "cuda" ? "0" : "";
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
  if (number.empty() || error != std::errc() || end != number.data() + number.size() || index < 0)
    return bad_input(place, "'{}' is no device to compute on; \"cpu\", \"cuda\" and \"cuda:1\" are possible", name);
  const int count = static_cast<int>(torch::cuda::device_count());
  if (count == 0)
    return bad_input(place, "there is no \"{}\": libtorch was built without CUDA, or finds no GPU; \"cpu\" is possible",
                     name);
  if (index >= count)
    return bad_input(place, "there is no \"{}\": libtorch finds {} GPUs, counted from 0", name, count);
  return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

}  // namespace apprentice::onnx::run
