// SPDX-License-Identifier: Apache-2.0
#include "apprentice/views/relevant_views.h"

namespace apprentice::views {
namespace {

class RelevantViews final : public Views {
 public:
  RelevantViews(std::shared_ptr<const Views> full, std::shared_ptr<const data::RelevantDataset> part)
      : full_(std::move(full)), part_(std::move(part)) {}

  int64_t count() const override { return full_->count(); }
  bool mixes() const override { return full_->mixes(); }
  const data::Dataset& data() const override { return *part_; }
  const std::string& identity() const override { return full_->identity(); }
  int64_t view_at(int64_t sample, int64_t epoch) const override {
    return full_->view_at(part_->source_index(sample), epoch);
  }
  ViewMix make(int64_t sample, int64_t view, float* out) const override {
    std::vector<float> whole(static_cast<size_t>(element_count(full_->data().info().sample_shape)));
    const ViewMix mix = full_->make(part_->source_index(sample), view, whole.data());
    part_->reduce(whole.data(), out);
    return mix;
  }

 private:
  std::shared_ptr<const Views> full_;
  std::shared_ptr<const data::RelevantDataset> part_;
};

}  // namespace

Result<std::shared_ptr<const Views>> make_relevant_views(std::shared_ptr<const Views> full,
                                                         std::shared_ptr<const data::RelevantDataset> part) {
  if (full == nullptr) return full;
  promise(full->data().info().fingerprint == part->full().info().fingerprint,
          "views and relevance are of the same data");
  if (full->mixes() && part->size() < full->data().size()) {
    return bad_input("[relevance]",
                     "drops {} of {} training samples, which mixup may mix into others; take mixup out of [views], or "
                     "keep all samples (rest = \"other\", no where)",
                     full->data().size() - part->size(), full->data().size());
  }
  return std::make_shared<const RelevantViews>(std::move(full), std::move(part));
}

}  // namespace apprentice::views
