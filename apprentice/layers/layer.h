// SPDX-License-Identifier: Apache-2.0
// LayerKind: what a layer means, in one table row: shapes, cost, parameters, the float reference,
// the int8 reference. Its other two sides, <name>_torch.cpp (training) and <name>_c.cpp (C text), are declared in
// torch_layer.h and c_text.h; kinds.def lists the kinds once for all three.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"
#include "apprentice/layers/quant_layer.h"
#include "apprentice/model/net_spec.h"

namespace apprentice {

// Of every batch norm: the default of ONNX and libtorch.
inline constexpr double kBatchNormEpsilon = 1e-5;
// The largest activation, in elements: the sum of so many bytes fits int32.
inline constexpr int64_t kMaxElements = int64_t{1} << 23;

struct ParameterInfo {
  std::string suffix;  // "weight", "bias", "gamma", ...
  Shape shape;
  bool trainable = true;                                                   // false for running statistics
  enum class Init { kZeros, kOnes, kKaimingUniform } init = Init::kZeros;  // He et al. 2015, eq. 10, fan-in, ReLU gain
  int64_t fan_in = 1;
};

struct LayerCost {
  int64_t macs = 0;        // multiply-accumulates of one sample
  int64_t parameters = 0;  // numbers that ship after folding (batch norm: 0)
};

// Float reference: plain loops in float64 over one sample, channel-first. `weights` holds this layer's parameters in
// the order of LayerKind::parameters.
struct FloatLayerCall {
  const LayerSpec& spec;
  std::vector<Shape> input_shapes;
  Shape output_shape;
  std::vector<const double*> inputs;
  std::vector<const float*> weights;
  double* output;
};

struct LayerKind {
  const char* name;
  const char* summary;  // one line for `apprentice list layers`
  int min_inputs, max_inputs;
  Result<Shape> (*infer_shape)(const LayerSpec& spec, const std::vector<Shape>& inputs);
  LayerCost (*cost)(const LayerSpec& spec, const std::vector<Shape>& inputs, const Shape& output);
  std::vector<ParameterInfo> (*parameters)(const LayerSpec& spec, const std::vector<Shape>& inputs);
  void (*run_float)(const FloatLayerCall& call);
  // The int8 reference, the judge of every other implementation. Null for layers that fold away (batch norm, relu
  // after a fusing layer is an act_min/act_max; a lone relu still has one).
  void (*run_int8)(const QuantLayer& layer, const QuantLayerCall& call);
};

// All rows, in the order of the table.
const std::vector<LayerKind>& layer_kinds();
// Null when there is no such kind.
const LayerKind* find_layer_kind(const std::string& name);

// Shape of every layer's output, in order. Refuses unknown kinds, missing inputs, wrong shapes, duplicate names:
// "layer 'conv2': ...".
Result<std::vector<Shape>> infer_shapes(const NetSpec& spec);
// As infer_shapes, and the last layer gives [outputs].
Status check_net(const NetSpec& spec, int64_t outputs);
struct NetCost {
  int64_t macs = 0, parameters = 0;
  std::vector<LayerCost> layers;
};
Result<NetCost> net_cost(const NetSpec& spec);
// Every parameter is there, float32 and of the right shape, and there are no others. Model files come from outside: ask
// before weights are used (run_float_reference, FloatNet and quantize do).
Status check_weights(const NetSpec& spec, const Weights& weights);
// Fills Weights with initial values from the seed's stream "init/<layer>.<suffix>".
Result<Weights> initial_weights(const NetSpec& spec, uint64_t seed);
// The float reference of a whole net on one raw (not normalised) sample; returns the last layer's output. float64
// inside.
Result<std::vector<double>> run_float_reference(const Model& model, const float* sample);

}  // namespace apprentice
