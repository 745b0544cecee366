// SPDX-License-Identifier: Apache-2.0
// UTF-8 (Unicode 15, table 3-7): jobs, names and reports are UTF-8; files and command lines of users may be anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace apprentice {

// Bytes of the character that `text` starts with; 0 when it starts with none.
size_t utf8_length(std::string_view text);
// Where the first byte stands that is not UTF-8; npos when there is none.
size_t find_not_utf8(std::string_view text);
// Appends one character, which is to be at most 0x10FFFF.
void append_utf8(uint32_t code, std::string& text);
// Columns that a text takes on a terminal: wide characters (East Asian, pictographs) two, combining marks none. A fair
// estimate, not Unicode's whole table.
size_t display_width(std::string_view text);
// As much of the text as `columns` hold, with "..." where something is cut off.
std::string fit_columns(std::string_view text, size_t columns);
// For messages of one line: control characters and bytes that are not UTF-8 are shown as \n or \x1B.
std::string one_line(std::string_view text);

}  // namespace apprentice
