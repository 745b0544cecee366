// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/guess/time_text.h"

#include <cctype>
#include <cstdint>

namespace apprentice::data {
namespace {

constexpr size_t kLongest = 40;  // characters of a time

class TimeText {
 public:
  explicit TimeText(std::string_view text) : rest_(text) {}

  bool read(double& seconds) {
    if (rest_.empty() || rest_.size() > kLongest) return false;
    int64_t first = 0;
    const std::string_view whole = rest_;
    if (!number(first) || rest_.empty()) return false;
    double day = 0.0, clock = 0.0;
    if (rest_.front() == ':') {
      rest_ = whole;
      return read_clock(seconds) && rest_.empty();
    }
    if (!read_date(first, day)) return false;
    if (!rest_.empty()) {
      if (rest_.front() != ' ' && rest_.front() != 'T' && rest_.front() != 't') return false;
      rest_.remove_prefix(1);
      if (!read_clock(clock) || !read_zone(clock)) return false;
    }
    seconds = day * 86400.0 + clock;
    return true;
  }

 private:
  bool number(int64_t& value) {
    value = 0;
    size_t digits = 0;
    for (; digits < rest_.size() && digits < 9 && std::isdigit(static_cast<unsigned char>(rest_[digits])) != 0;
         ++digits)
      value = value * 10 + (rest_[digits] - '0');
    rest_.remove_prefix(digits);
    return digits > 0;
  }

  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // The rest of a date whose first number is read.
  bool read_date(int64_t first, double& day) {
    const char separator = rest_.front();
    if (separator != '-' && separator != '/' && separator != '.') return false;
    int64_t second = 0, third = 0;
    if (!skip(separator) || !number(second) || !skip(separator) || !number(third)) return false;
    int64_t year = first, month = second, date = third;
    if (first < 1000) {
      year = third;
      date = first;
      if (month > 12) std::swap(date, month);
    }
    if (year < 1000 || year > 9999 || month < 1 || month > 12 || date < 1 || date > 31) return false;
    day = days_from_civil(year, month, date);
    return true;
  }

  // Days since 1970-01-01 in the Gregorian calendar (Howard Hinnant, chrono-compatible low-level date algorithms,
  // 2013).
  static double days_from_civil(int64_t year, int64_t month, int64_t date) {
    year -= month <= 2 ? 1 : 0;
    const int64_t era = year / 400, of_era = year - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1;
    return static_cast<double>(era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468);
  }

  bool read_clock(double& seconds) {
    int64_t hour = 0, minute = 0, second = 0;
    if (!number(hour) || !skip(':') || !number(minute) || hour > 24 || minute > 59) return false;
    double fraction = 0.0, weight = 0.1;
    if (skip(':')) {
      if (!number(second) || second > 60) return false;
      if (skip('.') || skip(',')) {
        for (; !rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_.front())) != 0; rest_.remove_prefix(1)) {
          fraction += weight * (rest_.front() - '0');
          weight /= 10.0;
        }
      }
    }
    seconds = static_cast<double>(hour * 3600 + minute * 60 + second) + fraction;
    return true;
  }

  // "Z", "+01:00", " AM", " PM" or nothing; a column of one style differs by the same zone everywhere.
  bool read_zone(double& clock) {
    const bool noon = clock >= 43200.0;
    if (rest_ == " AM" && noon) clock -= 43200.0;
    if (rest_ == " PM" && !noon) clock += 43200.0;
    if (rest_.empty() || rest_ == "Z" || rest_ == " AM" || rest_ == " PM") return true;
    if (rest_.front() != '+' && rest_.front() != '-') return false;
    for (const char c : rest_.substr(1)) {
      if (std::isdigit(static_cast<unsigned char>(c)) == 0 && c != ':') return false;
    }
    return rest_.size() <= 6;
  }

  std::string_view rest_;
};

}  // namespace

bool parse_time(std::string_view text, double& seconds) { return TimeText(text).read(seconds); }

}  // namespace apprentice::data
