// SPDX-License-Identifier: Apache-2.0
// What the user sees: results on stdout; progress and errors on stderr, as a live bar on a terminal, as plain lines
// elsewhere. What stderr does not take (a pipe without reader, a full disk, a terminal that is gone) is dropped: no
// work ends because nobody watches it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "apprentice/base/control.h"
#include "apprentice/base/error.h"

namespace apprentice::cli {

// How a verb prints what it found.
enum class Form { kText, kJson };

class Console {
 public:
  Console();
  // One piece of the command's result, to stdout.
  void result(const std::string& text);
  // Whether all results reached stdout. A reader that has seen enough (`| head`) is no error, a full disk is.
  Status output_status() const;
  // One line about what happens, to stderr.
  void note(const std::string& line);
  void error(const std::string& sentence);
  void progress(const Progress& progress);

 private:
  void show(std::string_view text);
  void clear_bar();
  std::string line_of(const Progress& progress) const;
  std::string time_left(const Progress& progress) const;

  using Clock = std::chrono::steady_clock;
  bool is_terminal_ = false;
  bool has_bar_ = false;
  int output_error_ = 0;  // errno of the first result that could not be written
  std::string task_;
  Clock::time_point task_started_, last_shown_;
  Clock::time_point judged_from_;  // its speed, and what was done then
  int64_t done_then_ = 0;
};

// "41 s", "3 min 20 s", "2 h 5 min"
std::string duration_text(double seconds);
// "812", "48.2 k", "1.21 M"
std::string count_text(int64_t count);
std::string bytes_text(int64_t bytes);

}  // namespace apprentice::cli
