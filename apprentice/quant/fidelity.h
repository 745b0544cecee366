// SPDX-License-Identifier: Apache-2.0
// How near an int8 net stays to the float net that it was made from: what chooses between calibrations.
#pragma once

#include <cstdint>
#include <vector>

#include "apprentice/base/tensor.h"
#include "apprentice/layers/float_net.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice::quant {

class Fidelity {
 public:
  // Runs the float net over at most `samples` of `data`, spread evenly; `output` is the layer whose values the int8 net
  // gives (the logits, where a softmax follows). `data` must outlive this and have the net's input shape.
  Fidelity(layers::FloatNet& net, size_t output, const data::Dataset& data, int64_t samples);

  // Classifiers: mean KL(float || int8) in nats (metrics/, agreement()). Other nets: mean squared difference of the
  // outputs. Zero = the same; smaller is nearer.
  double distance(const QuantNet& net) const;

 private:
  void keep_features(const frontend::Frontend& frontend, const float* sample);
  std::vector<int8_t> input_of(const QuantNet& net, size_t index) const;

  const data::Dataset& data_;
  bool classifier_;
  std::vector<int64_t> indices_;
  // What the front end gives of each sample, whatever net reads it; empty where nets read raw samples.
  std::vector<std::vector<int16_t>> features_;
  Tensor outputs_;  // of the float net: float32 [samples, values], channel-first
};

}  // namespace apprentice::quant
