// SPDX-License-Identifier: Apache-2.0
// What a file is in truth, where it is not what its name or the job says.
#pragma once

#include <string>
#include <string_view>

namespace apprentice {

// "an Excel workbook; save its sheet as CSV" from the first bytes of a file that is none of the texts, or ""
// where nothing is known. To follow "the file is ".
std::string foreign_kind(std::string_view bytes);
// "; it is an Excel workbook; ..." or "", to end a sentence that says what the file is not.
std::string is_rather(std::string_view bytes);

}  // namespace apprentice
