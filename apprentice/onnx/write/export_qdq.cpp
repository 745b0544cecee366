// SPDX-License-Identifier: Apache-2.0
// QDQ ONNX: every activation passes QuantizeLinear and DequantizeLinear, weights and biases are integers behind
// DequantizeLinear. Made so that ONNX Runtime fuses each layer into its integer kernel: docs/formats/onnx_export.md.
#include "apprentice/onnx/write/export.h"
#include "apprentice/onnx/write/export_graph.h"
#include "apprentice/onnx/write/export_parts.h"
#include "apprentice/onnx/write/export_weights.h"

namespace apprentice::onnx::write {

using layers::QuantLayer;

namespace {

// Activations are uint8 in the graph, 128 above the oracle's int8: ONNX Runtime on x86-64 has integer kernels for these
// alone, and changes int8 ones itself only where a single layer reads them, so that units around a branch would stay
// float.
constexpr int32_t kToUint8 = 128;

// An activation in the graph. rank counts the batch: 2 = [N, features], 3 = [N, channels, time], 4 = images.
struct Value {
  std::string bytes, step, zero;  // quantized, its scale and its zero point
  size_t rank = 2;
};

std::string input_name(const QuantLayer& layer) { return layer.name + "/in"; }
std::string computed_name(const QuantLayer& layer) { return layer.name + "/computed"; }

// Of what the first layers read.
Shape input_shape(const quant::QuantNet& net) {
  return net.frontend != nullptr ? net.frontend->feature_shape() : net.spec.input_shape;
}

class QdqWriter {
 public:
  QdqWriter(const quant::QuantNet& net, OnnxWriter& out) : net_(net), out_(out), values_(net.tensors.size()) {}

  void write_input();
  Status write_layer(const QuantLayer& layer);
  Result<std::string> write_output_tensor();

 private:
  std::string scale(const std::string& owner, double value) {
    return out_.floats(owner + "/scale", {}, {static_cast<float>(value)});
  }
  std::string zero_point(const std::string& owner, int32_t value) {
    return out_.uint8s(owner + "/zero_point", {}, {static_cast<uint8_t>(value + kToUint8)});
  }
  // A value as floats for one reader. Each has its own, so that every layer is a unit that can be fused.
  std::string floats(const Value& value, const std::string& reader) {
    return out_.node("DequantizeLinear", {value.bytes, value.step, value.zero}, reader);
  }
  Value through_bytes(const std::string& owner, const std::string& value, const layers::QuantParams& params,
                      size_t rank);
  Value from_steps(const std::string& owner, const std::string& steps, const layers::QuantParams& params, size_t rank);
  std::string dequantized_weights(const QuantLayer& layer, const Shape& shape, const std::vector<int8_t>& weights);
  std::string dequantized_bias(const QuantLayer& layer);
  // The tensor in another shape; `owner` names what that adds.
  Value flat(const std::string& owner, int index);
  Value spatial(const std::string& owner, int index);
  Result<std::vector<Value>> alike(const QuantLayer& layer);
  // What follows the operator `value` of a layer: bytes, and the activation where a byte's own range does not do it.
  void finish(const QuantLayer& layer, const std::string& value, size_t rank);

  void write_weighted(const layers::LayerKind& kind, const QuantLayer& layer);
  void write_average(const layers::LayerKind& kind, const QuantLayer& layer);
  Status write_operator(const layers::LayerKind& kind, const QuantLayer& layer);

  const layers::QuantTensor& tensor(int index) const { return net_.tensors.at(static_cast<size_t>(index)); }
  Value& value(int index) { return values_.at(static_cast<size_t>(index)); }

  const quant::QuantNet& net_;
  OnnxWriter& out_;
  std::vector<Value> values_;
};

// Quantizes and dequantizes by the same parameters.
Value QdqWriter::through_bytes(const std::string& owner, const std::string& value, const layers::QuantParams& params,
                               size_t rank) {
  const std::string step = scale(owner, params.scale), zero = zero_point(owner, params.zero_point);
  return {out_.node("QuantizeLinear", {value, step, zero}, owner + "/bytes"), step, zero, rank};
}

// Quantizes what is already counted in steps.
Value QdqWriter::from_steps(const std::string& owner, const std::string& steps, const layers::QuantParams& params,
                            size_t rank) {
  const std::string one = out_.floats(owner + "/one", {}, {1.0F}), zero = zero_point(owner, params.zero_point);
  const std::string bytes = out_.node("QuantizeLinear", {steps, one, zero}, owner + "/bytes");
  return {bytes, scale(owner, params.scale), zero, rank};
}

// factor already divides by the scale of the input.
void QdqWriter::write_input() {
  const Shape shape = input_shape(net_);
  const std::string steps = write_normalisation(out_, shape, net_.input.mean, net_.input.factor);
  values_[0] = from_steps("input", steps, {net_.input.scale, net_.input.zero_point}, shape.size() + 1);
}

std::string QdqWriter::dequantized_weights(const QuantLayer& layer, const Shape& shape,
                                           const std::vector<int8_t>& weights) {
  const std::string owner = layer.name + "/weight";
  const Shape channels{shape[0]};
  const std::string steps =
      out_.floats(owner + "_scale", channels, {layer.weight_scales.begin(), layer.weight_scales.end()});
  const std::string zeros = out_.int8s(owner + "_zero_point", channels, std::vector<int8_t>(layer.bias.size()));
  out_.node("DequantizeLinear", {out_.int8s(owner + "_int8", shape, weights), steps, zeros}, owner);
  out_.with("axis", int64_t{0});
  return owner;
}

std::string QdqWriter::dequantized_bias(const QuantLayer& layer) {
  const std::string owner = layer.name + "/bias";
  const Shape channels{static_cast<int64_t>(layer.bias.size())};
  const float input_scale = static_cast<float>(tensor(layer.inputs[0]).params.scale);
  std::vector<float> steps;
  for (double weight_scale : layer.weight_scales) steps.push_back(input_scale * static_cast<float>(weight_scale));
  const std::string step = out_.floats(owner + "_scale", channels, steps);
  const std::string zeros = out_.int32s(owner + "_zero_point", channels, std::vector<int32_t>(layer.bias.size()));
  out_.node("DequantizeLinear", {out_.int32s(owner + "_int32", channels, layer.bias), step, zeros}, owner);
  out_.with("axis", int64_t{0});
  return owner;
}

// Channel-first order, as a flatten in the float net.
Value QdqWriter::flat(const std::string& owner, int index) {
  const Value from = value(index);
  if (from.rank == 2) return from;
  const std::string flattened = out_.node("Flatten", {floats(from, owner + "/floats")}, owner + "/flat");
  return through_bytes(owner, flattened, tensor(index).params, 2);
}

Value QdqWriter::spatial(const std::string& owner, int index) {
  const Value from = value(index);
  if (from.rank != 2) return from;
  const std::string shape = out_.int64s(owner + "/shape", {4}, {0, tensor(index).channels, 1, 1});
  const std::string reshaped = out_.node("Reshape", {floats(from, owner + "/floats"), shape}, owner + "/spatial");
  return through_bytes(owner, reshaped, tensor(index).params, 4);
}

// The inputs of a layer at one rank. Only tensors with one position mean the same flat and spatial.
Result<std::vector<Value>> QdqWriter::alike(const QuantLayer& layer) {
  std::vector<Value> inputs;
  bool mixed = false;
  for (int index : layer.inputs) {
    inputs.push_back(value(index));
    mixed = mixed || inputs.back().rank != inputs.front().rank;
  }
  if (!mixed) return inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const layers::QuantTensor& from = tensor(layer.inputs[i]);
    if (from.height * from.width != 1) {
      return fail(ErrorKind::kUnsupported, "layer '" + layer.name + "'",
                  "{} joins a flat tensor and one of {} x {} positions; QDQ export needs them alike", layer.kind,
                  from.height, from.width);
    }
    inputs[i] = flat(fmt::format("{}/input{}", layer.name, i), layer.inputs[i]);
  }
  return inputs;
}

void QdqWriter::finish(const QuantLayer& layer, const std::string& computed, size_t rank) {
  const layers::QuantParams& params = tensor(layer.output).params;
  Value& result = value(layer.output);
  if (layer.activation_min <= -128 && layer.activation_max >= 127) {
    result = through_bytes(layer.name, computed, params, rank);
    return;
  }
  // A unit of its own between quantized values is exact however it is run; inside the layer's unit it would stop the
  // fusion.
  const std::string owner = layer.name + "/activation";
  const auto bound = [&](const char* name, int32_t byte) {
    const float real = static_cast<float>(byte - params.zero_point) * static_cast<float>(params.scale);
    return out_.floats(owner + "_" + name, {}, {real});
  };
  const std::string before = floats(through_bytes(layer.name, computed, params, rank), owner + "_in");
  const std::string low = bound("low", layer.activation_min), high = bound("high", layer.activation_max);
  const std::string clipped = out_.node("Clip", {before, low, high}, owner + "/computed");
  result = through_bytes(owner, clipped, params, rank);
}

void QdqWriter::write_weighted(const layers::LayerKind& kind, const QuantLayer& layer) {
  const bool dense = kind.reach == layers::Reach::kAll;
  const layers::QuantTensor& from = tensor(layer.inputs[0]);
  const std::string owner = layer.name + "/input";
  const Value input = dense ? flat(owner, layer.inputs[0]) : spatial(owner, layer.inputs[0]);
  const int64_t outputs = tensor(layer.output).channels, inputs = kind.depthwise ? 1 : from.channels;
  const int64_t taps = dense ? from.height * from.width : layer.kernel[0] * layer.kernel[1];
  Shape shape{outputs, inputs, layer.kernel[0], layer.kernel[1]};
  if (dense) shape = {outputs, inputs * taps};
  if (input.rank == 3) shape = {outputs, inputs, layer.kernel[1]};
  // A depthwise kernel [taps][channels] is one matrix to transpose, a full one [out][taps][in] is one per output.
  const std::vector<int8_t> weights = kind.depthwise ? channel_first(layer.weights, 1, taps, outputs)
                                                     : channel_first(layer.weights, outputs, taps, inputs);
  const std::string weight = dequantized_weights(layer, shape, weights);
  const std::string computed = out_.node(
      kind.onnx.op, {floats(input, input_name(layer)), weight, dequantized_bias(layer)}, computed_name(layer));
  add_attributes(out_, kind, layer, input.rank - 2, outputs);
  finish(layer, computed, input.rank);
}

// The mean is taken in steps (scale 1), where every sum is exact and a tie stays a tie; with the real scale the
// products are rounded and ties, which are frequent here, would fall to either side. Round stands between the mean and
// its bytes so that ONNX Runtime does not fuse them: its integer kernel adds the zero point before it rounds, and half
// of all ties fall to the other side where that is odd.
void QdqWriter::write_average(const layers::LayerKind& kind, const QuantLayer& layer) {
  const Value input = spatial(layer.name + "/input", layer.inputs[0]);
  const layers::QuantParams& params = tensor(layer.output).params;
  const std::string one = out_.floats(layer.name + "/one_step", {}, {1.0F});
  const std::string steps = floats({input.bytes, one, input.zero, input.rank}, input_name(layer));
  const std::string mean = out_.node(kind.onnx.op, {steps}, computed_name(layer));
  add_attributes(out_, kind, layer, input.rank - 2, tensor(layer.output).channels);
  const std::string rounded = out_.node("Round", {mean}, layer.name + "/rounded");
  value(layer.output) = from_steps(layer.name, rounded, params, input.rank);
  if (kind.reach == layers::Reach::kPlane) value(layer.output) = flat(layer.name + "/output", layer.output);
}

// Of a clamp only the range is left, which finish() writes.
Status QdqWriter::write_operator(const layers::LayerKind& kind, const QuantLayer& layer) {
  APPRENTICE_TRY(const std::vector<Value> inputs, alike(layer));
  std::vector<std::string> names;
  for (const Value& input : inputs) {
    const std::string number = inputs.size() > 1 ? fmt::format("{}", names.size()) : "";
    names.push_back(floats(input, input_name(layer) + number));
  }
  const size_t rank = inputs.front().rank;
  if (kind.role == layers::Int8Role::kClamps) {
    finish(layer, names.front(), rank);
    return {};
  }
  const std::string computed = out_.node(kind.onnx.op, names, computed_name(layer));
  add_attributes(out_, kind, layer, rank - 2, tensor(layer.output).channels);
  finish(layer, computed, rank);
  return {};
}

Status QdqWriter::write_layer(const QuantLayer& layer) {
  const layers::LayerKind& kind = layers::layer_kind(layer.kind);
  if (kind.run_int8 == nullptr || kind.onnx.op == nullptr) {
    return fail(ErrorKind::kUnsupported, "layer '" + layer.name + "'", "{} cannot be written as QDQ ONNX", kind.name);
  }
  switch (kind.role) {
    case layers::Int8Role::kWeights: write_weighted(kind, layer); return {};
    case layers::Int8Role::kAverages: write_average(kind, layer); return {};
    default: return write_operator(kind, layer);
  }
}

Result<std::string> QdqWriter::write_output_tensor() {
  const QuantLayer& last = net_.layers.back();
  const layers::QuantTensor& result = tensor(last.output);
  if (result.height * result.width != 1) {
    return bad_input("layer '" + last.name + "'",
                     "is the last one and gives {} x {} positions; ONNX export needs [outputs] there", result.height,
                     result.width);
  }
  return write_output(out_, net_.spec, floats(flat("net/output", last.output), "net/floats"), result.channels);
}

}  // namespace

Result<std::string> export_onnx_qdq(const quant::QuantNet& net) {
  promise(!net.tensors.empty() && !net.layers.empty(), "a quantized net has tensors and layers");
  OnnxWriter out(
      net.name,
      net.frontend ? "int8 network in QDQ form; its input is what the front end gives" : "int8 network in QDQ form",
      input_shape(net));
  QdqWriter writer(net, out);
  writer.write_input();
  for (const QuantLayer& layer : net.layers) APPRENTICE_CHECK(writer.write_layer(layer));
  write_metadata(out, net.spec, quant::fingerprint(net));
  out.metadata("apprentice.rounding", "single");
  return writer.write_output_tensor();
}

}  // namespace apprentice::onnx::write
