// SPDX-License-Identifier: Apache-2.0
// Columns and paragraphs for the terminal. Internal to report/.
#pragma once

#include <string>

namespace apprentice::report {

// Characters, not bytes: the units hold µ and no-break spaces.
size_t width_of(const std::string& text);
// Filled up with blanks; numbers stand right.
enum class Side { kLeft, kRight };
std::string pad(const std::string& text, size_t width, Side side);
// Lines of at most 98 characters, each after `indent`.
std::string wrap(const std::string& text, const std::string& indent);

}  // namespace apprentice::report
