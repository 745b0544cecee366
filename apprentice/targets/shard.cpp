// SPDX-License-Identifier: Apache-2.0
#include "apprentice/targets/shard.h"

#include <string_view>

#include "apprentice/base/hash.h"

namespace apprentice::targets {

bool is_sealed(const std::string& folder, int64_t shard) { return file_exists(folder + "/" + checksum_name(shard)); }

Result<Shard> open_shard(const std::string& folder, const Manifest& manifest, int64_t shard) {
  const std::string path = folder + "/" + shard_name(shard), checksum_path = folder + "/" + checksum_name(shard);
  APPRENTICE_TRY(const std::string checksum, read_file(checksum_path, 1024));
  APPRENTICE_TRY(MappedFile file, MappedFile::open(path));
  const std::vector<int64_t> offsets = block_offsets(manifest, shard);
  const auto expected = static_cast<size_t>(offsets.back());
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
    return bad_input(
        path,
        "belongs to another store, or to another place in it. Remove {} to have the teacher answer this shard again",
        checksum_path);
  }
  std::vector<const float*> blocks;
  for (size_t block = 0; block < manifest.blocks(); ++block) {
    blocks.push_back(reinterpret_cast<const float*>(file.data() + offsets[block]));
  }
  return Shard{std::move(file), std::move(blocks)};
}

Status seal_shard(const std::string& folder, const Manifest& manifest, int64_t shard, const ShardAnswers& answers) {
  const std::vector<int64_t> offsets = block_offsets(manifest, shard);
  Hasher hasher;
  APPRENTICE_TRY(FileWriter writer, FileWriter::create(folder + "/" + shard_name(shard)));
  int64_t written = 0;
  const auto write = [&](std::string_view bytes) -> Status {
    hasher.add(bytes.data(), bytes.size());
    written += static_cast<int64_t>(bytes.size());
    return writer.write(bytes);
  };
  APPRENTICE_CHECK(write(shard_header(manifest, shard)));
  for (size_t block = 0; block < answers.size(); ++block) {
    APPRENTICE_CHECK(write(std::string(static_cast<size_t>(offsets[block] - written), '\0')));
    const std::vector<float>& values = answers[block];
    APPRENTICE_CHECK(write({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)}));
  }
  promise(written == offsets.back(), "seal_shard gets all answers of the shard");
  APPRENTICE_CHECK(writer.commit());
  return write_file(folder + "/" + checksum_name(shard), hasher.hex() + "\n");
}

}  // namespace apprentice::targets
