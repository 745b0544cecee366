// SPDX-License-Identifier: Apache-2.0
// What the float and the QDQ export write alike: normalisation, windows, output, metadata. Internal to onnx/write/.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/layers/layer.h"
#include "apprentice/onnx/write/export_graph.h"

namespace apprentice::onnx::write {

// Refuses nets whose last layer does not give [outputs].
Status check_output(const model::NetSpec& spec, const Shape& shape);

// (x - mean) * scale per channel, two nodes; returns the value to read. Nothing is written when `mean` is empty.
std::string write_normalisation(OnnxWriter& out, const Shape& input_shape, const std::vector<float>& mean,
                                const std::vector<float>& scale);

// kernel_shape, strides and pads of the node added last; `axes` is 1 for [channels, time], 2 for images.
void add_window(OnnxWriter& out, const std::array<int64_t, 2>& kernel, const std::array<int64_t, 2>& stride,
                const std::array<int64_t, 4>& padding, size_t axes);

// All attributes of the node added last, the operator of `kind`. `layer`: a LayerSpec or a QuantLayer.
template <typename Layer>
void add_attributes(OnnxWriter& out, const layers::LayerKind& kind, const Layer& layer, size_t axes, int64_t channels) {
  if (kind.onnx.attribute != nullptr) {
    std::visit([&](auto value) { out.with(kind.onnx.attribute, value); }, kind.onnx.value);
  }
  if (kind.has_window()) add_window(out, layer.kernel, layer.stride, layer.padding, axes);
  if (kind.depthwise) out.with("group", channels);
}

// Classification: `value` as "logits". Regression: value * output_scale + output_mean as "values". Returns the bytes.
std::string write_output(OnnxWriter& out, const model::NetSpec& spec, const std::string& value, int64_t outputs);

void write_metadata(OnnxWriter& out, const model::NetSpec& spec, const std::string& fingerprint);

}  // namespace apprentice::onnx::write
