// SPDX-License-Identifier: Apache-2.0
// Which ONNX operators run here and which do not, for people: docs/operators.md, `apprentice list operators`.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace apprentice::onnx::run {

// "Conv" or "ai.onnx.ml.Scaler" -> "since opset 1", or why it does not run. By domain and name.
std::vector<std::pair<std::string, std::string>> supported_operators();
std::vector<std::pair<std::string, std::string>> unsupported_operators();

std::string operators_markdown();

}  // namespace apprentice::onnx::run
