// SPDX-License-Identifier: Apache-2.0
// Whoever watches the program may go away at any time: its work and its exit code stay the same.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <thread>

#include "apprentice/base/files.h"
#include "apprentice/base/pipe.h"
#include "apprentice/base/utf8.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

// Places that take nothing: a pipe whose reader has gone, a full disk, a terminal that was closed.
std::vector<std::pair<const char*, Descriptor>> dead_ends() {
  std::vector<std::pair<const char*, Descriptor>> ends;
  Result<Pipe> pipe = Pipe::make();
  ends.emplace_back("a pipe without reader", std::move(pipe->writer));
  ends.emplace_back("a full disk", Descriptor(::open("/dev/full", O_WRONLY | O_CLOEXEC)));
  const Descriptor terminal(::posix_openpt(O_RDWR | O_NOCTTY));
  if (::grantpt(terminal.get()) == 0 && ::unlockpt(terminal.get()) == 0) {
    ends.emplace_back("a terminal that is gone", Descriptor(::open(::ptsname(terminal.get()), O_WRONLY | O_NOCTTY)));
  }
  return ends;
}

class Streams : public ::testing::Test {
 protected:
  Streams() {
    write_waves(scratch_.path());
    JobTables tables = small_job("x86-64-host");
    tables["[teach]"] = "family = \"conv1d\"\nwidth = 4\ndepth = 1\n[teach.train]\nepochs = 1\n";
    write_job(tables, scratch_.path("job.toml"));
  }
  Finished teach(const std::string& run, const Limits& limits) {
    return run_program({"teach", "job.toml", "--run", run}, scratch_.path(), limits);
  }
  bool is_taught(const std::string& run) const { return file_exists(scratch_.path(run + "/teacher/teacher0.onnx")); }

  Scratch scratch_;
};

TEST_F(Streams, ProgressThatCannotBeShownIsDropped) {
  const auto ends = dead_ends();
  ASSERT_EQ(ends.size(), 3U);
  for (const size_t one : {0, 2}) {  // a full disk differs by its number alone
    const auto& [name, end] = ends[one];
    SCOPED_TRACE(name);
    ASSERT_TRUE(end.open());
    Limits limits;
    limits.error = end.get();
    const Finished finished = teach(name, limits);
    EXPECT_EQ(finished.exit_code, 0);
    EXPECT_EQ(finished.out, std::string(name) + "/teacher/teacher0.onnx\n");
    EXPECT_TRUE(is_taught(name));
  }
}

TEST_F(Streams, ErrorThatCannotBeShownKeepsItsExitCode) {
  for (const auto& [name, end] : dead_ends()) {
    SCOPED_TRACE(name);
    Limits limits;
    limits.error = end.get();
    EXPECT_EQ(run_program({"teach", "absent.toml"}, scratch_.path(), limits).exit_code, 2);
    EXPECT_EQ(run_program({"list", "planets"}, scratch_.path(), limits).exit_code, 2);
  }
}

TEST_F(Streams, ProgramWithoutTheEngineWorksOnToo) {
  for (const auto& [name, end] : dead_ends()) {
    SCOPED_TRACE(name);
    Limits limits;
    limits.error = end.get();
    const Finished finished = run_program({"factory", "--out", name, "--machines", "3"}, scratch_.path(), limits);
    EXPECT_EQ(finished.exit_code, 0);
    EXPECT_TRUE(file_exists(scratch_.path(std::string(name) + "/index.csv")));
  }
}

// All that a program shows on a terminal of so many columns.
std::string shown_on_terminal(unsigned short columns, const std::function<int(int terminal)>& run) {
  const Descriptor ours(::posix_openpt(O_RDWR | O_NOCTTY));
  EXPECT_TRUE(::grantpt(ours.get()) == 0 && ::unlockpt(ours.get()) == 0);
  Descriptor terminal(::open(::ptsname(ours.get()), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  const winsize size{24, columns, 0, 0};
  EXPECT_EQ(::ioctl(terminal.get(), TIOCSWINSZ, &size), 0);
  std::string shown;
  std::thread reader([&] {
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(ours.get(), buffer, sizeof buffer)) > 0;) {
      shown.append(buffer, static_cast<size_t>(count));
    }
  });
  EXPECT_EQ(run(terminal.get()), 0);
  terminal.reset();  // the reader sees the end
  reader.join();
  return shown;
}

TEST_F(Streams, BarStaysInOneRowOfTheTerminal) {
  for (const unsigned short columns : {30}) {
    const std::string run = fmt::format("run{}", columns);
    const std::string shown = shown_on_terminal(columns, [&](int terminal) {
      Limits limits;
      limits.error = terminal;
      return teach(run, limits).exit_code;
    });
    const std::string start = "\r\033[K[";
    size_t bars = 0;
    for (size_t at = shown.find(start); at != std::string::npos; at = shown.find(start, at + 1), ++bars) {
      const size_t first = at + start.size() - 1;
      EXPECT_LT(display_width(shown.substr(first, shown.find_first_of("\r\n", first) - first)), columns);
    }
    EXPECT_GT(bars, 2U);
  }
}

TEST_F(Streams, ClosedOnesAreNotTakenByTheFilesOfTheRun) {
  Limits limits;
  limits.closed = {STDIN_FILENO, STDERR_FILENO};
  EXPECT_EQ(teach("quiet", limits).exit_code, 0);
  EXPECT_TRUE(is_taught("quiet"));
  limits.closed = {STDIN_FILENO, STDOUT_FILENO};
  const Finished mute = teach("mute", limits);
  EXPECT_EQ(mute.exit_code, 2);  // the result could not be told
  EXPECT_THAT(mute.err, HasSubstr("standard output: cannot write the result: Bad file descriptor"));
  EXPECT_TRUE(is_taught("mute"));
  limits.closed = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  EXPECT_EQ(teach("alone", limits).exit_code, 2);
  EXPECT_TRUE(is_taught("alone"));
  for (const char* run : {"quiet", "mute", "alone"}) EXPECT_EQ(*read_file(scratch_.path(run) + "/lock"), "") << run;
}

}  // namespace
}  // namespace apprentice::test
