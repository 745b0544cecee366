// SPDX-License-Identifier: Apache-2.0
// Frontend: from a raw window to the features that the first layer of a student reads, in fixed point, as the device
// computes them. Training, calibration and the int8 reference all see these numbers and no others.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"
#include "apprentice/frontend/stage.h"
#include "apprentice/model/frontend_spec.h"

namespace apprentice::frontend {

// The C99 text of a front end. `function` is
//   static void <prefix>_features(const float* samples, int32_t frame, int16_t* features, int32_t* scratch)
// which takes a whole raw window, channel-last, and writes the features of one frame: for each part and channel its
// values.
struct FrontendText {
  std::vector<std::string> headers;  // of runtime/
  std::string constants, function;
};

// What the C text of a front end reads: raw floats, or what apprentice_quantize_sample made of them as they came; its
// function is then <prefix>_stream_features(const int16_t* samples, ...).
enum class FrameSource { kRaw, kQuantized };

// Immutable; any thread.
class Frontend {
 public:
  // `raw`: [channels, time]. Refuses raw samples of another rank or fewer channels than `spec` has facts of, frames
  // longer than the window, unknown stages and keys, stages that do not fit each other, a last stage whose values do
  // not fit int16 with one exponent for all, and parts that give other numbers of frames.
  static Result<Frontend> create(model::FrontendSpec spec, const Shape& raw);

  // [rows, frames]; for each part and channel one row per value.
  const Shape& feature_shape() const { return shape_; }
  // A feature of a row as a real number is its int16 times this power of two.
  const std::vector<double>& feature_scales() const { return scales_; }
  // One raw sample, channel-first; features [rows, frames].
  void run(const float* sample, int16_t* features) const;
  // The same, in float64 from the raw sample on: what fixed point is compared with.
  void run_float(const float* sample, double* features) const;

  FrontendText c_text(const std::string& prefix, FrameSource source = FrameSource::kRaw) const;
  // Of `scratch` in that text; a multiple of 4.
  int64_t scratch_bytes() const;
  const model::FrontendSpec& spec() const { return spec_; }

 private:
  struct Part {
    int64_t frame_length = 0, hop = 0;
    std::vector<const StageKind*> kinds;
    std::vector<std::shared_ptr<const Stage>> stages;  // indexed like kinds
    std::vector<FrameInfo> infos;                      // before the first stage, then after each
  };
  Frontend() = default;
  static Result<Part> make_part(const model::FrontendPart& spec, const std::string& place);
  // Calls visit(part, channel, the first row of both).
  template <typename Visit>
  void for_each_channel(Visit visit) const;

  model::FrontendSpec spec_;
  Shape raw_, shape_;
  std::vector<double> scales_;
  std::vector<Part> parts_;
};

}  // namespace apprentice::frontend
