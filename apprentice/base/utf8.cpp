// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace apprentice {
namespace {

bool continues(unsigned byte) { return (byte & 0xC0U) == 0x80U; }

bool is_ascii(const char* eight_bytes) {
  uint64_t word = 0;
  std::memcpy(&word, eight_bytes, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

uint32_t code_point(std::string_view character) {
  constexpr uint32_t kFirstBits[] = {0x7F, 0x7F, 0x1F, 0x0F, 0x07};
  uint32_t code = static_cast<unsigned char>(character[0]) & kFirstBits[character.size()];
  for (size_t i = 1; i < character.size(); ++i) code = code << 6 | (static_cast<unsigned char>(character[i]) & 0x3FU);
  return code;
}

struct Range {
  uint32_t first, last;
};
constexpr Range kNoColumns[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};
constexpr Range kTwoColumns[] = {{0x1100, 0x115F},   {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},
                                 {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                                 {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

template <size_t N>
bool lies_in(uint32_t code, const Range (&ranges)[N]) {
  return std::any_of(ranges, ranges + N, [&](const Range& r) { return code >= r.first && code <= r.last; });
}

size_t columns_of(std::string_view character) {
  const uint32_t code = code_point(character);
  return lies_in(code, kNoColumns) ? 0 : lies_in(code, kTwoColumns) ? 2 : 1;
}

// Bytes of the longest start of `text` that takes at most `columns`.
size_t bytes_within(std::string_view text, size_t columns) {
  size_t bytes = 0;
  for (size_t taken = 0; bytes < text.size();) {
    const size_t length = std::max<size_t>(1, utf8_length(text.substr(bytes)));
    taken += columns_of(text.substr(bytes, length));
    if (taken > columns) break;
    bytes += length;
  }
  return bytes;
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const size_t length = std::max<size_t>(1, utf8_length(text));
    columns += columns_of(text.substr(0, length));
    text.remove_prefix(length);
  }
  return columns;
}

std::string fit_columns(std::string_view text, size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  constexpr std::string_view kCut = "...";
  if (columns <= kCut.size()) return std::string(text.substr(0, bytes_within(text, columns)));
  return std::string(text.substr(0, bytes_within(text, columns - kCut.size()))).append(kCut);
}

size_t utf8_length(std::string_view text) {
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = at(0), second = at(1);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(second) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
    return continues(second) && continues(at(2)) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
    return continues(second) && continues(at(2)) && continues(at(3)) ? 4 : 0;
  }
  return 0;
}

size_t find_not_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (i + 8 <= text.size() && is_ascii(text.data() + i)) {
      i += 8;
      continue;
    }
    const size_t length = utf8_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

void append_utf8(uint32_t code, std::string& text) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | ((code >> 18) & 0x07));
    text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    const bool is_control = first < 0x20 || first == 0x7F;
    if (first == '\n')
      line += "\\n";
    else if (length == 0 || is_control)
      line += fmt::format("\\x{:02X}", first);
    else
      line += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return line;
}

}  // namespace apprentice
