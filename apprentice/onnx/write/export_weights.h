// SPDX-License-Identifier: Apache-2.0
// Weight order: QuantNet counts channel-last, ONNX channel-first. Internal to onnx/write/.
#pragma once

#include <cstdint>
#include <vector>

namespace apprentice::onnx::write {

// [outer][positions][channels] to [outer][channels][positions]
inline std::vector<int8_t> channel_first(const std::vector<int8_t>& from, int64_t outer, int64_t positions,
                                         int64_t channels) {
  std::vector<int8_t> to(from.size());
  auto next = to.begin();
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t first = o * positions * channels + c;
      for (int64_t p = 0; p < positions; ++p) *next++ = from.at(static_cast<size_t>(first + p * channels));
    }
  }
  return to;
}

}  // namespace apprentice::onnx::write
