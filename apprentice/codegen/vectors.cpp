// SPDX-License-Identifier: Apache-2.0
// Test vectors: raw samples, their int8 inputs and the oracle's outputs. docs/formats/vectors.md.
#include <algorithm>
#include <cstring>

#include "apprentice/codegen/source_text.h"

namespace apprentice::codegen {
namespace {

constexpr int64_t kVectorsInHeader = 4;

struct Vector {
  std::vector<float> samples;  // channel-last
  std::vector<int8_t> input, output;
};

Vector make_vector(const quant::QuantNet& net, const Tensor& samples, int64_t index) {
  const auto size = static_cast<size_t>(element_count(net.spec.input_shape));
  Vector v{std::vector<float>(size), std::vector<int8_t>(static_cast<size_t>(net.tensors[0].size())), {}};
  quant::to_channel_last(samples.data<float>() + index * static_cast<int64_t>(size), net.spec.input_shape,
                         v.samples.data());
  net.quantize_input(v.samples.data(), v.input.data());
  v.output = net.run(v.input.data());
  return v;
}

// Little-endian, whatever the machine.
void append_u32(std::string& bytes, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>((value >> shift) & 0xFFU);
}

void append_bytes(std::string& bytes, const std::vector<int8_t>& values) {
  for (const int8_t value : values) bytes += static_cast<char>(value);
}

template <typename T, typename Text>
std::string row(const std::vector<T>& values, Text text) {
  std::string line = "  {";
  for (const T& value : values) line += text(value) + ",";
  line.back() = '}';
  return line + ",\n";
}

}  // namespace

std::string vectors_binary(const quant::QuantNet& net, const Tensor& samples) {
  const auto output = static_cast<size_t>(net.layers.back().output);
  std::string bytes = "APVEC002";
  append_u32(bytes, static_cast<uint32_t>(samples.shape()[0]));
  append_u32(bytes, static_cast<uint32_t>(element_count(net.spec.input_shape)));
  append_u32(bytes, static_cast<uint32_t>(net.tensors[0].size()));
  append_u32(bytes, static_cast<uint32_t>(net.tensors[output].size()));
  for (int64_t i = 0; i < samples.shape()[0]; ++i) {
    const Vector v = make_vector(net, samples, i);
    for (const float value : v.samples) {
      uint32_t bits = 0;
      std::memcpy(&bits, &value, sizeof bits);
      append_u32(bytes, bits);
    }
    append_bytes(bytes, v.input);
    append_bytes(bytes, v.output);
  }
  return bytes;
}

std::string vectors_header(const quant::QuantNet& net, const Tensor& samples, const std::string& prefix) {
  std::string raw, inputs, outputs;
  const int64_t count = std::min(kVectorsInHeader, samples.shape()[0]);
  for (int64_t i = 0; i < count; ++i) {
    const Vector v = make_vector(net, samples, i);
    const auto integer = [](int8_t value) { return fmt::format("{}", int{value}); };
    raw += row(v.samples, c_float);
    inputs += row(v.input, integer);
    outputs += row(v.output, integer);
  }
  constexpr const char* kText = R"(/* SPDX-License-Identifier: Apache-2.0 */
/* A few test vectors of {{prefix}}: raw samples, their int8 inputs, the outputs they must give. More: vectors.bin. */
#ifndef {{PREFIX}}_VECTORS_H
#define {{PREFIX}}_VECTORS_H

#include "{{prefix}}.h"

#define {{PREFIX}}_VECTORS {{count}}

static const float {{prefix}}_vector_samples[{{PREFIX}}_VECTORS][{{PREFIX}}_SAMPLE_SIZE] = {
{{samples}}};
static const int8_t {{prefix}}_vector_inputs[{{PREFIX}}_VECTORS][{{PREFIX}}_INPUT_SIZE] = {
{{inputs}}};
static const int8_t {{prefix}}_vector_outputs[{{PREFIX}}_VECTORS][{{PREFIX}}_OUTPUT_SIZE] = {
{{outputs}}};

#endif
)";
  return fill(kText, {{"prefix", prefix},
                      {"PREFIX", upper_case(prefix)},
                      {"count", fmt::format("{}", count)},
                      {"samples", raw},
                      {"inputs", inputs},
                      {"outputs", outputs}});
}

}  // namespace apprentice::codegen
