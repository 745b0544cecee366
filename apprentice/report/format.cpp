// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/format.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "apprentice/base/utf8.h"

namespace apprentice::report {
namespace {

constexpr const char* kNothing = "–";
constexpr const char* kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr const char* kSpace = "\xC2\xA0";            // U+00A0

// Length of the UTF-8 character that starts here, 0 when it is not one that XML allows.
size_t character_length(std::string_view text) {
  const std::string_view three = text.substr(0, 3);
  if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") return 0;  // U+FFFE, U+FFFF
  return utf8_length(text);
}

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return (first < 0x20 && first != '\n' && first != '\t') || first == 0x7F;
  return character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;  // C1
}

// Texts that reorder what follows them (bidirectional controls) can make a page lie about a name.
bool is_reordering(std::string_view character) {
  static constexpr std::array<std::string_view, 9> kBidi = {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E",
                                                            "\u2066", "\u2067", "\u2068", "\u2069"};
  for (const std::string_view bidi : kBidi) {
    if (character == bidi) return true;
  }
  return false;
}

template <typename F>
std::string map_characters(std::string_view text, F&& one) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = character_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || is_control(character) || is_reordering(character)) {
      out += kReplacement;
    } else {
      out += one(character);
    }
    text.remove_prefix(character.size());
  }
  return out;
}

// Digits so that three are significant, never more than needed: 0.0415, 4.15, 41.5, 415, 4150.
std::string three_digits(double value) {
  const double size = std::abs(value);
  if (size == 0.0) return "0";
  if (size < 1e-4 || size >= 1e15) return fmt::format("{:.2e}", value);
  // From the rounded value: 0.9996 has the magnitude of 1.00.
  const std::string rounded = fmt::format("{:.2e}", size);
  const int magnitude = std::stoi(rounded.substr(rounded.find('e') + 1));
  return fmt::format("{:.{}f}", value, std::max(0, 2 - magnitude));
}

std::string with_unit(double value, const char* unit) { return three_digits(value) + kSpace + unit; }

std::string sign_of(double value) { return value > 0.0 ? "+" : value < 0.0 ? "−" : ""; }

std::string scaled(double value, const std::array<const char*, 3>& units) {
  if (!std::isfinite(value)) return kNothing;
  size_t unit = 0;
  while (unit + 1 < units.size() && std::abs(value) >= 999.5) {
    value /= 1000.0;
    ++unit;
  }
  return with_unit(value, units[unit]);
}

}  // namespace

std::string escape_html(std::string_view text) {
  return map_characters(text, [](std::string_view character) -> std::string_view {
    switch (character[0]) {
      case '&': return "&amp;";
      case '<': return "&lt;";
      case '>': return "&gt;";
      case '"': return "&quot;";
      case '\'': return "&#39;";
      default: return character;
    }
  });
}

std::string escape_markdown(std::string_view text) {
  return map_characters(text, [](std::string_view c) {
    if (c == "\n" || c == "\t") return std::string(" ");
    const bool special = c.size() == 1 && std::string_view("\\`*[]<>|&~").find(c[0]) != std::string_view::npos;
    return (special ? "\\" : "") + std::string(c);
  });
}

std::string clean_text(std::string_view text) {
  return map_characters(text, [](std::string_view character) -> std::string_view {
    return character == "\n" || character == "\t" ? std::string_view(" ") : character;
  });
}

std::string format_percent(double share) {
  if (!std::isfinite(share)) return kNothing;
  const std::string digits = fmt::format("{:.1f}", 100.0 * std::abs(share));
  return (share < 0.0 && digits != "0.0" ? "−" : "") + digits + kSpace + "%";
}

std::string format_points(double share) {
  return std::isfinite(share) ? fmt::format("{:.1f}", std::abs(100.0 * share)) : kNothing;
}

std::string format_signed_points(double share) {
  const std::string points = format_points(share);
  return points == "0.0" || points == kNothing ? points : sign_of(share) + points;
}

std::string format_number(double value) { return std::isfinite(value) ? three_digits(value) : kNothing; }

std::string format_signed(double value) {
  return std::isfinite(value) ? sign_of(value) + three_digits(std::abs(value)) : kNothing;
}

std::string format_tick(double value) { return std::abs(value) < 1e-12 ? "0" : fmt::format("{:.4g}", value); }

std::string format_percent_tick(double share) { return format_tick(100.0 * share) + kSpace + "%"; }

std::string format_power(double value) {
  constexpr std::array kUnits = {"", "k", "M", "G", "T"};
  size_t unit = 0;
  for (; unit + 1 < kUnits.size() && value >= 999.5; ++unit) value /= 1000.0;
  return format_tick(value) + (unit == 0 ? "" : kSpace) + kUnits[unit];
}

std::string format_count(std::optional<int64_t> n) {
  if (!n) return kNothing;
  constexpr std::array kUnits = {"", "k", "M", "G", "T"};
  auto value = static_cast<double>(*n);
  if (std::abs(value) < 1000.0) return std::to_string(*n);
  size_t unit = 0;
  while (unit + 1 < kUnits.size() && std::abs(value) >= 999.5) {
    value /= 1000.0;
    ++unit;
  }
  return with_unit(value, kUnits[unit]);
}

std::string format_whole(int64_t n) {
  std::string digits = std::to_string(n);
  const size_t first = n < 0 ? 1 : 0;
  for (size_t place = digits.size(); place > first + 3;) {
    place -= 3;
    digits.insert(place, kSpace);
  }
  return digits;
}

std::string format_bytes(std::optional<int64_t> n) {
  if (!n) return kNothing;
  const auto bytes = static_cast<double>(*n);
  if (bytes < 1024.0) return fmt::format("{}{}B", *n, kSpace);
  if (bytes < 1024.0 * 1023.5) return with_unit(bytes / 1024.0, "KiB");
  return with_unit(bytes / (1024.0 * 1024.0), "MiB");
}

// Above this a quotient reads "1.0×".
constexpr double kAsMany = 0.95;

std::string format_ratio(double ratio) {
  if (!std::isfinite(ratio) || ratio <= 0.0) return kNothing;
  const bool more = ratio < kAsMany;
  const double factor = more ? 1.0 / ratio : ratio;
  return fmt::format("{:.{}f}×{}", factor, factor < 9.95 ? 1 : 0, more ? "\u00A0more" : "");
}

std::string format_us(double us) { return scaled(us, {"µs", "ms", "s"}); }
std::string format_uj(double uj) { return scaled(uj, {"µJ", "mJ", "J"}); }

std::string format_estimate(const package::Estimate& estimate, std::string (*format)(double)) {
  return fmt::format("{} ({} to {})", format(estimate.value), format(estimate.low), format(estimate.high));
}

const char* role_title(ModelRole role) {
  switch (role) {
    case ModelRole::kTeacher: return "Teacher";
    case ModelRole::kStudent: return "Student, float";
    case ModelRole::kControl: return "Control, float";
    case ModelRole::kStudentInt8: return "Student, int8";
    case ModelRole::kControlInt8: return "Control, int8";
  }
  throw BrokenPromise("a model role of the table");
}

std::string model_title(const ReportModel& model) { return model.title.empty() ? role_title(model.role) : model.title; }

std::string plural(int64_t n, const std::string& noun) {
  if (n == 1) return noun;
  if (noun.size() > 1 && noun.back() == 'y') return noun.substr(0, noun.size() - 1) + "ies";
  return noun + "s";
}

}  // namespace apprentice::report
