// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/samples.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace apprentice::train {
namespace {

constexpr int64_t kPrepareSamples = 1024;  // at a time, so that the raw copy stays small

at::Tensor prepare_all(const data::Dataset& data, const Student& student) {
  const at::Tensor rows = at::empty({data.size(), student.row_size()});
  for (int64_t first = 0; first < data.size(); first += kPrepareSamples) {
    std::vector<int64_t> indices(static_cast<size_t>(std::min(kPrepareSamples, data.size() - first)));
    std::iota(indices.begin(), indices.end(), first);
    rows.narrow(0, first, static_cast<int64_t>(indices.size())).copy_(student.prepare(gather_raw(data, indices)));
  }
  return rows;
}

}  // namespace

at::Tensor gather_raw(const data::Dataset& data, const std::vector<int64_t>& indices) {
  Shape shape = data.info().sample_shape;
  shape.insert(shape.begin(), static_cast<int64_t>(indices.size()));
  const at::Tensor batch = at::empty(shape);
  const int64_t size = element_count(data.info().sample_shape);
  float* out = batch.data_ptr<float>();
  for (size_t i = 0; i < indices.size(); ++i) data.get(indices[i], out + static_cast<int64_t>(i) * size);
  return batch;
}

Result<Samples> Samples::create(SampleSources sources, const Student& student, int64_t resident_bytes) {
  const model::NetSpec& spec = student.spec();
  const data::DatasetInfo& info = sources.data->info();
  if (info.sample_shape != spec.input_shape) {
    return bad_input(spec.name, "takes samples of shape {}, but the data has {}",
                     apprentice::to_string(spec.input_shape), apprentice::to_string(info.sample_shape));
  }
  Samples samples;
  samples.sources_ = std::move(sources);
  samples.output_mean_ = double{spec.output_mean};
  samples.output_scale_ = double{spec.output_scale};
  APPRENTICE_CHECK(samples.read_targets(spec, student.outputs()));
  APPRENTICE_CHECK(samples.check_views());
  APPRENTICE_CHECK(samples.check_store(student.outputs()));
  if (samples.sources_.views != nullptr) return samples;
  samples.read_answers();
  const int64_t bytes = samples.size() * student.row_size() * static_cast<int64_t>(sizeof(float));
  if (bytes <= resident_bytes) samples.rows_ = prepare_all(*samples.sources_.data, student);
  return samples;
}

Status Samples::read_targets(const model::NetSpec& spec, int64_t outputs) {
  const int64_t count = size();
  const data::Dataset& data = *sources_.data;
  if (spec.task == TaskKind::kRegression) {
    all_.values = at::empty({count, 1});
    for (int64_t i = 0; i < count; ++i) {
      const float value = data.sample_info(i).target;
      if (!std::isfinite(value)) return bad_input(spec.name, "the target of sample {} is {}", i, value);
      all_.values.data_ptr<float>()[i] = (value - spec.output_mean) / spec.output_scale;
    }
    return {};
  }
  all_.labels = at::empty({count}, at::kLong);
  for (int64_t i = 0; i < count; ++i) {
    const int32_t label = data.sample_info(i).label;
    if (label < 0 || label >= outputs) {
      return bad_input(spec.name, "the label of sample {} is {}, but the net has outputs 0 to {}", i, label,
                       outputs - 1);
    }
    all_.labels.data_ptr<int64_t>()[i] = label;
  }
  return {};
}

Status Samples::check_store(int64_t outputs) const {
  const targets::TargetStore* store = sources_.targets.get();
  if (store == nullptr) return {};
  if (store->size() != size() || store->classes() != outputs) {
    return bad_input(store->folder(), "holds {} answers of {} values; the data has {} samples and the net {} outputs",
                     store->size(), store->classes(), size(), outputs);
  }
  const int64_t views = sources_.views == nullptr ? 1 : sources_.views->count();
  if (store->views() == views) return {};
  return bad_input(store->folder(), "holds the answers to {} views of each sample; the student is shown {}",
                   store->views(), views);
}

Status Samples::check_views() const {
  if (sources_.views == nullptr) return {};
  const data::Dataset& seen = sources_.views->data();
  promise(seen.size() == size() && seen.info().sample_shape == sources_.data->info().sample_shape,
          "the views are of the student's data");
  return {};
}

at::Tensor Samples::answers(const std::vector<int64_t>& samples, const std::vector<int64_t>& views) const {
  const int64_t outputs = sources_.targets->classes();
  const at::Tensor given = at::empty({static_cast<int64_t>(samples.size()), outputs});
  float* out = given.data_ptr<float>();
  for (size_t i = 0; i < samples.size(); ++i, out += outputs) {
    const float* stored = sources_.targets->logits(samples[i], static_cast<int>(views[i]));
    std::memcpy(out, stored, static_cast<size_t>(outputs) * sizeof(float));
  }
  if (all_.values.defined()) given.sub_(output_mean_).div_(output_scale_);
  return given;
}

void Samples::read_answers() {
  if (sources_.targets == nullptr) return;
  std::vector<int64_t> everything(static_cast<size_t>(size()));
  std::iota(everything.begin(), everything.end(), 0);
  all_.teacher_logits = answers(everything, std::vector<int64_t>(everything.size(), 0));
}

at::Tensor Samples::rows(const Student& student, const at::Tensor& indices) const {
  if (rows_.defined()) return rows_.index_select(0, indices);
  const int64_t* first = indices.data_ptr<int64_t>();
  return student.prepare(gather_raw(*sources_.data, std::vector<int64_t>(first, first + indices.numel())));
}

losses::Targets Samples::plain_targets(const at::Tensor& indices) const {
  const auto pick = [&](const at::Tensor& all) { return all.defined() ? all.index_select(0, indices) : at::Tensor(); };
  return {pick(all_.labels), pick(all_.values), pick(all_.teacher_logits)};
}

Batch Samples::batch(const Student& student, const at::Tensor& indices, int64_t epoch) const {
  const int64_t* first = indices.data_ptr<int64_t>();
  const std::vector<int64_t> samples(first, first + indices.numel());
  std::vector<int64_t> views(samples.size(), 0);
  Batch made;
  if (sources_.views == nullptr) {
    made = {rows(student, indices), plain_targets(indices)};
  } else {
    for (size_t i = 0; i < samples.size(); ++i) views[i] = sources_.views->view_at(samples[i], epoch);
    made = view_batch(student, samples, views);
  }
  made.targets.epoch = epoch;
  made.targets.samples = indices;
  add_features(samples, views, made.targets);
  return made;
}

void Samples::add_features(const std::vector<int64_t>& samples, const std::vector<int64_t>& views,
                           losses::Targets& targets) const {
  for (size_t which : sources_.features) {
    Shape shape = sources_.targets->features()[which].shape;
    const auto size = static_cast<size_t>(element_count(shape));
    shape.insert(shape.begin(), static_cast<int64_t>(samples.size()));
    const at::Tensor feature = at::empty(shape);
    float* out = feature.data_ptr<float>();
    for (size_t i = 0; i < samples.size(); ++i, out += size) {
      std::memcpy(out, sources_.targets->feature(which, samples[i], static_cast<int>(views[i])), size * sizeof(float));
    }
    targets.features.push_back(feature);
  }
}

Batch Samples::view_batch(const Student& student, const std::vector<int64_t>& samples,
                          const std::vector<int64_t>& views) const {
  std::vector<views::ViewMix> mixes(samples.size());
  Shape shape = sources_.data->info().sample_shape;
  const int64_t size = element_count(shape);
  shape.insert(shape.begin(), static_cast<int64_t>(samples.size()));
  const at::Tensor raw = at::empty(shape);
  for (size_t i = 0; i < samples.size(); ++i) {
    mixes[i] = sources_.views->make(samples[i], views[i], raw.data_ptr<float>() + static_cast<int64_t>(i) * size);
    if (mixes[i].other < 0) mixes[i].other = samples[i];
  }
  Batch made{student.prepare(raw), plain_targets(at::tensor(samples, at::kLong))};
  mix_labels(mixes, made.targets);
  if (sources_.targets != nullptr) made.targets.teacher_logits = answers(samples, views);
  return made;
}

void Samples::mix_labels(const std::vector<views::ViewMix>& mixes, losses::Targets& targets) const {
  if (!sources_.views->mixes()) return;
  const auto count = static_cast<int64_t>(mixes.size());
  const at::Tensor others = at::empty({count}, at::kLong), shares = at::empty({count});
  for (int64_t i = 0; i < count; ++i) {
    others.data_ptr<int64_t>()[i] = mixes[static_cast<size_t>(i)].other;
    shares.data_ptr<float>()[i] = mixes[static_cast<size_t>(i)].own_share;
  }
  if (all_.values.defined()) {
    targets.values = at::lerp(all_.values.index_select(0, others), targets.values, shares.unsqueeze(1));
    return;
  }
  targets.other_labels = all_.labels.index_select(0, others);
  targets.own_shares = shares;
}

}  // namespace apprentice::train
