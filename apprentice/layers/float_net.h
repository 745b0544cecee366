// SPDX-License-Identifier: Apache-2.0
// The float reference of a whole net, prepared once and run on many samples; keeps every layer's output.
#pragma once

#include <vector>

#include "apprentice/layers/layer.h"
#include "apprentice/layers/net_input.h"

namespace apprentice::layers {

// Not thread-safe: one FloatNet per thread. Holds a copy of the model.
class FloatNet {
 public:
  // Refuses what infer_shapes and check_weights refuse.
  static Result<FloatNet> create(model::Model model);

  // `sample`: raw float32, channel-first, element_count(input_shape) values.
  void run(const float* sample);
  const NetInput& net_input() const { return input_; }
  // What the first layers read, normalised, of the last run, and the output of layer `index`; float64, channel-first.
  const std::vector<double>& input() const { return values_[0]; }
  const std::vector<double>& output(size_t index) const { return values_[index + 1]; }
  const std::vector<double>& output() const { return values_.back(); }
  // Of the layers' outputs.
  const std::vector<Shape>& shapes() const { return shapes_; }
  const model::Model& model() const { return model_; }

 private:
  struct Step {
    const LayerKind* kind;
    std::vector<size_t> inputs;  // as wiring() counts values
    std::vector<Shape> input_shapes;
    std::vector<const float*> weights;
  };
  FloatNet() = default;
  void read(const float* sample);

  model::Model model_;
  NetInput input_;
  std::vector<Shape> shapes_;
  std::vector<Step> steps_;
  std::vector<std::vector<double>> values_;
};

}  // namespace apprentice::layers
