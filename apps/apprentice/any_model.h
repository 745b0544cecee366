// SPDX-License-Identifier: Apache-2.0
// Any model the program can run: .onnx (by libtorch), .apnet (float student), .apq (int8 student, by the oracle), .pt
// (TorchScript), .ubj and .json (XGBoost).
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "apprentice/base/control.h"
#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::cli {

enum class ModelFile { kOnnx, kFloat, kInt8, kTorchscript, kXgboost };
// By the ending; refuses others.
Result<ModelFile> model_file_of(const std::string& path);

// Outputs by name. All but ONNX take one input, "input": float32 samples [n, ...shape] (students: raw, or one without
// n). Students give "logits" (or "value"), XGBoost "margins" (or "value"), TorchScript what its forward() gives.
Result<std::map<std::string, Tensor>> predict_any(const std::string& path, const std::map<std::string, Tensor>& inputs,
                                                  int threads, const RunControl& control);

// Graph, shapes, parameters, MACs, as JSON.
Result<nlohmann::ordered_json> inspect_any(const std::string& path);
// Of .onnx and .apnet: [{"name", "kind": "maps" or "vector", "shape": without the samples' axis}], shallow to deep.
Result<nlohmann::ordered_json> inspect_features(const std::string& path);

}  // namespace apprentice::cli
