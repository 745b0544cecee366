// SPDX-License-Identifier: Apache-2.0
// Files of models that are read as teachers only, opened outside of a job: to look at them and to try them.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::teacher {

// A layer of the model: "classifier.0", "Linear", its parameters.
struct ModelPart {
  std::string name, kind;
  int64_t parameters = 0;
};

using NamedOutputs = std::vector<std::pair<std::string, Tensor>>;

struct OpenedModel {
  std::string format;       // "TorchScript", "XGBoost 1.7.4"
  std::string fingerprint;  // of the file
  int64_t parameters = 0;   // of trees: nodes
  std::vector<std::string> notes;
  std::vector<std::string> input_names;  // of the columns of XGBoost; may be empty
  int64_t columns = 0;                   // of a sample; 0 = the file does not tell its shape
  std::vector<ModelPart> parts;
  // float32 [n, ...] -> outputs by name, as the model gives them. One thread at a time.
  std::function<Result<NamedOutputs>(const Tensor& samples)> run;
};

// What torch.jit.save writes. Outputs: "output", or the keys of a dict, or the positions in a tuple.
Result<OpenedModel> open_torchscript(const std::string& path);
// JSON or UBJ. Outputs: "margins" [n, classes or 1] of a classifier, "value" [n, 1] otherwise.
Result<OpenedModel> open_xgboost(const std::string& path);

}  // namespace apprentice::teacher
