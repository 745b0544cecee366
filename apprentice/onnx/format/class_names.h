// SPDX-License-Identifier: Apache-2.0
// Names of classes that a model carries: exports of scikit-learn and of gradient boosting do.
#pragma once

#include <string>
#include <vector>

#include "apprentice/onnx/format/graph.h"

namespace apprentice::onnx {

// In the order of the scores in the output `output`: those of the classifier, or of the map from names to scores, that
// makes it; else the only list of texts that the file holds, if `graph` is as it was read. Labels that are numbers are
// written out. Empty when there are none.
std::vector<std::string> class_names_in(const OnnxGraph& graph, const std::string& output);

// Whether an output holds a label for each sample rather than a score for each class: texts or whole numbers.
bool holds_labels(const OnnxValueInfo& output);

}  // namespace apprentice::onnx
