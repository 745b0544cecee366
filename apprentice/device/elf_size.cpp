// SPDX-License-Identifier: Apache-2.0
#include "apprentice/device/elf_size.h"

#include "apprentice/base/files.h"

namespace apprentice::device {
namespace {

constexpr uint64_t kWritable = 1, kAllocated = 2;  // section flags
constexpr uint64_t kNoBits = 8;                    // section type

// A little-endian number at `offset`; false when it lies outside the file.
bool read_number(const std::string& bytes, uint64_t offset, int width, uint64_t& value) {
  if (offset > bytes.size() || bytes.size() - offset < static_cast<uint64_t>(width)) return false;
  value = 0;
  for (int i = width - 1; i >= 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[offset + static_cast<uint64_t>(i)]);
  }
  return true;
}

// Where the fields that we read lie in the two classes of file.
struct Layout {
  int word;                                    // bytes of an address
  uint64_t table_at, entry_size_at, count_at;  // in the file header
  uint64_t flags_at, size_at;                  // in a section header; the type is at 4 in both
};
constexpr Layout kElf32 = {4, 0x20, 0x2E, 0x30, 0x08, 0x14};
constexpr Layout kElf64 = {8, 0x28, 0x3A, 0x3C, 0x08, 0x20};

}  // namespace

Result<ElfSize> elf_size(const std::string& path) {
  APPRENTICE_TRY(const std::string bytes, read_file(path));
  const bool elf = bytes.size() > 5 && bytes.compare(0, 4, "\177ELF") == 0 && (bytes[4] == 1 || bytes[4] == 2);
  if (!elf) return bad_input(path, "is not an ELF file");
  const Layout& at = bytes[4] == 1 ? kElf32 : kElf64;
  uint64_t table = 0, entry = 0, count = 0;
  bool good = read_number(bytes, at.table_at, at.word, table) && read_number(bytes, at.entry_size_at, 2, entry) &&
              read_number(bytes, at.count_at, 2, count);
  ElfSize size;
  for (uint64_t i = 0; good && i < count; ++i) {
    const uint64_t header = table + i * entry;
    uint64_t type = 0, flags = 0, section_bytes = 0;
    good = read_number(bytes, header + 4, 4, type) && read_number(bytes, header + at.flags_at, at.word, flags) &&
           read_number(bytes, header + at.size_at, at.word, section_bytes);
    if ((flags & kAllocated) == 0) continue;
    if (type != kNoBits) size.stored_bytes += static_cast<int64_t>(section_bytes);
    if ((flags & kWritable) != 0) size.memory_bytes += static_cast<int64_t>(section_bytes);
  }
  if (!good) return bad_input(path, "is a truncated ELF file");
  return size;
}

}  // namespace apprentice::device
