// SPDX-License-Identifier: Apache-2.0
// What `apprentice new` writes into [teacher] for a model it has never seen: guesses, to be verified by `check`.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "apprentice/data/dataset.h"
#include "apprentice/onnx/format/graph.h"

namespace apprentice::teacher {

// The source that reads a file, by its ending; "onnx" for all that is unknown.
std::string guess_source(const std::string& path);

struct GuessedKey {
  std::string key, value;  // value as TOML text: "\"nhwc\"", "0.5", "[0.1, 0.2]"
  std::string reason;      // why; goes into the comment
};
// Keys whose default does not fit; may be empty.
std::vector<GuessedKey> guess_preprocessing(const onnx::OnnxGraph& graph, const data::DatasetInfo& data);

// The classes of the teacher's answers in their order, where the model names them; else empty.
std::vector<std::string> named_classes(const onnx::OnnxGraph& graph);

}  // namespace apprentice::teacher
