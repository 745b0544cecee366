// SPDX-License-Identifier: Apache-2.0
// The logarithm of each value, with a floor below it; gives int16 with one unit for all frames.
#include <algorithm>
#include <cmath>
#include <map>

#include "apprentice/frontend/log2_fixed.h"
#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend {

const std::array<int64_t, 33> kLog2Points = [] {
  std::array<int64_t, 33> points{};
  for (size_t i = 0; i < points.size(); ++i)
    points[i] = std::llround(32768.0 * std::log2(1.0 + static_cast<double>(i) / 32.0));
  return points;
}();

namespace rows {
namespace {

constexpr double kLeastFloor = 1e-18, kMostFloor = 1e18;
constexpr int64_t kOne = 32768;  // 1 as a logarithm: 15 bits behind the point
constexpr int kMultiplierBits = 29;

// What log2 is multiplied by; "db" is ten times the base-10 logarithm, as for powers.
double factor_of(const model::StageSpec& spec) {
  static const std::map<std::string, double> factors = {
      {"log2", 1.0}, {"ln", std::log(2.0)}, {"log10", std::log10(2.0)}, {"db", 10.0 * std::log10(2.0)}};
  return factors.at(word_of(spec, "base"));
}

// The finest unit with which every logarithm from the floor to the largest value fits int16.
int exponent_of(const model::StageSpec& spec, int top) {
  const double largest = std::max(std::abs(std::log2(number_of(spec, "floor"))), std::abs(static_cast<double>(top)));
  int exponent = -kMultiplierBits + 14;
  while (largest * factor_of(spec) > 32767.0 * std::exp2(exponent)) ++exponent;
  return exponent;
}

// log2 in units of 2^-15 to the unit of the output: * multiplier >> shift.
struct Scale {
  int64_t floor = 0, multiplier = 0;
  int shift = 0;
};
Scale scale_of(const model::StageSpec& spec, int exponent) {
  Scale scale;
  scale.floor = std::llround(std::log2(number_of(spec, "floor")) * static_cast<double>(kOne));
  scale.shift = kMultiplierBits + exponent + 15;
  scale.multiplier = std::llround(factor_of(spec) * std::exp2(kMultiplierBits));
  while (scale.multiplier >= int64_t{1} << 30) {
    scale.multiplier = (scale.multiplier + 1) / 2;
    --scale.shift;
  }
  return scale;
}

Result<FrameInfo> infer(const model::StageSpec& spec, const FrameInfo& input) {
  FrameInfo output;
  output.values = input.values;
  output.exponent = exponent_of(spec, input.top);
  output.top = 15 + *output.exponent;
  return output;
}

class Log final : public Stage {
 public:
  Log(const model::StageSpec& spec, const FrameInfo& input, const FrameInfo& output)
      : input_(input),
        exponent_(*output.exponent),
        factor_(factor_of(spec)),
        floor_(number_of(spec, "floor")),
        scale_(scale_of(spec, exponent_)) {}

  void run_float(std::vector<double>& values) const override {
    for (double& value : values) value = factor_ * std::log2(std::max(value, floor_));
  }

  void run_fixed(FixedFrame& frame) const override {
    for (int32_t& value : frame.values) {
      int64_t log2 = scale_.floor;
      if (value > 0) log2 = std::max(log2, log2_fixed(value) + frame.exponent * kOne);
      const int64_t scaled = rounded_shift(log2 * scale_.multiplier, scale_.shift);
      value = static_cast<int32_t>(std::clamp<int64_t>(scaled, -32768, 32767));
    }
    frame.exponent = exponent_;
  }

  StageCText write(const std::string& symbol) const override {
    const std::string name = symbol + "_log";
    return {fmt::format("static const apprentice_log_of {} = {{{}, {}, {}}};\n", name, scale_.floor, scale_.multiplier,
                        scale_.shift),
            fmt::format("    apprentice_log_{}(scratch, {}, {}, exponent);\n    exponent = {};\n",
                        fits_int16(input_) ? "halves" : "words", input_.values, name, exponent_)};
  }

 private:
  FrameInfo input_;
  int exponent_;
  double factor_, floor_;
  Scale scale_;
};

}  // namespace

StageKind log() {
  StageKind kind;
  kind.name = "log";
  kind.summary = "logarithm: base = log2, ln, log10 or db (10 log10); floor = the least value before it";
  kind.source = "linear interpolation of log2 in 32 steps an octave, within 2^-12";
  kind.keys = {{"base", 0.0, 0.0, false, {"log2", "ln", "log10", "db"}}, {"floor", kLeastFloor, kMostFloor, false, {}}};
  kind.infer = infer;
  kind.make = [](const model::StageSpec& spec, const FrameInfo& input, const FrameInfo& output) {
    return std::shared_ptr<const Stage>(std::make_shared<Log>(spec, input, output));
  };
  kind.header = "apprentice_log.h";
  return kind;
}

}  // namespace rows
}  // namespace apprentice::frontend
