// SPDX-License-Identifier: Apache-2.0
// StageKind: all that a kind of front-end stage means, in one table row: its keys, which frames it takes, and the Stage
// that it makes of them. Stage: the float64 reference, the int reference (the judge of every other implementation) and
// the C text. kinds.def lists the rows; each is defined in a .cpp file beside this one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/model/frontend_spec.h"

namespace apprentice::frontend {

// One frame of one channel between two stages: real value = value * 2^exponent, in units of the int16 input.
struct FixedFrame {
  std::vector<int32_t> values;
  int exponent = 0;
  std::vector<int32_t> spare;  // for a stage that cannot work in place; means nothing between stages
};

// What a stage gives per frame.
struct FrameInfo {
  int64_t values = 0;
  int bits = 16;                // of the largest magnitude, with its sign: 16 fits int16
  std::optional<int> exponent;  // absent: each frame has its own (block floating point)
  int top = 15;                 // no real value is larger than 2^top, whatever the exponent
};

// A key of a stage: a number in [least, most], or words out of `choices`.
struct StageKey {
  const char* name = "";
  double least = 0.0, most = 0.0;
  bool whole = true;                 // numbers: no fractions
  std::vector<const char*> choices;  // empty = a number
  bool several = false;              // words: one of them or more, each once
};

// A frame lies in `int32_t* scratch`, as int16 where its bits fit and as int32 otherwise; `int32_t exponent` is its
// own.
struct StageCText {
  std::string constants;  // tables with file scope
  std::string call;       // statements; indented by four blanks
};

// A stage between frames that are known, with its tables: those that run_fixed reads are those of the C text.
// Immutable; any thread.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual void run_float(std::vector<double>& values) const = 0;
  virtual void run_fixed(FixedFrame& frame) const = 0;
  // `symbol` leads the names of constants.
  virtual StageCText write(const std::string& symbol) const = 0;
  // Bytes of scratch beside the frame.
  virtual int64_t work_bytes() const { return 0; }
};

struct StageKind {
  const char* name = "";
  const char* summary = "";  // one line for `apprentice list stages`
  const char* source = "";   // of its formula
  std::vector<StageKey> keys;
  // What comes out of frames that `input` describes; refuses frames that the stage cannot take, and values of keys that
  // do not fit them.
  Result<FrameInfo> (*infer)(const model::StageSpec& spec, const FrameInfo& input) = nullptr;
  // `output` is what infer has said about `input`.
  std::shared_ptr<const Stage> (*make)(const model::StageSpec& spec, const FrameInfo& input,
                                       const FrameInfo& output) = nullptr;
  const char* header = "";  // of runtime/, with its kernels
};

const std::vector<StageKind>& stage_kinds();
// Null when there is no such stage.
const StageKind* find_stage_kind(const std::string& name);

}  // namespace apprentice::frontend
