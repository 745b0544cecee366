// SPDX-License-Identifier: Apache-2.0
// A target store: the bytes as manifest, and a manifest of small numbers with any bytes as its first shard.
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "apprentice/base/hash.h"
#include "apprentice/targets/manifest.h"
#include "apprentice/targets/shard.h"
#include "tests/fuzz/parse.h"

namespace {

using apprentice::targets::Manifest;

void touch(const Manifest& manifest) {
  for (const int64_t shard : {int64_t{0}, manifest.shards() - 1}) {
    static_cast<void>(apprentice::targets::shard_header(manifest, shard));
    static_cast<void>(apprentice::targets::block_offsets(manifest, shard));
  }
}

// One folder for the whole process: files are written anew for every input.
const std::string& folder() {
  static const std::string made = [] {
    std::string pattern = "/dev/shm/target-store-fuzz-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) __builtin_trap();
    return pattern;
  }();
  return made;
}

void write(const std::string& name, std::string_view bytes) {
  std::ofstream(folder() + "/" + name, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto any = apprentice::targets::parse_manifest(std::string(as_text(data, size)), "store.json");
  if (any) touch(*any);
  if (size < 6) return 0;
  Manifest manifest;
  manifest.address = "a";
  manifest.samples = 1 + data[0] % 5;
  manifest.classes = 1 + data[1] % 4;
  manifest.shard_samples = 1 + data[2] % 5;
  manifest.views = 1 + data[3] % 3;
  std::string text = apprentice::targets::to_text(manifest);
  text[data[4] % text.size()] = static_cast<char>(data[5]);
  const auto changed = apprentice::targets::parse_manifest(text, "store.json");
  if (changed) touch(*changed);
  // Every other input keeps the true header, so that the reader gets past it.
  const std::string header = data[4] % 2 == 0 ? apprentice::targets::shard_header(manifest, 0) : "";
  const std::string shard = header + std::string(as_text(data + 6, size - 6));
  write(apprentice::targets::shard_name(0), shard);
  write(apprentice::targets::checksum_name(0), apprentice::sha256_hex(shard) + "\n");
  const auto opened = apprentice::targets::open_shard(folder(), manifest, 0);
  if (opened && header.size() + static_cast<size_t>(manifest.samples_in(0) * manifest.views * manifest.classes * 4) !=
                    shard.size())
    __builtin_trap();
  return 0;
}
