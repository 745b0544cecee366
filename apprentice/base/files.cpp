// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>

#include "apprentice/base/hash.h"
#include "apprentice/base/pipe.h"
#include "apprentice/base/places.h"

namespace apprentice {
namespace {

constexpr const char* kTemporaryMark = ".tmp-";

tl::unexpected<Error> system_error(const std::string& path, const char* doing) {
  const int code = errno;
  const ErrorKind kind = code == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo;
  return fail(kind, path, "cannot {}: {}", doing, std::strerror(code));
}

// Opens a regular file for reading and tells its size.
Status open_regular(const std::string& path, Descriptor& file, int64_t& size) {
  // Without O_NONBLOCK, opening a named pipe would wait for its writer.
  file = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) return system_error(path, "open the file");
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return system_error(path, "read the file's size");
  if (!S_ISREG(info.st_mode)) return bad_input(path, "is not a regular file");
  size = info.st_size;
  return {};
}

}  // namespace

bool is_temporary_name(const std::string& name) {
  constexpr size_t kDigits = 8;
  const size_t mark = name.rfind(kTemporaryMark);
  return mark != std::string::npos && name.size() == mark + std::strlen(kTemporaryMark) + kDigits &&
         name.find_first_not_of("0123456789abcdef", name.size() - kDigits) == std::string::npos;
}

std::string program_prefix() {
  std::error_code code;
  return std::filesystem::read_symlink("/proc/self/exe", code).parent_path().parent_path().string();
}

bool file_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<std::string> read_file(const std::string& path, int64_t max_bytes) {
  Descriptor file;
  int64_t size = 0;
  APPRENTICE_CHECK(open_regular(path, file, size));
  if (size > max_bytes) return bad_input(path, "has {} bytes; at most {} are read", size, max_bytes);
  std::string bytes(static_cast<size_t>(size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error(path, "read the file");
    if (count == 0) return bad_input(path, "ends after {} of {} bytes", done, bytes.size());
    done += static_cast<size_t>(count);
  }
  return bytes;
}

Status write_file(const std::string& path, std::string_view bytes) {
  APPRENTICE_TRY(FileWriter writer, FileWriter::create(path));
  APPRENTICE_CHECK(writer.write(bytes));
  return writer.commit();
}

Status make_folder(const std::string& path) {
  std::error_code code;
  std::filesystem::create_directories(path, code);
  if (code) return fail(ErrorKind::kIo, path, "cannot make the folder: {}", code.message());
  return {};
}

std::vector<std::string> list_folder(const std::string& path) {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(path, code)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> hash_file(const std::string& path) {
  APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
  return sha256_hex(file.view());
}

// Not mkstemp, whose files nobody else may read: these follow the umask.
Result<FileWriter> FileWriter::create(const std::string& path) {
  static std::atomic<unsigned> count{std::random_device()()};
  while (true) {
    std::string temporary = fmt::format("{}{}{:08x}", path, kTemporaryMark, count++);
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return FileWriter(path, std::move(temporary), descriptor);
    if (errno != EEXIST) return system_error(path, "write the file");
  }
}

FileWriter::FileWriter(std::string path, std::string temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

FileWriter::~FileWriter() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

Status FileWriter::write(const void* bytes, size_t count) {
  const char* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written = ::write(descriptor_, next, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error(path_, "write the file");
    next += written;
    count -= static_cast<size_t>(written);
  }
  return {};
}

Status FileWriter::commit() {
  if (::fsync(descriptor_) != 0) return system_error(path_, "write the file");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return system_error(path_, "write the file");
  ::close(std::exchange(descriptor_, -1));
  return {};
}

Result<MappedFile> MappedFile::open(const std::string& path) {
  Descriptor file;
  int64_t size = 0;
  APPRENTICE_CHECK(open_regular(path, file, size));
  if (size == 0) return MappedFile(nullptr, 0);
  void* data = ::mmap(nullptr, static_cast<size_t>(size), PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (data == MAP_FAILED) return system_error(path, "map the file");
  return MappedFile(static_cast<const std::byte*>(data), static_cast<size_t>(size));
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace apprentice
