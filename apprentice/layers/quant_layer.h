// SPDX-License-Identifier: Apache-2.0
// One integer operation of a quantized network, after batch-norm folding and activation fusion. Plain data; the
// meaning is LayerKind::run_int8. Arithmetic: docs/formats/int8.md (single rounding, Jacob et al. 2018, eq. 4-7).
//
// Activations are channel-last: [1, features], [time, channels], [height, width, channels]; 1-d layers are 2-d with
// height 1.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "apprentice/model/net_spec.h"

namespace apprentice::layers {

// real = scale * (q - zero_point)
struct QuantParams {
  double scale = 1.0;
  int32_t zero_point = 0;
};

// Of real values.
struct QuantRange {
  double low = 0.0, high = 0.0;
  bool operator==(const QuantRange& other) const { return low == other.low && high == other.high; }
};

struct QuantTensor {
  std::string name;
  int64_t height = 1, width = 1, channels = 1;
  QuantParams params;
  int64_t size() const { return height * width * channels; }
};

// Integer rescaling by single rounding: (value * multiplier + 2^(shift-1)) >> shift in int64, ties toward +infinity,
// then + zero point and clamp. One shift for the layer, one multiplier per output channel (or per input for add).
struct QuantLayer {
  std::string name, kind;   // kind: a row of layers/kinds.def
  std::vector<int> inputs;  // indices into QuantNet::tensors
  int output = -1;
  std::array<int64_t, 2> kernel{1, 1}, stride{1, 1};
  std::array<int64_t, 4> padding{0, 0, 0, 0};  // top, left, bottom, right
  // conv: [out][kh][kw][in]; depthwise: [kh][kw][channels]; dense: [out][in], in counted channel-last; a kind that
  // looks bytes up: [256], the output for input -128 first.
  std::vector<int8_t> weights;
  std::vector<double> weight_scales;  // per output channel; symmetric, zero point 0
  std::vector<int32_t> bias;          // scale = input scale * weight scale; input zero point NOT folded in
  std::vector<int32_t> multipliers;   // in [0, 2^31)
  int shift = 0;                      // 1..62
  int32_t activation_min = -128, activation_max = 127;
};

// Pointers of one call, one sample. Input and output never overlap, except where a kind says so.
struct QuantLayerCall {
  std::vector<const int8_t*> inputs;
  std::vector<const QuantTensor*> input_tensors;
  const QuantTensor* output_tensor;
  int8_t* output;
};

}  // namespace apprentice::layers
