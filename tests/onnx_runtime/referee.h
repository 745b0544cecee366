// SPDX-License-Identifier: Apache-2.0
// ONNX Runtime as a referee: it knows nothing of our code. Needs node and `npm ci` in tests/onnx_runtime.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "apprentice/base/tensor.h"

namespace apprentice::test {

// Empty when the referee can be asked, else what is missing and how to get it.
std::string referee_missing();

struct Question {
  std::string name;   // of the net, for messages
  std::string model;  // ONNX bytes
  Tensor input;       // float32 [N, ...]
};
struct Answer {
  Tensor output;
  std::string optimised;  // the graph that ran, ONNX bytes
};
// The output of each model, all optimisations on; empty and a test failure when the referee refuses.
std::vector<Answer> ask_referee(const std::vector<Question>& questions);

}  // namespace apprentice::test

#define APPRENTICE_NEEDS_REFEREE() \
  if (!::apprentice::test::referee_missing().empty()) GTEST_SKIP() << ::apprentice::test::referee_missing()
