// SPDX-License-Identifier: Apache-2.0
// The window that a frame is multiplied by before its spectrum is taken.
#include <cmath>

#include "apprentice/frontend/stage_rows.h"

namespace apprentice::frontend::rows {
namespace {

bool has_weights(const model::StageSpec& spec) { return word_of(spec, "shape") != "none"; }

std::vector<double> weights_of(const model::StageSpec& spec, size_t length) {
  // Hamming's are those of the formula with 0.54, not the exact 25/46.
  const double middle = word_of(spec, "shape") == "hann" ? 0.5 : 0.54;
  const bool symmetric = word_of(spec, "form") == "symmetric";
  std::vector<double> weights(length, 1.0);
  const double period = static_cast<double>(symmetric ? length - 1 : length);
  if (period == 0.0) return weights;
  for (size_t i = 0; i < length; ++i)
    weights[i] = middle - (1.0 - middle) * std::cos(kTurn * static_cast<double>(i) / period);
  return weights;
}

Result<FrameInfo> infer(const model::StageSpec& spec, const FrameInfo& input) {
  if (!fits_int16(input)) return bad_input("", "takes raw samples, not what a stage before it gives");
  FrameInfo output = input;
  if (has_weights(spec)) output.exponent.reset();
  return output;
}

class Window final : public Stage {
 public:
  Window(const model::StageSpec& spec, int64_t length) {
    if (has_weights(spec)) exact_ = weights_of(spec, static_cast<size_t>(length));
    for (const double weight : exact_) weights_.push_back(to_q15(weight));
  }

  void run_float(std::vector<double>& values) const override {
    for (size_t i = 0; i < exact_.size(); ++i) values[i] *= exact_[i];
  }

  void run_fixed(FixedFrame& frame) const override {
    if (weights_.empty()) return;
    const int room = room_of(frame.values);
    for (size_t i = 0; i < weights_.size(); ++i) {
      const int32_t product = frame.values[i] * (1 << room) * weights_[i];
      frame.values[i] = (product + 32768) >> 16;
    }
    frame.exponent += 1 - room;
  }

  StageCText write(const std::string& symbol) const override {
    if (weights_.empty()) return {};
    const std::string name = symbol + "_weights";
    return {table_text(name, weights_),
            fmt::format("    exponent = apprentice_taper(scratch, {}, {}, exponent);\n", weights_.size(), name)};
  }

 private:
  std::vector<double> exact_;  // empty: the frame stays as it is
  std::vector<int16_t> weights_;
};

}  // namespace

StageKind window() {
  StageKind kind;
  kind.name = "window";
  kind.summary = "fades a frame in and out: shape = hann, hamming or none; form = periodic or symmetric";
  kind.source = "Harris 1978, On the use of windows for harmonic analysis";
  kind.keys = {{"shape", 0.0, 0.0, false, {"hann", "hamming", "none"}},
               {"form", 0.0, 0.0, false, {"periodic", "symmetric"}}};
  kind.infer = infer;
  kind.make = [](const model::StageSpec& spec, const FrameInfo& input, const FrameInfo&) {
    return std::shared_ptr<const Stage>(std::make_shared<Window>(spec, input.values));
  };
  kind.header = "apprentice_frame.h";
  return kind;
}

}  // namespace apprentice::frontend::rows
