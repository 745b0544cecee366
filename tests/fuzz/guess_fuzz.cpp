// SPDX-License-Identifier: Apache-2.0
// Whatever a table holds, the guess about it ends in a job that is TOML, or in an error.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "apprentice/base/config.h"
#include "apprentice/base/files.h"
#include "apprentice/data/guess/guess_data.h"
#include "apprentice/data/guess/time_text.h"
#include "tests/fuzz/parse.h"

namespace {

// A table has to lie in a file; one in memory, where there is a place for it.
const std::string& table_path() {
  static const std::string kPath = [] {
    const std::string folder = std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp";
    return folder + "/apprentice-guess-" + std::to_string(::getpid()) + ".csv";
  }();
  return kPath;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = as_text(data, size);
  double seconds = 0.0;
  static_cast<void>(apprentice::data::parse_time(text, seconds));
  if (!apprentice::write_file(table_path(), text)) return 0;
  const auto guessed = apprentice::data::guess_data({table_path()}, {}, {}, ".");
  if (guessed && !apprentice::Config::parse(guessed->text, "job")) std::abort();
  return 0;
}
