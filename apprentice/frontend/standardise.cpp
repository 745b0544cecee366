// SPDX-License-Identifier: Apache-2.0
// A frame without its mean, in units of its deviation: what is left where a sensor drifts and its gain is not known.
#include "apprentice/frontend/sums.h"

namespace apprentice::frontend::rows {
namespace {

constexpr int kExponent = -11;  // 16 deviations fit int16
constexpr int kRestBits = 30;   // of the largest difference from the mean

Result<FrameInfo> infer(const model::StageSpec&, const FrameInfo& input) {
  if (!fits_int16(input))
    return bad_input("", "takes raw samples or what fits int16, not what a stage before it gives");
  if (input.values > kLongestFrame)
    return bad_input("", "a frame of {} values is too long; the longest has {}", input.values, kLongestFrame);
  FrameInfo output = input;
  output.bits = 16;
  output.exponent = kExponent;
  output.top = 15 + kExponent;
  return output;
}

class Standardise final : public Stage {
 public:
  explicit Standardise(int64_t length) : length_(length) {}

  void run_float(std::vector<double>& values) const override {
    const double count = static_cast<double>(values.size());
    double sum = 0.0, squares = 0.0;
    for (const double x : values) sum += x;
    for (const double x : values) squares += (x - sum / count) * (x - sum / count);
    const double deviation = std::sqrt(squares / count), unit = std::exp2(kExponent);
    for (double& x : values)
      x = deviation == 0.0 ? 0.0 : std::clamp((x - sum / count) / deviation, -32768.0 * unit, 32767.0 * unit);
  }

  // Rests of the mean and the root of the spread are brought to 30 and 31 bits, so that a product by the reciprocal of
  // the root stands for the division.
  void run_fixed(FixedFrame& frame) const override {
    const Sums s(frame.values);
    frame.exponent = kExponent;
    if (s.largest_rest() == 0) {
      std::fill(frame.values.begin(), frame.values.end(), 0);
      return;
    }
    const int right = highest_bit(static_cast<uint64_t>(s.largest_rest())) + 1 - kRestBits;
    const int left = (61 - highest_bit(static_cast<uint64_t>(s.spread()))) / 2;
    const int64_t reciprocal = (int64_t{1} << 61) / floor_root(s.spread() * (int64_t{1} << 2 * left));
    for (int32_t& value : frame.values) {
      const int64_t rest = shifted(s.count * value - s.sum, right);
      const int64_t result = rounded_shift(rest * reciprocal, 61 + kExponent - right - left);
      value = static_cast<int32_t>(std::clamp<int64_t>(result, -32768, 32767));
    }
  }

  StageCText write(const std::string&) const override {
    return {"", fmt::format("    apprentice_standardise(scratch, {});\n    exponent = {};\n", length_, kExponent)};
  }

 private:
  int64_t length_;
};

}  // namespace

StageKind standardise() {
  StageKind kind;
  kind.name = "standardise";
  kind.summary = "takes the frame's mean off and divides by its deviation, clamped at 16 of them";
  kind.source = "sums in 64 bits, one root and one division a frame";
  kind.infer = infer;
  kind.make = [](const model::StageSpec&, const FrameInfo& input, const FrameInfo&) {
    return std::shared_ptr<const Stage>(std::make_shared<Standardise>(input.values));
  };
  kind.header = "apprentice_statistics.h";
  return kind;
}

}  // namespace apprentice::frontend::rows
