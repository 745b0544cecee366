// SPDX-License-Identifier: Apache-2.0
// Files of the fuzz targets whose loaders take a path. They live in memory only.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "apprentice/base/hash.h"

// Nets up to this many multiply-accumulates are run: some milliseconds under sanitizers.
constexpr int64_t kSmallMacs = int64_t{1} << 18;

// A file without a name, gone with the object.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    if (descriptor_ < 0 || ::write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      __builtin_trap();
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

// A container (docs/formats/model_file.md) with true sizes and checksum, which no fuzzer would find: what precedes the
// first zero byte is its JSON header, the rest its blob.
inline std::string container_of(std::string_view magic, std::string_view input) {
  const std::string_view header = input.substr(0, input.find('\0'));
  const std::string_view blob = header.size() < input.size() ? input.substr(header.size() + 1) : std::string_view();
  const uint64_t size = header.size();
  std::string bytes(magic);
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes.append(header).append(blob);
  return bytes + apprentice::sha256_hex(bytes);
}
