// SPDX-License-Identifier: Apache-2.0
// A folder for build products of one command; gone with it.
#pragma once

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

#include "apprentice/base/error.h"

namespace apprentice::cli {

class ScratchFolder {
 public:
  static Result<ScratchFolder> make() {
    std::error_code code;
    std::string pattern = (std::filesystem::temp_directory_path(code) / "apprentice-XXXXXX").string();
    if (code) return fail(ErrorKind::kIo, "TMPDIR", "is no folder for temporary files: {}", code.message());
    if (::mkdtemp(pattern.data()) == nullptr) {
      return fail(ErrorKind::kIo, pattern, "cannot make a temporary folder: {}", std::strerror(errno));
    }
    return ScratchFolder(std::move(pattern));
  }
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace apprentice::cli
