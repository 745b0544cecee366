// SPDX-License-Identifier: Apache-2.0
// In a build without libtorch.
#include "apprentice/teacher/model_files.h"
#include "apprentice/teacher/torchscript_model.h"

namespace apprentice::teacher {

Result<OpenedModel> open_torchscript(const std::string& path) { return no_libtorch(path, "runs TorchScript modules"); }

Result<std::unique_ptr<RawModel>> load_torchscript(const std::string& file, const std::string&,
                                                   const onnx::run::ComputeDevice&, int64_t&) {
  return no_libtorch(file, "runs TorchScript modules");
}

}  // namespace apprentice::teacher
