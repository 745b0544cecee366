// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/container.h"

#include <cstring>

#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/base/json_reader.h"

namespace apprentice::model {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the files are little-endian, and so must be the host");
constexpr size_t kMagicSize = 8;
constexpr size_t kPrefixSize = kMagicSize + sizeof(uint64_t);
constexpr size_t kHashSize = 64;
constexpr int64_t kMaxFileBytes = int64_t{1} << 30;

}  // namespace

Status write_container(const std::string& path, std::string_view magic, const Container& content) {
  promise(magic.size() == kMagicSize, "a file's magic has 8 bytes");
  const std::string header = json_text(content.header);
  const uint64_t header_size = header.size();
  std::string bytes(magic);
  bytes.append(reinterpret_cast<const char*>(&header_size), sizeof header_size);
  bytes += header;
  bytes += content.blob;
  bytes += sha256_hex(bytes);
  return write_file(path, bytes);
}

Result<Container> read_container(const std::string& path, std::string_view magic, const char* what) {
  APPRENTICE_TRY(const std::string bytes, read_file(path, kMaxFileBytes));
  const std::string_view all = bytes;
  if (all.substr(0, kMagicSize) != magic) return bad_input(path, "is not {}: it does not start with '{}'", what, magic);
  if (all.size() < kPrefixSize + kHashSize) return bad_input(path, "is truncated: it has only {} bytes", all.size());
  const std::string_view body = all.substr(0, all.size() - kHashSize);
  if (sha256_hex(body) != all.substr(body.size())) {
    return bad_input(path, "is truncated or was changed: its checksum does not fit its content");
  }
  uint64_t header_size = 0;
  std::memcpy(&header_size, all.data() + kMagicSize, sizeof header_size);
  if (header_size > body.size() - kPrefixSize) {
    return bad_input(path, "says its header has {} bytes, more than the file holds", header_size);
  }
  Container content;
  APPRENTICE_TRY(content.header, parse_json(body.substr(kPrefixSize, header_size), path + " header"));
  content.blob = std::string(body.substr(kPrefixSize + header_size));
  return content;
}

}  // namespace apprentice::model
