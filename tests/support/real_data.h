// SPDX-License-Identifier: Apache-2.0
// Where tests find what is not part of the repository (real data) and their own scratch space.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace apprentice::test {

// The root of the source tree.
inline std::string source_folder() {
  const char* folder = std::getenv("APPRENTICE_SOURCE");
  return folder != nullptr ? folder : ".";
}

// The folder of real data, or "" when it is not there.
inline std::string data_folder() {
  const char* set = std::getenv("APPRENTICE_DATA");
  const std::string folder = set != nullptr ? set : source_folder() + "/../shared/data";
  return std::filesystem::exists(folder + "/README.md") ? std::filesystem::canonical(folder).string() : "";
}

// A scratch folder of one test, removed with it.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "apprentice-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace apprentice::test

// Skips the test with a word when the real data is not there.
#define APPRENTICE_NEEDS_DATA()                  \
  if (::apprentice::test::data_folder().empty()) \
  GTEST_SKIP() << "real data is not here: set APPRENTICE_DATA to the folder that holds it"
