// SPDX-License-Identifier: Apache-2.0
// QuantNet: the int8 student. run() is the bit-exact oracle: generated C, on any device, must equal it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/data/dataset.h"
#include "apprentice/frontend/frontend.h"
#include "apprentice/layers/quant_layer.h"
#include "apprentice/model/net_spec.h"

namespace apprentice::quant {

using apprentice::to_string;  // those of shapes and types, beside ours

// Raw sensor value to int8, per channel, in float32 with each operation rounded on its own (no fused multiply-add):
//   v = (x - mean[c]) * factor[c];  q = clamp(round_half_to_even(v) + zero_point, -128, 127);  NaN gives zero_point.
// factor = 1 / (standard deviation * input scale), rounded to float32 once.
// With a front end x is a feature, and the same is done in integers: FeatureStep.
struct InputQuantization {
  std::vector<float> mean, factor;  // one per channel
  int32_t zero_point = 0;
  double scale = 1.0;  // of the normalised input tensor, for the layers that follow
};

// One channel of features to int8: q = clamp((feature * multiplier + offset) >> shift). No step leaves 32 bits.
struct FeatureStep {
  int32_t multiplier = 0, offset = 0;
  int shift = 0;  // 0..22
  int8_t run(int16_t feature) const;
};

struct QuantNet {
  std::string name;
  model::NetSpec spec;  // where it came from (input shape, classes, regression scale)
  InputQuantization input;
  // Made of spec and input by attach_frontend(); null and empty without a front end.
  std::shared_ptr<const frontend::Frontend> frontend;
  std::vector<FeatureStep> feature_steps;    // one per channel of features
  std::vector<layers::QuantTensor> tensors;  // tensors[0] is what the first layers read
  std::vector<layers::QuantLayer> layers;    // in execution order; the last one writes the output
  std::vector<std::string> notes;            // what the reader should know: "softmax 'prob' is dropped: ..."

  // `out`: tensors[0].size() bytes. The float32 raw sample is channel-last ([time, channels], [height, width,
  // channels]) as on the device.
  void quantize_input(const float* sample, int8_t* out) const;
  // The same of a raw channel-first sample, as data sets give it; allocates.
  std::vector<int8_t> quantize_sample(const float* sample) const;
  // One int8 sample in, int8 output out ([classes]). Re-entrant; allocates.
  std::vector<int8_t> run(const int8_t* input) const;
  // With a front end: what it gives of a raw sample, to bytes.
  void quantize_features(const int16_t* features, int8_t* out) const;
  const layers::QuantTensor& output_tensor() const { return tensors[static_cast<size_t>(layers.back().output)]; }
  // As run(), keeping every tensor's bytes (indexed like tensors): for layer-wise hashes and bisecting.
  std::vector<std::vector<int8_t>> run_all(const int8_t* input) const;
  // Output bytes to real values: logits, or regression values in the target's unit.
  std::vector<float> dequantize_output(const int8_t* output) const;
};

// What layers::NetInput makes of net.spec; may be null.
void attach_frontend(QuantNet& net, std::shared_ptr<const frontend::Frontend> frontend);

// [channels, ...] to [..., channels]: the layout a device feeds. Both have element_count(shape) values.
void to_channel_last(const float* sample, const Shape& shape, float* out);
void to_channel_first(const float* sample, const Shape& shape, float* out);

// How the range of each activation is chosen. kAuto tries the others and keeps the net that is nearest to the float
// net.
enum class CalibrationMethod { kAuto, kLeastError, kMinMax, kPercentile };
struct QuantOptions {
  CalibrationMethod calibration = CalibrationMethod::kAuto;
  double percentile = 99.9;  // of |x|, for kPercentile; above 0, at most 100
  int64_t calibration_samples = 512;
};

// The names in a job file, in the order of the enum: "auto", "least_error", "minmax", "percentile".
const std::vector<std::string>& calibration_names();
const char* to_string(CalibrationMethod method);

// Folds batch norm, fuses activations, calibrates on `data` (raw samples of the training split), chooses scales; how:
// docs/formats/int8.md. kAuto chooses by `selection` (the validation split) and says so in the net's notes. Refuses
// nets without an int8 form, data of another shape, activations that are not finite.
Result<QuantNet> quantize(const model::Model& model, const data::Dataset& data, const data::Dataset& selection,
                          const QuantOptions& options);
// The same where the calibration samples choose, too.
inline Result<QuantNet> quantize(const model::Model& model, const data::Dataset& data, const QuantOptions& options) {
  return quantize(model, data, data, options);
}

// The quantized net file (.apq): docs/formats/quant_net.md. Checksummed JSON + bytes.
Status save_quant_net(const QuantNet& net, const std::string& path);
Result<QuantNet> load_quant_net(const std::string& path);
std::string fingerprint(const QuantNet& net);
// Everything run() and a code generator rely on: indices, sizes, ranges, the bounds of docs/formats/int8.md.
Status check_quant_net(const QuantNet& net);

}  // namespace apprentice::quant
