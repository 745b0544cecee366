// SPDX-License-Identifier: Apache-2.0
// The step from each value to the next one.
#include <algorithm>
#include <cmath>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend::rows {
namespace {

Result<FrameInfo> infer(const model::StageSpec&, const FrameInfo& input) {
  if (!fits_int16(input) || !input.exponent)
    return bad_input("", "takes frames with one unit for all: raw samples, or such as 'log' gives");
  if (input.values < 2) return bad_input("", "takes frames of at least two values, not of {}", input.values);
  FrameInfo output = input;
  output.values = input.values - 1;
  output.bits = 16;
  output.top = 15 + *input.exponent;
  return output;
}

class Difference final : public Stage {
 public:
  explicit Difference(const FrameInfo& input) : inputs_(input.values), unit_(std::exp2(*input.exponent)) {}

  void run_float(std::vector<double>& values) const override {
    for (size_t i = 0; i + 1 < values.size(); ++i)
      values[i] = std::clamp(values[i + 1] - values[i], -32768.0 * unit_, 32767.0 * unit_);
    values.pop_back();
  }

  void run_fixed(FixedFrame& frame) const override {
    for (size_t i = 0; i + 1 < frame.values.size(); ++i)
      frame.values[i] = std::clamp(frame.values[i + 1] - frame.values[i], -32768, 32767);
    frame.values.pop_back();
  }

  StageCText write(const std::string&) const override {
    return {"", fmt::format("    apprentice_difference(scratch, {});\n", inputs_)};
  }

 private:
  int64_t inputs_;
  double unit_;
};

}  // namespace

StageKind difference() {
  StageKind kind;
  kind.name = "difference";
  kind.summary = "the step from each value to the next one, clamped; one value less";
  kind.source = "exact";
  kind.infer = infer;
  kind.make = [](const model::StageSpec&, const FrameInfo& input, const FrameInfo&) {
    return std::shared_ptr<const Stage>(std::make_shared<Difference>(input));
  };
  kind.header = "apprentice_frame.h";
  return kind;
}

}  // namespace apprentice::frontend::rows
