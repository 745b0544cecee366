// SPDX-License-Identifier: Apache-2.0
// ONNX Runtime in a process of its own (onnx_runtime.mjs), with all its optimisations: the other side of teacher_bench.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/conversation.h"
#include "apprentice/onnx/run/model.h"
#include "tests/support/real_data.h"

namespace apprentice::bench {

enum class CountedTime { kWall, kProcessor };

class OnnxRuntime {
 public:
  // Needs node, and `npm ci --ignore-scripts` in tests/onnx_runtime.
  OnnxRuntime();
  // Whether ONNX Runtime takes the model.
  bool load(const std::string& path, int threads);
  void give(const onnx::run::NamedTensors& inputs);
  // Seconds of the shortest of the runs that fill `seconds`, on the inputs given last.
  double time(double seconds, CountedTime counted);
  // Values of a float32 output for the inputs given last.
  std::vector<float> output(const std::string& name);

 private:
  double say(const std::string& line);

  test::Scratch scratch_;
  Conversation program_;
};

}  // namespace apprentice::bench
