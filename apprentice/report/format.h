// SPDX-License-Identifier: Apache-2.0
// Numbers and text as people read them: one place decides digits, units and escaping for page, terminal and sentences.
// A number and its unit are joined by a no-break space (U+00A0). Not finite or absent: an en dash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "apprentice/report/report.h"

namespace apprentice::report {

// For HTML text and attributes in quotes: & < > " ' become entities; control characters and bytes that are not UTF-8
// become U+FFFD, so the page stays well-formed XML whatever a class is called.
std::string escape_html(std::string_view text);
// In one line of Markdown (GitHub Flavored Markdown 0.29): no table, link, tag or emphasis of the text's own.
std::string escape_markdown(std::string_view text);
// Printable on a terminal: as above without entities; escape sequences cannot pass.
std::string clean_text(std::string_view text);

std::string format_percent(double share);            // 0.9312 -> "93.1 %"
std::string format_points(double share);             // 0.0123 -> "1.2" (percentage points, no sign)
std::string format_signed_points(double share);      // "+1.2", "−0.3", "0.0"
std::string format_number(double value);             // three significant digits: "0.0415", "12.9", "1230"
std::string format_signed(double value);             // as format_number, with + or −
std::string format_tick(double value);               // shortest: "0.5", "2", "-14"
std::string format_count(std::optional<int64_t> n);  // "2.66 M", "812 k", "96"
std::string format_percent_tick(double share);       // "80 %", "92.5 %"
std::string format_power(double value);              // for axes: "1 k", "10 M"
std::string format_whole(int64_t n);                 // "21 120"
std::string format_bytes(std::optional<int64_t> n);  // "41.2 KiB"
std::string format_ratio(double ratio);              // of what is cut: "183×", "3.4×"; 0.7 -> "1.4× more"
std::string format_us(double us);                    // "12.3 ms"
std::string format_uj(double uj);                    // "812 µJ"
// "12.3 ms (9.8 ms to 15.1 ms)"
std::string format_estimate(const package::Estimate& estimate, std::string (*format)(double));

// The model's own title, or its role's: "Student, int8".
std::string model_title(const ReportModel& model);
const char* role_title(ModelRole role);
// "recording" -> "recordings" unless n is 1.
std::string plural(int64_t n, const std::string& noun);

}  // namespace apprentice::report
