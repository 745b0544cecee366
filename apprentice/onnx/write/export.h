// SPDX-License-Identifier: Apache-2.0
// Writing students as ONNX: float, and int8 in QDQ form (docs/formats/onnx_export.md).
#pragma once

#include <string>

#include "apprentice/base/error.h"
#include "apprentice/model/net_spec.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice::onnx::write {

enum class Normalise { kInside, kOutside };  // inside: the graph takes raw sensor values
// Opset 13, IR 8, input "input" [N, ...shape] float32. Output "logits" [N, classes], or in regression "values"
// [N, outputs] in the unit of the target. The same model gives the same bytes. Refuses what infer_shapes or
// check_weights refuse, and nets whose last layer does not give [outputs].
Result<std::string> export_onnx(const model::Model& model, Normalise normalise);
// QDQ int8 of raw sensor values, same names; equals QuantNet::run in ONNX Runtime with all optimisations (ties aside).
Result<std::string> export_onnx_qdq(const quant::QuantNet& net);

}  // namespace apprentice::onnx::write
