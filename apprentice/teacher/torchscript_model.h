// SPDX-License-Identifier: Apache-2.0
// A TorchScript module as libtorch runs it. Internal to teacher/.
#pragma once

#include <memory>
#include <string>

#include "apprentice/onnx/run/compute_device.h"
#include "apprentice/teacher/prepared_model.h"

namespace apprentice::teacher {

// `output_name` picks one of several tensors that forward() gives. Runs code of the file.
Result<std::unique_ptr<RawModel>> load_torchscript(const std::string& file, const std::string& output_name,
                                                   const onnx::run::ComputeDevice& device, int64_t& parameters);

}  // namespace apprentice::teacher
