// SPDX-License-Identifier: Apache-2.0
// The C text of one quantized layer: its constants and the call of a kernel of runtime/. It means what
// LayerKind::run_int8 means, bit for bit.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/layers/quant_layer.h"

namespace apprentice::layers {

// Where one layer stands in the generated file.
struct CLayerCall {
  const QuantLayer& layer;
  std::vector<const QuantTensor*> inputs;
  const QuantTensor* output;
  std::string symbol;                     // leads the names of this layer's constants: "student_layer3"
  std::string window_name;                // of its apprentice_window: the one of its constants, or another
  std::vector<std::string> input_names;   // C expressions of type const int8_t*
  std::string output_name, scratch_name;  // C expressions of type int8_t*
};

struct CLayerText {
  std::string constants;  // file-scope definitions
  std::string call;       // one or more statements, each line indented by two blanks
};

enum class COverlap {
  kNone,
  kInPlace  // the kernel may write its output over an input of the same size
};

// How a kind is written in C.
struct CForm {
  // Fails when the sums of a layer might leave int32 ("layer 'conv1': ...").
  Result<CLayerText> (*write)(const CLayerCall& call) = nullptr;
  // Bytes of scratch the kernel needs besides input and output. Null: none.
  int64_t (*scratch_bytes)(const QuantLayer& layer, const QuantTensor& input, const QuantTensor& output) = nullptr;
  COverlap overlap = COverlap::kNone;
  const char* header = "apprentice_elementwise.h";  // of runtime/, where the kernel is
};

namespace c_text {

// "{49, 10, 1, 25, 5, ...}", an apprentice_window.
std::string window(const QuantLayer& layer, const QuantTensor& input, const QuantTensor& output);
// "{-128, 37, -128, 127}", an apprentice_output.
std::string output(const QuantLayer& layer, const QuantTensor& tensor);
// The definition of an int8_t array.
std::string bytes(const std::string& name, const std::vector<int8_t>& values);
// The definition of an apprentice_channel array: biases with the input's zero point folded in, and multipliers.
// weight_channel(i) is the output channel of weights[i]. Fails when a sum might leave int32.
Result<std::string> channels(const std::string& name, const QuantLayer& layer, int32_t input_zero_point,
                             int64_t (*weight_channel)(int64_t index, int64_t weights, int64_t channels));
// Weight index to output channel when channels are the outermost ([out][...]) or innermost ([...][channels]) axis.
int64_t outermost(int64_t index, int64_t weights, int64_t channels);
int64_t innermost(int64_t index, int64_t weights, int64_t channels);

// What the 1-d and 2-d rows of a kind share.
Result<CLayerText> convolution(const CLayerCall& call);
Result<CLayerText> depthwise(const CLayerCall& call);
// `windows`: whose kernel, stride and padding count.
Result<CLayerText> pool(const CLayerCall& call, const QuantLayer& windows, const std::string& kernel);
int64_t convolution_scratch(const QuantLayer& layer, const QuantTensor& input, const QuantTensor& output);
int64_t depthwise_scratch(const QuantLayer& layer, const QuantTensor& input, const QuantTensor& output);

}  // namespace c_text

}  // namespace apprentice::layers
