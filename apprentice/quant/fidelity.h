// SPDX-License-Identifier: Apache-2.0
// How near an int8 net stays to the float net that it was made from: what chooses between calibrations.
#pragma once

#include <cstdint>
#include <vector>

#include "apprentice/layers/float_net.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice {

class Fidelity {
 public:
  // Runs the float net over at most `samples` of `data`, spread evenly; `output` is the layer whose values the int8 net
  // gives (the logits, where a softmax follows). `data` must outlive this and have the net's input shape.
  Fidelity(FloatNet& net, size_t output, const Dataset& data, int64_t samples);

  // Classifiers: mean KL(float || int8) of the class probabilities at T = 1, in nats (Kullback and Leibler 1951,
  // eq. 2.4). Other nets: mean squared difference of the outputs. Zero = the same; smaller is nearer.
  double distance(const QuantNet& net) const;

 private:
  const Dataset& data_;
  bool classifier_;
  std::vector<int64_t> indices_;
  std::vector<std::vector<double>> outputs_;  // of the float net, channel-first
};

}  // namespace apprentice
