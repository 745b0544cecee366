// SPDX-License-Identifier: Apache-2.0
#include "apprentice/views/views.h"

#include "apprentice/base/hash.h"
#include "apprentice/data/load.h"
#include "apprentice/views/knobs.h"

namespace apprentice {
namespace {

constexpr int64_t kMostViews = 100'000;

Result<SampleFacts> facts_of(const Dataset& train) {
  APPRENTICE_TRY(const Normalisation norm, fit_normalisation(train, ConstantChannels::kAllow));
  SampleFacts facts{train.info().sample_shape, norm.mean, {}};
  for (float scale : norm.scale) facts.deviation.push_back(scale > 0.0F ? 1.0F / scale : 0.0F);
  return facts;
}

// The row that an [[augment]] table names, if it fits the samples.
Result<const AugmentationKind*> kind_of(Config& step, const Shape& shape) {
  static const char* const kRanks[] = {"", "vectors", "windows [channels, time]", "images [channels, height, width]"};
  std::string name;
  step.require("name", name);
  const AugmentationKind* kind = find_augmentation_kind(name);
  if (kind == nullptr) {
    std::vector<std::string> names;
    for (const AugmentationKind& known : augmentation_kinds()) names.emplace_back(known.name);
    APPRENTICE_CHECK(name.empty() ? step.finish() : Status{});
    return bad_input(step.place("name"), "unknown augmentation '{}'; {}", name, known_names("augmentations", names));
  }
  if (shape.size() < kind->least_rank) {
    return bad_input(step.place("name"), "augmentation '{}' needs {}; the samples here are {}", name,
                     kRanks[kind->least_rank], to_string(shape));
  }
  return kind;
}

}  // namespace

Result<std::shared_ptr<const Views>> Views::create(Config& views, std::shared_ptr<const Dataset> train, uint64_t seed) {
  auto made = std::shared_ptr<Views>(new Views());
  made->seed_ = seed;
  read_number(views, "count", 1, kMostViews, made->count_);
  if (views.has("seed")) views.read("seed", made->seed_);
  std::vector<Config> tables = views.tables("augment");
  SampleFacts facts;
  if (!tables.empty()) {
    APPRENTICE_TRY(facts, facts_of(*train));
  }
  for (Config& table : tables) {
    APPRENTICE_TRY(const AugmentationKind* kind, kind_of(table, facts.shape));
    Step step{nullptr, kind->chance};
    read_number(table, "chance", 0.0, 1.0, step.chance);
    APPRENTICE_TRY(step.augmentation, kind->make(table, facts));
    const bool mixes = std::string(kind->name) == "mixup";
    if (mixes && made->mixup_.augmentation) table.reject("name", "'mixup' is there twice; a view mixes two samples");
    if (mixes)
      made->mixup_ = std::move(step);
    else
      made->steps_.push_back(std::move(step));
  }
  if (made->count_ > 1 && tables.empty()) {
    views.reject("count", fmt::format("{} views are asked for, but there is no [[views.augment]], so all would be the "
                                      "same; {}",
                                      made->count_, "`apprentice list views` shows what there is"));
  }
  APPRENTICE_CHECK(views.finish());
  if (made->count_ == 1) return std::shared_ptr<const Views>();
  made->settle(std::move(train), views.resolved().value("augment", nlohmann::ordered_json()).dump());
  return std::shared_ptr<const Views>(std::move(made));
}

void Views::settle(std::shared_ptr<const Dataset> train, const std::string& options) {
  data_ = std::move(train);
  Rng rng(seed_, "views/starts");
  for (int64_t i = 0; i < data_->size(); ++i) {
    starts_.push_back(static_cast<int32_t>(rng.below(static_cast<uint64_t>(count_))));
  }
  Hasher hasher;
  hasher.add(std::string_view("views 1")).add(static_cast<int64_t>(seed_)).add(options);
  identity_ = hasher.add(data_->info().fingerprint).hex();
}

int64_t Views::view_at(int64_t sample, int64_t epoch) const {
  return (starts_[static_cast<size_t>(sample)] + epoch - 1) % count_;
}

void Views::augment(int64_t sample, Rng& rng, float* out) const {
  data_->get(sample, out);
  for (const Step& step : steps_) {
    if (rng.uniform() < step.chance) step.augmentation->apply(out, rng);
  }
}

ViewMix Views::make(int64_t sample, int64_t view, float* out) const {
  ViewMix mix;
  if (view == 0) {
    data_->get(sample, out);
    return mix;
  }
  Rng rng(seed_, fmt::format("view/{}/{}", sample, view));
  augment(sample, rng, out);
  if (!mixup_.augmentation || rng.uniform() >= mixup_.chance) return mix;
  mix.own_share = static_cast<float>(mixup_.augmentation->draw_share(rng));
  mix.other = static_cast<int64_t>(rng.below(static_cast<uint64_t>(data_->size())));
  std::vector<float> other(static_cast<size_t>(element_count(data_->info().sample_shape)));
  augment(mix.other, rng, other.data());
  for (size_t i = 0; i < other.size(); ++i) out[i] = other[i] + (out[i] - other[i]) * mix.own_share;
  return mix;
}

}  // namespace apprentice
