// SPDX-License-Identifier: Apache-2.0
// A folder for build products of one command; gone with it. What a killed command left is swept by the next one.
#pragma once

#include <string>
#include <utility>

#include "apprentice/base/error.h"

namespace apprentice::cli {

class ScratchFolder {
 public:
  static Result<ScratchFolder> make();
  ScratchFolder(ScratchFolder&& other) noexcept
      : path_(std::exchange(other.path_, "")), lock_(std::exchange(other.lock_, -1)) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();
  const std::string& path() const { return path_; }

 private:
  ScratchFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_ = -1;  // of the folder, held while it is in use
};

}  // namespace apprentice::cli
