// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/text_layout.h"

#include <algorithm>

namespace apprentice::report {
namespace {

constexpr size_t kTextWidth = 98;

}  // namespace

size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::string pad(const std::string& text, size_t width, Side side) {
  const std::string blanks(width > width_of(text) ? width - width_of(text) : 0, ' ');
  return side == Side::kRight ? blanks + text : text + blanks;
}

std::string wrap(const std::string& text, const std::string& indent) {
  std::string out, line = indent;
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = std::min(text.find(' ', start), text.size());
    const std::string word = text.substr(start, end - start);
    if (line != indent && width_of(line) + 1 + width_of(word) > kTextWidth) {
      out += line + "\n";
      line = indent;
    }
    line += (line == indent ? "" : " ") + word;
    start = end + 1;
  }
  return out + line + "\n";
}

}  // namespace apprentice::report
