// SPDX-License-Identifier: Apache-2.0
#include "apprentice/views/views.h"

#include "apprentice/base/hash.h"
#include "apprentice/base/nearest.h"
#include "apprentice/base/random.h"
#include "apprentice/data/load.h"
#include "apprentice/views/augmentation.h"

namespace apprentice::views {
namespace {

constexpr int64_t kMostViews = 100'000;

struct Step {
  std::unique_ptr<const Augmentation> augmentation;  // null = none
  double chance = 1.0;
};

// What the job says about views.
struct Plan {
  int64_t count = 1;
  uint64_t seed = 1;
  std::vector<Step> steps;
  Step mixup;
};

class AugmentedViews final : public Views {
 public:
  // `keys`: the resolved [[augment]] tables.
  AugmentedViews(Plan plan, std::shared_ptr<const data::Dataset> train, const std::string& keys)
      : plan_(std::move(plan)), data_(std::move(train)) {
    Rng rng(plan_.seed, "views/starts");
    for (int64_t i = 0; i < data_->size(); ++i) {
      starts_.push_back(static_cast<int32_t>(rng.below(static_cast<uint64_t>(plan_.count))));
    }
    Hasher hasher;
    hasher.add(std::string_view("views 1")).add(static_cast<int64_t>(plan_.seed)).add(keys);
    identity_ = hasher.add(data_->info().fingerprint).hex();
  }

  int64_t count() const override { return plan_.count; }
  bool mixes() const override { return plan_.mixup.augmentation != nullptr; }
  const data::Dataset& data() const override { return *data_; }
  const std::string& identity() const override { return identity_; }
  int64_t view_at(int64_t sample, int64_t epoch) const override {
    return (starts_[static_cast<size_t>(sample)] + epoch - 1) % plan_.count;
  }
  ViewMix make(int64_t sample, int64_t view, float* out) const override;

 private:
  void augment(int64_t sample, Rng& rng, float* out) const;

  Plan plan_;
  std::shared_ptr<const data::Dataset> data_;
  std::vector<int32_t> starts_;
  std::string identity_;
};

void AugmentedViews::augment(int64_t sample, Rng& rng, float* out) const {
  data_->get(sample, out);
  for (const Step& step : plan_.steps) {
    if (rng.uniform() < step.chance) step.augmentation->apply(out, rng);
  }
}

ViewMix AugmentedViews::make(int64_t sample, int64_t view, float* out) const {
  ViewMix mix;
  if (view == 0) {
    data_->get(sample, out);
    return mix;
  }
  Rng rng(plan_.seed, fmt::format("view/{}/{}", sample, view));
  augment(sample, rng, out);
  if (!mixes() || rng.uniform() >= plan_.mixup.chance) return mix;
  mix.own_share = static_cast<float>(plan_.mixup.augmentation->draw_share(rng));
  mix.other = static_cast<int64_t>(rng.below(static_cast<uint64_t>(data_->size())));
  std::vector<float> other(static_cast<size_t>(element_count(data_->info().sample_shape)));
  augment(mix.other, rng, other.data());
  for (size_t i = 0; i < other.size(); ++i) out[i] = other[i] + (out[i] - other[i]) * mix.own_share;
  return mix;
}

Result<SampleFacts> facts_of(const data::Dataset& train) {
  APPRENTICE_TRY(const data::Normalisation norm, data::fit_normalisation(train, data::ConstantChannels::kAllow));
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
    return bad_input(step.place("name"), "unknown augmentation '{}'; {}", name,
                     known_names("augmentations", names, name));
  }
  if (shape.size() < kind->least_rank) {
    return bad_input(step.place("name"), "augmentation '{}' needs {}; the samples here are {}", name,
                     kRanks[kind->least_rank], to_string(shape));
  }
  return kind;
}

// Adds what one [[augment]] table says.
Status read_step(Config& table, const SampleFacts& facts, Plan& plan) {
  APPRENTICE_TRY(const AugmentationKind* kind, kind_of(table, facts.shape));
  Step step{nullptr, kind->chance};
  table.read_bounded("chance", step.chance, 0.0, 1.0);
  APPRENTICE_TRY(step.augmentation, kind->make(table, facts));
  const bool mixes = std::string(kind->name) == "mixup";
  if (mixes && plan.mixup.augmentation) table.reject("name", "'mixup' is there twice; a view mixes two samples");
  if (mixes)
    plan.mixup = std::move(step);
  else
    plan.steps.push_back(std::move(step));
  return {};
}

}  // namespace

Result<std::shared_ptr<const Views>> Views::create(Config& views, std::shared_ptr<const data::Dataset> train,
                                                   uint64_t seed) {
  Plan plan;
  plan.seed = seed;
  views.read_bounded("count", plan.count, 1, kMostViews);
  if (views.has("seed")) views.read("seed", plan.seed);
  std::vector<Config>& tables = views.tables("augment");
  SampleFacts facts;
  if (!tables.empty()) {
    APPRENTICE_TRY(facts, facts_of(*train));
  }
  for (Config& table : tables) APPRENTICE_CHECK(read_step(table, facts, plan));
  if (plan.count > 1 && tables.empty()) {
    views.reject("count", fmt::format("{} views are asked for, but there is no [[views.augment]], so all would be the "
                                      "same; {}",
                                      plan.count, "`apprentice list views` shows what there is"));
  }
  APPRENTICE_CHECK(views.finish());
  if (plan.count == 1) return std::shared_ptr<const Views>();
  return std::make_shared<const AugmentedViews>(std::move(plan), std::move(train),
                                                views.resolved().value("augment", nlohmann::ordered_json()).dump());
}

}  // namespace apprentice::views
