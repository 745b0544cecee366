// SPDX-License-Identifier: Apache-2.0
// Running a quantized net.
#include "apprentice/quant/quant_net.h"

#include <algorithm>

#include "apprentice/layers/layer.h"

namespace apprentice::quant {
namespace {

// Runs every layer; place_of(tensor index) says where its bytes lie.
template <typename PlaceOf>
void run_layers(const QuantNet& net, PlaceOf place_of) {
  for (const layers::QuantLayer& layer : net.layers) {
    layers::QuantLayerCall call;
    for (int input : layer.inputs) {
      call.inputs.push_back(place_of(input));
      call.input_tensors.push_back(&net.tensors[static_cast<size_t>(input)]);
    }
    call.output_tensor = &net.tensors[static_cast<size_t>(layer.output)];
    call.output = place_of(layer.output);
    const layers::LayerKind& kind = layers::layer_kind(layer.kind);
    promise(kind.run_int8 != nullptr, "every layer of a quantized net has an int8 form");
    kind.run_int8(layer, call);
  }
}

}  // namespace

std::vector<int8_t> QuantNet::quantize_sample(const float* sample) const {
  std::vector<int8_t> bytes(static_cast<size_t>(tensors[0].size()));
  if (frontend != nullptr) {
    std::vector<int16_t> features(bytes.size());
    frontend->run(sample, features.data());
    quantize_features(features.data(), bytes.data());
    return bytes;
  }
  std::vector<float> channel_last(bytes.size());
  to_channel_last(sample, spec.input_shape, channel_last.data());
  quantize_input(channel_last.data(), bytes.data());
  return bytes;
}

void QuantNet::quantize_features(const int16_t* features, int8_t* out) const {
  const size_t channels = feature_steps.size(), frames = static_cast<size_t>(tensors[0].size()) / channels;
  for (size_t frame = 0; frame < frames; ++frame) {
    for (size_t c = 0; c < channels; ++c) *out++ = feature_steps[c].run(features[c * frames + frame]);
  }
}

std::vector<int8_t> QuantNet::run(const int8_t* sample) const {
  std::vector<int64_t> offsets;
  int64_t total = 0;
  for (const layers::QuantTensor& tensor : tensors) {
    offsets.push_back(total);
    total += tensor.size();
  }
  std::vector<int8_t> bytes(static_cast<size_t>(total));
  std::copy_n(sample, tensors[0].size(), bytes.data());
  run_layers(*this, [&](int tensor) { return bytes.data() + offsets[static_cast<size_t>(tensor)]; });
  const int8_t* output = bytes.data() + offsets[static_cast<size_t>(layers.back().output)];
  return {output, output + output_tensor().size()};
}

std::vector<std::vector<int8_t>> QuantNet::run_all(const int8_t* sample) const {
  std::vector<std::vector<int8_t>> bytes;
  for (const layers::QuantTensor& tensor : tensors) bytes.emplace_back(static_cast<size_t>(tensor.size()));
  std::copy_n(sample, tensors[0].size(), bytes[0].data());
  run_layers(*this, [&](int tensor) { return bytes[static_cast<size_t>(tensor)].data(); });
  return bytes;
}

std::vector<float> QuantNet::dequantize_output(const int8_t* output) const {
  const layers::QuantParams params = output_tensor().params;
  std::vector<float> values;
  for (int64_t i = 0; i < output_tensor().size(); ++i) {
    const double real = params.scale * (output[i] - params.zero_point);
    values.push_back(static_cast<float>(real * double{spec.output_scale} + double{spec.output_mean}));
  }
  return values;
}

void to_channel_first(const float* sample, const Shape& shape, float* out) {
  const int64_t channels = shape[0], positions = element_count(shape) / channels;
  for (int64_t position = 0; position < positions; ++position) {
    for (int64_t c = 0; c < channels; ++c) out[c * positions + position] = *sample++;
  }
}

void to_channel_last(const float* sample, const Shape& shape, float* out) {
  const int64_t channels = shape[0], positions = element_count(shape) / channels;
  for (int64_t position = 0; position < positions; ++position) {
    for (int64_t c = 0; c < channels; ++c) *out++ = sample[c * positions + position];
  }
}

}  // namespace apprentice::quant
