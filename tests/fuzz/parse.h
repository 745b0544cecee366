// SPDX-License-Identifier: Apache-2.0
// What every fuzz target shares: bytes as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

inline std::string_view as_text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}
