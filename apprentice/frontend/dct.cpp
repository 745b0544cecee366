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

class Dct final : public Stage {
 public:
  Dct(const FrameInfo& input, const FrameInfo& output)
      : inputs_(input.values), outputs_(output.values), exponent_(*output.exponent), shift_(shift_of(inputs_)) {
    for (int64_t k = 0; k < outputs_; ++k) {
      for (int64_t i = 0; i < inputs_; ++i)
        weights_.push_back(to_q15(std::ldexp(weight_at(k, i, inputs_), finer_bits(inputs_))));
    }
  }

  void run_float(std::vector<double>& values) const override {
    std::vector<double> sums;
    for (int64_t k = 0; k < outputs_; ++k) {
      double sum = 0.0;
      for (int64_t i = 0; i < inputs_; ++i) sum += weight_at(k, i, inputs_) * values[static_cast<size_t>(i)];
      sums.push_back(sum);
    }
    values = sums;
  }

  void run_fixed(FixedFrame& frame) const override {
    frame.spare.clear();
    const int16_t* weight = weights_.data();
    for (int64_t k = 0; k < outputs_; ++k) {
      int64_t sum = 0;
      for (const int32_t value : frame.values) sum += int64_t{value} * *weight++;
      frame.spare.push_back(static_cast<int32_t>(std::clamp<int64_t>(rounded_shift(sum, shift_), -32768, 32767)));
    }
    frame.values.swap(frame.spare);
    frame.exponent = exponent_;
  }

  StageCText write(const std::string& symbol) const override {
    const std::string name = symbol + "_dct";
    return {table_text(name, weights_),
            fmt::format("    apprentice_transform(scratch, {}, {}, {}, {});\n    exponent = {};\n", inputs_, outputs_,
                        name, shift_, exponent_)};
  }

  int64_t work_bytes() const override { return 2 * outputs_; }

 private:
  int64_t inputs_, outputs_;
  int exponent_, shift_;
  std::vector<int16_t> weights_;  // those of one coefficient after the other
};

}  // namespace

StageKind dct() {
  StageKind kind;
  kind.name = "dct";
  kind.summary = "orthonormal cosine transform, type II: coefficients = how many are kept, from the first";
  kind.source = "Ahmed, Natarajan and Rao 1974, Discrete cosine transform";
  kind.keys = {{"coefficients", 1.0, 2048.0, true, {}}};
  kind.infer = infer;
  kind.make = [](const model::StageSpec&, const FrameInfo& input, const FrameInfo& output) {
    return std::shared_ptr<const Stage>(std::make_shared<Dct>(input, output));
  };
  kind.header = "apprentice_bands.h";
  return kind;
}

}  // namespace apprentice::frontend::rows
