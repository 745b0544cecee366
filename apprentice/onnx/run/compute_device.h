// SPDX-License-Identifier: Apache-2.0
// The device that libtorch computes on, by the name that a job gives it.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "apprentice/base/error.h"

namespace apprentice::onnx::run {

// "cpu", "cuda" or "cuda:1". Refuses other names, and devices that this libtorch or this machine does not have.
Result<at::Device> find_compute_device(const std::string& name, const std::string& place);

}  // namespace apprentice::onnx::run
