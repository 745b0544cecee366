// SPDX-License-Identifier: Apache-2.0
#include "apprentice/targets/shard.h"

#include <string_view>

#include "apprentice/base/hash.h"

namespace apprentice {

bool is_sealed(const std::string& folder, int64_t shard) { return file_exists(folder + "/" + checksum_name(shard)); }

Result<Shard> open_shard(const std::string& folder, const Manifest& manifest, int64_t shard) {
  const std::string path = folder + "/" + shard_name(shard), checksum_path = folder + "/" + checksum_name(shard);
  APPRENTICE_TRY(const std::string checksum, read_file(checksum_path, 1024));
  APPRENTICE_TRY(MappedFile file, MappedFile::open(path));
  const auto expected = static_cast<size_t>(shard_bytes(manifest, shard));
  if (file.size() != expected) {
    return bad_input(path, "has {} bytes; expected {}. Remove {} to have the teacher answer this shard again",
                     file.size(), expected, checksum_path);
  }
  if (sha256_hex(file.view()) + "\n" != checksum) {
    return bad_input(path,
                     "is damaged: its checksum is not that of {}. Remove that file to have the teacher answer this "
                     "shard again",
                     checksum_path);
  }
  const std::string header = shard_header(manifest, shard);
  if (file.view().substr(0, header.size()) != header) {
    return bad_input(path, "belongs to another store, or to another place in it");
  }
  const auto* answers = reinterpret_cast<const float*>(file.data() + header.size());
  return Shard{std::move(file), answers};
}

Status seal_shard(const std::string& folder, const Manifest& manifest, int64_t shard,
                  const std::vector<float>& answers) {
  const std::string header = shard_header(manifest, shard);
  const std::string_view body(reinterpret_cast<const char*>(answers.data()), answers.size() * sizeof(float));
  Hasher hasher;
  hasher.add(header.data(), header.size()).add(body.data(), body.size());
  APPRENTICE_TRY(FileWriter writer, FileWriter::create(folder + "/" + shard_name(shard)));
  APPRENTICE_CHECK(writer.write(header));
  APPRENTICE_CHECK(writer.write(body));
  APPRENTICE_CHECK(writer.commit());
  return write_file(folder + "/" + checksum_name(shard), hasher.hex() + "\n");
}

}  // namespace apprentice
