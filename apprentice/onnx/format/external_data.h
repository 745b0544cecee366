// SPDX-License-Identifier: Apache-2.0
// External data of a model: tensors whose bytes lie in files beside it. Internal to onnx/format/.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <string>

#include "apprentice/base/error.h"
#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/base/tensor.h"

namespace apprentice::onnx {

// Reads tensors of one model from files in the model's folder or below; everything else is refused. All bytes used
// enter `hasher`. Together the tensors may take at most four times a file's size from it, so that many tensors that
// name the same bytes cannot fill the memory.
class ExternalData {
 public:
  ExternalData(std::string folder, Hasher& hasher) : folder_(std::move(folder)), hasher_(hasher) {}
  Result<Tensor> read(const ::onnx::TensorProto& proto, const std::string& place);

 private:
  struct File {
    MappedFile map;
    uint64_t taken = 0;
  };
  Result<File*> open(const std::string& location, const std::string& place);

  std::string folder_;
  Hasher& hasher_;
  std::map<std::string, File> files_;
};

}  // namespace apprentice::onnx
