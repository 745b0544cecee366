// SPDX-License-Identifier: Apache-2.0
#include "scratch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

namespace apprentice::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "apprentice-scratch-";
// Younger ones may not have their lock yet.
constexpr auto kSettled = std::chrono::minutes(1);

int lock_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder >= 0 && ::flock(folder, LOCK_EX | LOCK_NB) == 0) return folder;
  if (folder >= 0) ::close(folder);
  return -1;
}

// Folders that no program holds any more.
void sweep(const fs::path& home) {
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(home, code)) {
    if (entry.path().filename().string().rfind(kPrefix, 0) != 0) continue;
    std::error_code gone;
    const auto changed = fs::last_write_time(entry.path(), gone);
    if (gone || fs::file_time_type::clock::now() - changed < kSettled) continue;
    const int lock = lock_folder(entry.path().string());
    if (lock < 0) continue;
    fs::remove_all(entry.path(), gone);
    ::close(lock);
  }
}

}  // namespace

Result<ScratchFolder> ScratchFolder::make() {
  std::error_code code;
  const fs::path home = fs::temp_directory_path(code);
  if (code) return fail(ErrorKind::kIo, "TMPDIR", "is no folder for temporary files: {}", code.message());
  sweep(home);
  std::string pattern = (home / (std::string(kPrefix) + "XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    return fail(ErrorKind::kIo, pattern, "cannot make a temporary folder: {}", std::strerror(errno));
  }
  const int lock = lock_folder(pattern);
  return ScratchFolder(std::move(pattern), lock);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace apprentice::cli
