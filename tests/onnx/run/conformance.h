// SPDX-License-Identifier: Apache-2.0
// Runs one folder of ONNX's own test data: model.onnx and test_data_set_*/{input,output}_*.pb.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apprentice/onnx/run/model.h"

namespace apprentice::test {

enum class Outcome { kSame, kDiffers, kRefused };

struct CaseResult {
  Outcome outcome = Outcome::kSame;
  std::string text;  // the first difference, or the refusal
};

// kSame when every data set gives the expected outputs. Tolerance as in ONNX's own runner: 1e-3 relative, 1e-7 absolute
// (onnx/backend/test/case/test_case.py), 1e-5 absolute where torch computed the expectation in another order
// (`absolute`).
// `prepare` is done to the model first.
CaseResult run_case(
    const std::string& folder, double absolute,
    const std::function<void(onnx::run::OnnxModel&)>& prepare = [](onnx::run::OnnxModel&) {});

struct ListedCase {
  std::string suite, name;
  std::vector<std::string> operators;
  bool core_float = false, quantised = false, training = false;
};
// The rows of onnx_conformance/index.csv.
std::vector<ListedCase> listed_cases(const std::string& index_path);

}  // namespace apprentice::test
