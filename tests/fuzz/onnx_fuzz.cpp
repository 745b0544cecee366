// SPDX-License-Identifier: Apache-2.0
// Any bytes as an ONNX model: read, checked, summarised, described. External data is never read.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "apprentice/onnx/format/graph.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto graph = apprentice::onnx::parse_onnx({reinterpret_cast<const char*>(bytes), size}, "fuzz.onnx");
  if (!graph) return 0;
  if (apprentice::onnx::summarize(*graph).parameters < 0) __builtin_trap();
  if (!apprentice::onnx::outer_names(*graph).empty()) __builtin_trap();
  for (const auto& input : graph->inputs) static_cast<void>(apprentice::onnx::shape_text(input));
  for (const auto& node : graph->nodes) static_cast<void>(apprentice::onnx::describe(node));
  return 0;
}
