// SPDX-License-Identifier: Apache-2.0
// The orthonormal cosine transform of type II, of which the first coefficients are kept.
#include <algorithm>
#include <cmath>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend::rows {
namespace {

constexpr double kHalfTurn = 3.141592653589793;

double weight_at(int64_t coefficient, int64_t index, int64_t count) {
  const double size = static_cast<double>(count);
  const double scale = std::sqrt((coefficient == 0 ? 1.0 : 2.0) / size);
  return scale * std::cos(kHalfTurn * static_cast<double>(coefficient) * (static_cast<double>(index) + 0.5) / size);
}

// No weight is larger than sqrt(2 / count), so its unit is 2^-15 and this many bits finer.
int finer_bits(int64_t count) {
  int bits = 0;
  while (std::sqrt(2.0 / static_cast<double>(count)) * std::exp2(bits + 1) <= 1.0) ++bits;
  return bits;
}

// No coefficient is larger than sqrt(count) times the largest value: that many bits.
int growth_bits(int64_t count) { return static_cast<int>(std::ceil(0.5 * std::log2(static_cast<double>(count)))); }

int shift_of(int64_t count) { return 15 + finer_bits(count) + growth_bits(count); }

std::vector<int64_t> weights_of(int64_t coefficient, int64_t count) {
  std::vector<int64_t> weights;
  for (int64_t i = 0; i < count; ++i)
    weights.push_back(to_q15(std::ldexp(weight_at(coefficient, i, count), finer_bits(count))));
  return weights;
}

Result<FrameInfo> infer(const model::StageSpec& spec, const FrameInfo& input) {
  if (!fits_int16(input) || !input.exponent)
    return bad_input("", "takes frames with one unit for all, such as 'log' gives");
  if (whole_number_of(spec, "coefficients") > input.values) {
    return bad_input("", "'coefficients' is {}, but a frame has only {} values", whole_number_of(spec, "coefficients"),
                     input.values);
  }
  FrameInfo output = input;
  output.values = whole_number_of(spec, "coefficients");
  output.bits = 16;
  output.exponent = *input.exponent + growth_bits(input.values);
  output.top = input.top + growth_bits(input.values);
  return output;
}

void run_float(const model::StageSpec& spec, std::vector<double>& values) {
  const auto count = static_cast<int64_t>(values.size());
  std::vector<double> sums;
  for (int64_t k = 0; k < whole_number_of(spec, "coefficients"); ++k) {
    double sum = 0.0;
    for (int64_t i = 0; i < count; ++i) sum += weight_at(k, i, count) * values[static_cast<size_t>(i)];
    sums.push_back(sum);
  }
  values = sums;
}

void run_fixed(const model::StageSpec& spec, const FrameInfo& input, const FrameInfo& output, FixedFrame& frame) {
  const int shift = shift_of(input.values);
  std::vector<int32_t> sums;
  for (int64_t k = 0; k < whole_number_of(spec, "coefficients"); ++k) {
    const std::vector<int64_t> weights = weights_of(k, input.values);
    int64_t sum = int64_t{1} << (shift - 1);
    for (size_t i = 0; i < weights.size(); ++i) sum += weights[i] * frame.values[i];
    sums.push_back(static_cast<int32_t>(std::clamp<int64_t>(sum >> shift, -32768, 32767)));
  }
  frame.values = sums;
  frame.exponent = *output.exponent;
}

StageCText write(const StageCCall& call) {
  std::vector<int64_t> weights;
  for (int64_t k = 0; k < call.output.values; ++k) {
    const std::vector<int64_t> row = weights_of(k, call.input.values);
    weights.insert(weights.end(), row.begin(), row.end());
  }
  const std::string name = call.symbol + "_dct";
  return {table_text("int16_t", name, weights),
          fmt::format("    apprentice_transform(scratch, {}, {}, {}, {});\n    exponent = {};\n", call.input.values,
                      call.output.values, name, shift_of(call.input.values), *call.output.exponent)};
}

int64_t work_bytes(const model::StageSpec&, const FrameInfo&, const FrameInfo& output) { return 2 * output.values; }

}  // namespace

StageKind dct() {
  StageKind kind;
  kind.name = "dct";
  kind.summary = "orthonormal cosine transform, type II: coefficients = how many are kept, from the first";
  kind.source = "Ahmed, Natarajan and Rao 1974, Discrete cosine transform";
  kind.keys = {{"coefficients", 1.0, 2048.0, true, {}}};
  kind.infer = infer;
  kind.run_float = run_float;
  kind.run_fixed = run_fixed;
  kind.write = write;
  kind.header = "apprentice_bands.h";
  kind.work_bytes = work_bytes;
  return kind;
}

}  // namespace apprentice::frontend::rows
