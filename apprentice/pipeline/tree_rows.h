// SPDX-License-Identifier: Apache-2.0
// Data sets as boosted trees take them: a row of statistics for each sample (trees/statistics.h).
#pragma once

#include <string>

#include "apprentice/data/dataset.h"
#include "apprentice/trees/boosted_trees.h"
#include "apprentice/views/views.h"

namespace apprentice::pipeline {

// Samples must be vectors or windows. With `views`, the first kTreeViews views of each sample are rows of their own;
// views that mix samples are left out.
inline constexpr int64_t kTreeViews = 4;
trees::TreeRows tree_rows(const data::Dataset& data, const views::Views* views = nullptr);

// The classes of trees: 0 in regression.
int64_t tree_classes(const data::DatasetInfo& info);

// A model file of trees that were taught nothing, for shapes.
Result<std::string> untrained_trees(const data::DatasetInfo& info);

}  // namespace apprentice::pipeline
