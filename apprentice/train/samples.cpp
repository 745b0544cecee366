// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/samples.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace apprentice {
namespace {

constexpr int64_t kPrepareSamples = 1024;  // at a time, so that the raw copy stays small

at::Tensor prepare_all(const Dataset& data, const Student& student) {
  const at::Tensor rows = at::empty({data.size(), student.row_size()});
  for (int64_t first = 0; first < data.size(); first += kPrepareSamples) {
    std::vector<int64_t> indices(static_cast<size_t>(std::min(kPrepareSamples, data.size() - first)));
    std::iota(indices.begin(), indices.end(), first);
    rows.narrow(0, first, static_cast<int64_t>(indices.size())).copy_(student.prepare(gather_raw(data, indices)));
  }
  return rows;
}

}  // namespace

at::Tensor gather_raw(const Dataset& data, const std::vector<int64_t>& indices) {
  Shape shape = data.info().sample_shape;
  shape.insert(shape.begin(), static_cast<int64_t>(indices.size()));
  const at::Tensor batch = at::empty(shape);
  const int64_t size = element_count(data.info().sample_shape);
  float* out = batch.data_ptr<float>();
  for (size_t i = 0; i < indices.size(); ++i) data.get(indices[i], out + static_cast<int64_t>(i) * size);
  return batch;
}

Result<Samples> Samples::create(std::shared_ptr<const Dataset> data, std::shared_ptr<const TargetStore> targets,
                                const Student& student, int64_t resident_bytes) {
  const NetSpec& spec = student.spec();
  if (data->info().sample_shape != spec.input_shape) {
    return bad_input(spec.name, "takes samples of shape {}, but the data has {}", to_string(spec.input_shape),
                     to_string(data->info().sample_shape));
  }
  Samples samples;
  samples.data_ = std::move(data);
  APPRENTICE_CHECK(samples.read_targets(spec, student.outputs()));
  if (targets != nullptr) APPRENTICE_CHECK(samples.read_answers(*targets, spec, student.outputs()));
  const int64_t bytes = samples.size() * student.row_size() * static_cast<int64_t>(sizeof(float));
  if (bytes <= resident_bytes) samples.rows_ = prepare_all(*samples.data_, student);
  return samples;
}

Status Samples::read_targets(const NetSpec& spec, int64_t outputs) {
  const int64_t count = size();
  if (spec.task == TaskKind::kRegression) {
    all_.values = at::empty({count, 1});
    for (int64_t i = 0; i < count; ++i) {
      const float value = data_->sample_info(i).target;
      if (!std::isfinite(value)) return bad_input(spec.name, "the target of sample {} is {}", i, value);
      all_.values.data_ptr<float>()[i] = (value - spec.output_mean) / spec.output_scale;
    }
    return {};
  }
  all_.labels = at::empty({count}, at::kLong);
  for (int64_t i = 0; i < count; ++i) {
    const int32_t label = data_->sample_info(i).label;
    if (label < 0 || label >= outputs) {
      return bad_input(spec.name, "the label of sample {} is {}, but the net has outputs 0 to {}", i, label,
                       outputs - 1);
    }
    all_.labels.data_ptr<int64_t>()[i] = label;
  }
  return {};
}

Status Samples::read_answers(const TargetStore& store, const NetSpec& spec, int64_t outputs) {
  if (store.size() != size() || store.classes() != outputs) {
    return bad_input(store.folder(), "holds {} answers of {} values; the data has {} samples and the net {} outputs",
                     store.size(), store.classes(), size(), outputs);
  }
  all_.teacher_logits = at::empty({size(), outputs});
  float* out = all_.teacher_logits.data_ptr<float>();
  for (int64_t i = 0; i < size(); ++i) {
    std::memcpy(out + i * outputs, store.logits(i), static_cast<size_t>(outputs) * sizeof(float));
  }
  if (spec.task == TaskKind::kRegression) all_.teacher_logits.sub_(spec.output_mean).div_(spec.output_scale);
  return {};
}

at::Tensor Samples::rows(const Student& student, const at::Tensor& indices) const {
  if (rows_.defined()) return rows_.index_select(0, indices);
  const int64_t* first = indices.data_ptr<int64_t>();
  return student.prepare(gather_raw(*data_, std::vector<int64_t>(first, first + indices.numel())));
}

Targets Samples::targets(const at::Tensor& indices) const {
  const auto pick = [&](const at::Tensor& all) { return all.defined() ? all.index_select(0, indices) : at::Tensor(); };
  return {pick(all_.labels), pick(all_.values), pick(all_.teacher_logits)};
}

}  // namespace apprentice
