// SPDX-License-Identifier: Apache-2.0
#include "console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "apprentice/base/utf8.h"

namespace apprentice::cli {
namespace {

constexpr double kLineSeconds = 5.0;  // between plain lines
constexpr double kBarSeconds = 0.1;
constexpr size_t kWidestBar = 24;
constexpr size_t kUsualColumns = 80;
// A task's first: what an earlier call had done is told in them, but took no time of this one.
constexpr double kSettleSeconds = 2.0;

double seconds_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

std::string bar_text(int64_t done, int64_t total, size_t width) {
  const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0.0;
  const auto filled = static_cast<size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(width));
  return "[" + std::string(filled, '#') + std::string(width - filled, '.') + "]";
}

// Asked for every line: windows change their size.
size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* told = std::getenv("COLUMNS");
  const int columns = told != nullptr ? std::atoi(told) : 0;
  return columns > 0 ? static_cast<size_t>(columns) : kUsualColumns;
}

// A bar and a line that stay in one row, so that the next one can replace them.
std::string row_text(const Progress& progress, const std::string& line) {
  const size_t columns = terminal_columns() - 1;  // in the last one, some terminals begin a new row
  const size_t width = std::min(kWidestBar, columns / 4);
  return fit_columns(bar_text(progress.done, progress.total, width) + " " + one_line(line), columns);
}

}  // namespace

Console::Console() : is_terminal_(::isatty(STDERR_FILENO) == 1) {}

// By write(), since the streams of C and C++ keep what was refused, and fmt throws.
void Console::show(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

void Console::clear_bar() {
  if (has_bar_) show("\r\033[K");
  has_bar_ = false;
}

void Console::result(const std::string& text) {
  clear_bar();
  const bool written = std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  if (!written && output_error_ == 0) output_error_ = errno;
}

Status Console::output_status() const {
  if (output_error_ == 0 || output_error_ == EPIPE) return {};
  return fail(ErrorKind::kIo, "standard output", "cannot write the result: {}", std::strerror(output_error_));
}

void Console::note(const std::string& line) {
  clear_bar();
  show(line + "\n");
}

void Console::error(const std::string& sentence) { note("apprentice: error: " + one_line(sentence)); }

std::string Console::line_of(const Progress& progress) const {
  std::string line = progress.task;
  if (progress.total > 0) line += fmt::format(" {}/{}", progress.done, progress.total);
  if (!progress.detail.empty()) line += "  " + progress.detail;
  return line + time_left(progress);
}

// By the mean speed since the task settled.
std::string Console::time_left(const Progress& progress) const {
  const double seconds = seconds_between(judged_from_, Clock::now());
  const int64_t gained = progress.done - done_then_, missing = progress.total - progress.done;
  if (seconds < kSettleSeconds || gained <= 0 || missing <= 0) return "";
  return "  left " + duration_text(seconds * static_cast<double>(missing) / static_cast<double>(gained));
}

void Console::progress(const Progress& progress) {
  const Clock::time_point now = Clock::now();
  const bool starts = progress.task != task_;
  task_ = progress.task;
  if (starts || progress.done < done_then_) task_started_ = now;
  if (seconds_between(task_started_, now) < kSettleSeconds) {
    judged_from_ = now;
    done_then_ = progress.done;
  }
  const bool ends = progress.total > 0 && progress.done >= progress.total;
  const double waited = seconds_between(last_shown_, now);
  if (!starts && !ends && waited < (is_terminal_ ? kBarSeconds : kLineSeconds)) return;
  last_shown_ = now;
  if (is_terminal_) {
    show("\r\033[K" + row_text(progress, line_of(progress)));
    has_bar_ = true;
  } else {
    show(line_of(progress) + "\n");
  }
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<int64_t>(seconds + 0.5);
  if (whole < 120) return fmt::format("{} s", whole);
  if (whole < 7200) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string count_text(int64_t count) {
  const auto value = static_cast<double>(count);
  if (count < 10'000) return std::to_string(count);
  if (count < 1'000'000) return fmt::format("{:.1f} k", value / 1e3);
  if (count < 1'000'000'000) return fmt::format("{:.2f} M", value / 1e6);
  return fmt::format("{:.2f} G", value / 1e9);
}

std::string bytes_text(int64_t bytes) {
  if (bytes < 10'240) return fmt::format("{} B", bytes);
  if (bytes < 10 * 1024 * 1024) return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024.0);
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / 1048576.0);
}

}  // namespace apprentice::cli
