// SPDX-License-Identifier: Apache-2.0
// LayerKind: all that a kind of layer means, in one table row: shapes, cost, parameters, the float and the int8
// reference, its part in quantization, its C text and its ONNX form. kinds.def lists the rows; each is defined in a
// .cpp file beside this one. Only the training side stands apart (torch_layer.h), which keeps libtorch out of here.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"
#include "apprentice/layers/c_text.h"
#include "apprentice/layers/quant_layer.h"
#include "apprentice/model/net_spec.h"
#include "apprentice/model/stages.h"

namespace apprentice::layers {

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
  const model::LayerSpec& spec;
  std::vector<Shape> input_shapes;
  Shape output_shape;
  std::vector<const double*> inputs;
  std::vector<const float*> weights;
  double* output;
};

// What one value of the output is made from.
enum class Reach {
  kElement,  // the value with its own index, of each input
  kPlace,    // the channels at its own place
  kTime,     // a window of [channels, time]
  kImage,    // a window of [channels, height, width]
  kPlane,    // all places of its channel
  kAll,      // every value
};

// What becomes of a layer in an int8 net: docs/formats/int8.md.
enum class Int8Role {
  kWeights,   // products with "weight" and a "bias", rescaled: its output has a scale of its own
  kSum,       // its inputs, rescaled to a scale of its own
  kMoves,     // gives bytes of its inputs; they all share one scale
  kAverages,  // gives rounded means of bytes; input and output share one scale
  kClamps,    // narrows the range of the layer before it; alone, it keeps the scale
  kLooksUp,   // a table from byte to byte; the scale of its output is fixed by its range
  kFolds,     // goes into the weights of a neighbour; alone, it stands as another kind
  kReshapes,  // bytes stay where they are
  kDrops,     // the int8 net ends before it
};

// y = factor * x + offset, per channel.
struct ChannelAffine {
  std::vector<double> factor, offset;
};

// The layer as one ONNX operator (opset 13). What follows from the rest of the row is not repeated here: parameters in
// their order, a window's attributes, the group of depthwise layers, the bounds of a Clip.
struct OnnxForm {
  const char* op = nullptr;
  const char* attribute = nullptr;
  std::variant<int64_t, float> value = int64_t{0};  // of the attribute
};

Result<Shape> same_shape(const model::LayerSpec& spec, const std::vector<Shape>& inputs);
LayerCost no_cost(const model::LayerSpec& spec, const std::vector<Shape>& inputs, const Shape& output);
std::vector<ParameterInfo> no_parameters(const model::LayerSpec& spec, const std::vector<Shape>& inputs);

struct LayerKind {
  const char* name = "";
  const char* summary = "";  // one line for `apprentice list layers`
  int min_inputs = 1, max_inputs = 1;
  Reach reach = Reach::kElement;
  bool depthwise = false;  // each output channel sees its own input channel only: int8 weights are [taps][channels]

  Result<Shape> (*infer_shape)(const model::LayerSpec& spec, const std::vector<Shape>& inputs) = same_shape;
  LayerCost (*cost)(const model::LayerSpec& spec, const std::vector<Shape>& inputs, const Shape& output) = no_cost;
  std::vector<ParameterInfo> (*parameters)(const model::LayerSpec& spec,
                                           const std::vector<Shape>& inputs) = no_parameters;
  void (*run_float)(const FloatLayerCall& call) = nullptr;

  Int8Role role = Int8Role::kMoves;
  // The int8 reference, the judge of every other implementation. Null for roles that leave no int8 layer.
  void (*run_int8)(const QuantLayer& layer, const QuantLayerCall& call) = nullptr;
  // Of its values: where it clamps, or what its fixed scale covers.
  QuantRange range{-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  double (*value)(double x) = nullptr;  // kLooksUp: the function of the table
  // kFolds: what the layer computes, and the kind with weights that says the same.
  ChannelAffine (*affine)(const model::Weights& weights, const std::string& layer) = nullptr;
  const char* stands_as = nullptr;

  CForm c;  // of what has run_int8
  OnnxForm onnx;

  bool has_window() const { return reach == Reach::kTime || reach == Reach::kImage; }
};

// All rows, in the order of the table.
const std::vector<LayerKind>& layer_kinds();
// Null when there is no such kind.
const LayerKind* find_layer_kind(const std::string& name);
// Of a layer whose kind is known to be a row: its net has passed infer_shapes or check_quant_net.
const LayerKind& layer_kind(const std::string& name);

namespace rows {
#define APPRENTICE_LAYER(name) extern const LayerKind name;
#include "apprentice/layers/kinds.def"
#undef APPRENTICE_LAYER
}  // namespace rows

using ShapesByName = std::map<std::string, Shape>;
// Shape of one layer's output. Refuses unknown kinds, inputs that are not among `known`, wrong shapes: "layer 'conv2':
// ...".
Result<Shape> infer_shape(const model::LayerSpec& layer, const ShapesByName& known);
// Shape of every layer's output, in order. Refuses what infer_shape refuses, and duplicate names.
Result<std::vector<Shape>> infer_shapes(const model::NetSpec& spec);
// As infer_shapes, and the last layer gives [outputs].
Status check_net(const model::NetSpec& spec, int64_t outputs);
struct NetCost {
  int64_t macs = 0, parameters = 0;
  std::vector<LayerCost> layers;
};
Result<NetCost> net_cost(const model::NetSpec& spec);
// Every parameter is there, float32 and of the right shape, and there are no others. Model files come from outside: ask
// before weights are used (run_float_reference, FloatNet and quantize do).
Status check_weights(const model::NetSpec& spec, const model::Weights& weights);
// Fills Weights with initial values from the seed's stream "init/<layer>.<suffix>".
Result<model::Weights> initial_weights(const model::NetSpec& spec, uint64_t seed);
// The float reference of a whole net on one raw (not normalised) sample; returns the last layer's output. float64
// inside.
Result<std::vector<double>> run_float_reference(const model::Model& model, const float* sample);
// The net for find_stages(): values as wiring() counts them; `shapes` are those of infer_shapes().
std::vector<model::GraphValue> graph_values(const model::NetSpec& spec, const std::vector<Shape>& shapes);

}  // namespace apprentice::layers
