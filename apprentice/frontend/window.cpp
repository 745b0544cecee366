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

void run_float(const model::StageSpec& spec, std::vector<double>& values) {
  if (!has_weights(spec)) return;
  const std::vector<double> weights = weights_of(spec, values.size());
  for (size_t i = 0; i < values.size(); ++i) values[i] *= weights[i];
}

void run_fixed(const model::StageSpec& spec, const FrameInfo&, const FrameInfo&, FixedFrame& frame) {
  if (!has_weights(spec)) return;
  const std::vector<double> weights = weights_of(spec, frame.values.size());
  const int room = room_of(frame.values);
  for (size_t i = 0; i < weights.size(); ++i) {
    const int64_t product = frame.values[i] * (int64_t{1} << room) * to_q15(weights[i]);
    frame.values[i] = static_cast<int32_t>((product + 32768) >> 16);
  }
  frame.exponent += 1 - room;
}

StageCText write(const StageCCall& call) {
  if (!has_weights(call.spec)) return {};
  std::vector<int64_t> weights;
  for (const double weight : weights_of(call.spec, static_cast<size_t>(call.input.values)))
    weights.push_back(to_q15(weight));
  const std::string name = call.symbol + "_weights";
  return {table_text("int16_t", name, weights),
          fmt::format("    exponent = apprentice_taper(scratch, {}, {}, exponent);\n", call.input.values, name)};
}

}  // namespace

StageKind window() {
  StageKind kind;
  kind.name = "window";
  kind.summary = "fades a frame in and out: shape = hann, hamming or none; form = periodic or symmetric";
  kind.source = "Harris 1978, On the use of windows for harmonic analysis";
  kind.keys = {{"shape", 0.0, 0.0, false, {"hann", "hamming", "none"}},
               {"form", 0.0, 0.0, false, {"periodic", "symmetric"}}};
  kind.infer = infer;
  kind.run_float = run_float;
  kind.run_fixed = run_fixed;
  kind.write = write;
  kind.header = "apprentice_frame.h";
  return kind;
}

}  // namespace apprentice::frontend::rows
