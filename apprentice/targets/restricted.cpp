// SPDX-License-Identifier: Apache-2.0
#include "apprentice/targets/restricted.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "apprentice/base/hash.h"

namespace apprentice::targets {
namespace {

class RestrictedStore final : public TargetStore {
 public:
  RestrictedStore(std::shared_ptr<const TargetStore> store, std::shared_ptr<const data::RelevantDataset> part)
      : store_(std::move(store)), part_(std::move(part)) {
    promise(store_->size() == part_->full().size(), "the store answers the full data");
    Hasher hasher;
    identity_ =
        hasher.add(std::string_view("restricted 1")).add(store_->identity()).add(part_->info().fingerprint).hex();
    if (part_->classes().is_everything()) return;
    restricted_.resize(static_cast<size_t>(size() * views() * classes()));
    float* out = restricted_.data();
    for (int64_t i = 0; i < size(); ++i) {
      for (int view = 0; view < views(); ++view, out += classes()) {
        restrict_logits(part_->classes(), store_->logits(part_->source_index(i), view), out);
      }
    }
  }

  int64_t size() const override { return part_->size(); }
  int64_t classes() const override {
    return part_->classes().is_everything() ? store_->classes() : part_->classes().outputs();
  }
  int views() const override { return store_->views(); }
  const float* logits(int64_t index, int view) const override {
    if (restricted_.empty()) return store_->logits(part_->source_index(index), view);
    promise(index >= 0 && index < size() && view >= 0 && view < views(), "a restricted store has this answer");
    return restricted_.data() + (index * views() + view) * classes();
  }
  const std::vector<teacher::TeacherFeature>& features() const override { return store_->features(); }
  const float* feature(size_t which, int64_t index, int view) const override {
    return store_->feature(which, part_->source_index(index), view);
  }
  const std::string& folder() const override { return store_->folder(); }
  const std::string& identity() const override { return identity_; }

 private:
  std::shared_ptr<const TargetStore> store_;
  std::shared_ptr<const data::RelevantDataset> part_;
  std::string identity_;
  std::vector<float> restricted_;  // [samples, views, classes]; empty where all classes are kept
};

}  // namespace

void restrict_logits(const data::KeptClasses& classes, const float* logits, float* out) {
  for (const int64_t kept : classes.kept) *out++ = logits[kept];
  if (!classes.has_other) return;
  std::vector<bool> is_kept(static_cast<size_t>(classes.of), false);
  for (const int64_t kept : classes.kept) is_kept[static_cast<size_t>(kept)] = true;
  double most = -std::numeric_limits<double>::infinity(), sum = 0.0;
  for (int64_t j = 0; j < classes.of; ++j) {
    if (!is_kept[static_cast<size_t>(j)]) most = std::max(most, double{logits[j]});
  }
  for (int64_t j = 0; j < classes.of; ++j) {
    if (!is_kept[static_cast<size_t>(j)]) sum += std::exp(double{logits[j]} - most);
  }
  *out = static_cast<float>(most + std::log(sum));
}

std::shared_ptr<const TargetStore> restrict_store(std::shared_ptr<const TargetStore> store,
                                                  std::shared_ptr<const data::RelevantDataset> part) {
  return std::make_shared<const RestrictedStore>(std::move(store), std::move(part));
}

}  // namespace apprentice::targets
