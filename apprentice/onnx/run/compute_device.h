// SPDX-License-Identifier: Apache-2.0
// The device that libtorch computes on, by the name that a job gives it.
#pragma once

#include <string>

#include "apprentice/base/error.h"
#include "apprentice/onnx/run/model.h"

namespace apprentice::onnx::run {

struct ComputeDevice {
  std::string name = "cpu";  // or "cuda:1"
  bool is_cpu() const { return name == "cpu"; }
};

// "cpu", "cuda" or "cuda:1". Refuses other names, and devices that this libtorch or this machine does not have.
Result<ComputeDevice> find_compute_device(const std::string& name, const std::string& place);
// Whether there is a GPU of that index. A build without libtorch computes nowhere and takes any.
Status check_gpu(int index, const std::string& name, const std::string& place);
// OnnxModel::compute_on() of it.
void compute_on(OnnxModel& model, const ComputeDevice& device);

}  // namespace apprentice::onnx::run
