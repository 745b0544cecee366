// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/tree_rows.h"

#include <algorithm>

#include "apprentice/trees/statistics.h"

namespace apprentice::pipeline {
namespace {

void add_answer(const data::Dataset& data, int64_t index, trees::TreeRows& rows) {
  const data::SampleInfo info = data.sample_info(index);
  if (data.info().task == TaskKind::kClassification) {
    rows.labels.push_back(info.label);
  } else {
    rows.targets.push_back(info.target);
  }
}

}  // namespace

trees::TreeRows tree_rows(const data::Dataset& data, const views::Views* views) {
  const Shape& shape = data.info().sample_shape;
  const int64_t width = trees::statistics_count(shape);
  const int64_t faces = views == nullptr || views->mixes() ? 1 : std::min(views->count(), kTreeViews);
  Shape one = shape;
  one.insert(one.begin(), 1);
  Tensor sample(DType::kF32, one);
  trees::TreeRows rows;
  rows.values = Tensor(DType::kF32, {data.size() * faces, width});
  float* out = rows.values.data<float>();
  for (int64_t i = 0; i < data.size(); ++i) {
    for (int64_t face = 0; face < faces; ++face, out += width) {
      if (face == 0) {
        data.get(i, sample.data<float>());
      } else {
        views->make(i, face, sample.data<float>());
      }
      const Tensor statistics = trees::statistics_of(sample);
      std::copy_n(statistics.data<float>(), width, out);
      add_answer(data, i, rows);
    }
  }
  return rows;
}

int64_t tree_classes(const data::DatasetInfo& info) {
  return info.task == TaskKind::kClassification ? static_cast<int64_t>(info.class_names.size()) : 0;
}

Result<std::string> untrained_trees(const data::DatasetInfo& info) {
  trees::TreeRows rows;
  rows.values = Tensor(DType::kF32, {2, trees::statistics_count(info.sample_shape)});
  const int64_t classes = tree_classes(info);
  if (classes > 0) {
    rows.labels = {0, 1};
  } else {
    rows.targets = {0.0F, 1.0F};
  }
  trees::TreeOptions options;
  options.rounds = options.threads = 1;
  APPRENTICE_TRY(const trees::BoostedTrees trees, trees::train_trees(rows, rows, classes, options, {}));
  return trees.json;
}

}  // namespace apprentice::pipeline
