// SPDX-License-Identifier: Apache-2.0
// Files: whole-file reads, writes that are never seen half done, and read-only memory maps.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice {

bool file_exists(const std::string& path);
// Fails with one sentence when missing, a folder, unreadable, or larger than max_bytes.
Result<std::string> read_file(const std::string& path, int64_t max_bytes = int64_t{1} << 33);
// Writes to a temporary name beside `path`, syncs, renames: a crash or full disk leaves the old file or none.
Status write_file(const std::string& path, std::string_view bytes);
Status make_folder(const std::string& path);
// Text file names in a folder, sorted; empty when the folder is missing.
std::vector<std::string> list_folder(const std::string& path);
// SHA-256 of a file's bytes.
Result<std::string> hash_file(const std::string& path);

// Streams to a temporary name; the file appears under its own name only at commit(). Without it, nothing is left
// behind.
class FileWriter {
 public:
  static Result<FileWriter> create(const std::string& path);
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  Status write(const void* bytes, size_t count);
  Status write(std::string_view text) { return write(text.data(), text.size()); }
  Status commit();

 private:
  FileWriter(std::string path, std::string temporary, int descriptor);
  std::string path_, temporary_;
  int descriptor_ = -1;
};

// A read-only map of a whole file. Movable; readable from any thread.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  const std::byte* data() const { return data_; }
  size_t size() const { return size_; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  MappedFile(const std::byte* data, size_t size) : data_(data), size_(size) {}
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace apprentice
