// SPDX-License-Identifier: Apache-2.0
// What a model wants done to a raw sample before it sees it, as the keys of [teacher] say.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/base/error.h"
#include "apprentice/base/hash.h"
#include "apprentice/base/tensor.h"
#include "apprentice/onnx/format/graph.h"

namespace apprentice::teacher {

// In this order: channels turned round (bgr), x' = (x * scale - mean) / std per channel, axes moved, shape changed.
struct Preprocessing {
  double scale = 1.0;
  std::vector<double> mean{0.0}, std_dev{1.0};  // one number, or one per channel in the model's order
  std::string channel_order = "rgb";            // of the model: rgb (as the data is) | bgr
  std::string layout = "channels_first";        // of the model: channels_first (nchw, ncw) | channels_last (nhwc, nwc)
  bool reshape = false;                         // any shape of the same size will do
};

// Keys scale, mean, std, channel_order, layout, reshape.
Preprocessing read_preprocessing(Config& teacher);

// The shape that one prepared sample has, without the batch axis: what `model` (the model's input, axis 0 the batch)
// asks for. Shapes that differ in axes of size 1 only are taken for each other; more needs reshape = true.
Result<Shape> prepared_shape(const Preprocessing& how, const Shape& sample, const onnx::OnnxValueInfo& model,
                             const std::string& place);

// batch float32 [n, ...sample] -> float32 [n, ...prepared].
Tensor prepare(const Preprocessing& how, const Tensor& batch, const Shape& prepared);

void add_to(Hasher& hasher, const Preprocessing& how);

}  // namespace apprentice::teacher
