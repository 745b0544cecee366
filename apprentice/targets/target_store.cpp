// SPDX-License-Identifier: Apache-2.0
// Opening a target store: every shard is mapped and its checksum verified.
#include "apprentice/targets/target_store.h"

#include <vector>

#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/targets/manifest.h"
#include "apprentice/targets/shard.h"

namespace apprentice::targets {
namespace {

class MappedStore final : public TargetStore {
 public:
  MappedStore(std::string folder, Manifest manifest, std::vector<Shard> shards)
      : folder_(std::move(folder)), manifest_(std::move(manifest)), shards_(std::move(shards)) {}

  int64_t size() const override { return manifest_.samples; }
  int64_t classes() const override { return manifest_.classes; }
  int views() const override { return static_cast<int>(manifest_.views); }
  const float* logits(int64_t index, int view) const override { return values(0, index, view); }
  const std::vector<teacher::TeacherFeature>& features() const override { return manifest_.features; }
  const float* feature(size_t which, int64_t index, int view) const override { return values(1 + which, index, view); }
  const std::string& folder() const override { return folder_; }
  const std::string& identity() const override { return manifest_.address; }

 private:
  const float* values(size_t block, int64_t index, int view) const {
    promise(index >= 0 && index < size() && view >= 0 && view < views() && block < manifest_.blocks(),
            "TargetStore is asked for a stored answer");
    const auto shard = static_cast<size_t>(index / manifest_.shard_samples);
    const int64_t row = index % manifest_.shard_samples * manifest_.views + view;
    return shards_[shard].blocks[block] + row * manifest_.block_values(block);
  }

  std::string folder_;
  Manifest manifest_;
  std::vector<Shard> shards_;
};

Result<Manifest> read_manifest(const std::string& store_folder) {
  const std::string place = store_folder + "/store.json";
  APPRENTICE_TRY(const std::string text, read_file(place, int64_t{1} << 20));
  return parse_manifest(text, place);
}

}  // namespace

const std::vector<teacher::TeacherFeature>& TargetStore::features() const {
  static const std::vector<teacher::TeacherFeature> kNone;
  return kNone;
}

const float* TargetStore::feature(size_t, int64_t, int) const {
  throw BrokenPromise("TargetStore::feature is asked for one of features()");
}

std::string TargetStore::address(const teacher::TeacherInfo& teacher, const data::DatasetInfo& data,
                                 const TargetOptions& options) {
  Hasher hasher;
  hasher.add(std::string_view("target store 1")).add(teacher.fingerprint).add(data.fingerprint);
  hasher.add(static_cast<int64_t>(teacher.class_names.size()));
  for (const std::string& name : teacher.class_names) hasher.add(name);
  hasher.add(options.views == nullptr ? 1 : options.views->count()).add(options.shard_samples);
  if (options.views != nullptr) hasher.add(options.views->identity());
  for (const teacher::TeacherFeature& feature : options.features)
    hasher.add(feature.name).add(to_string(feature.shape));
  return hasher.hex();
}

bool TargetStore::is_finished(const std::string& store_folder) {
  const auto manifest = read_manifest(store_folder);
  if (!manifest) return false;
  for (int64_t shard = 0; shard < manifest->shards(); ++shard) {
    if (!is_sealed(store_folder, shard)) return false;
  }
  return true;
}

Result<std::shared_ptr<const TargetStore>> TargetStore::open(const std::string& store_folder) {
  APPRENTICE_TRY(Manifest manifest, read_manifest(store_folder));
  std::vector<Shard> shards;
  for (int64_t i = 0; i < manifest.shards(); ++i) {
    if (!is_sealed(store_folder, i)) {
      return fail(ErrorKind::kNotFound, store_folder, "labelling is not finished: shard {} of {} is missing", i,
                  manifest.shards());
    }
    APPRENTICE_TRY(Shard shard, open_shard(store_folder, manifest, i));
    shards.push_back(std::move(shard));
  }
  return std::make_shared<const MappedStore>(store_folder, std::move(manifest), std::move(shards));
}

}  // namespace apprentice::targets
