// SPDX-License-Identifier: Apache-2.0
// Guesses about arrays: which one holds the labels of another, and on which axis the channels are.
#pragma once

#include <string>
#include <vector>

#include "apprentice/data/formats/npy.h"
#include "apprentice/data/probe.h"

namespace apprentice::data {

// Names that an array of labels beside the array of samples `name` may have, likeliest first, without endings:
// "x_train" -> y_train, x_train_labels, labels, y, ...
std::vector<std::string> label_names(const std::string& name);
// Of these the ones that say whose labels they are: all but "labels", "y", ...
std::vector<std::string> paired_label_names(const std::string& name);
// The same as label_names for groups.
std::vector<std::string> group_names(const std::string& name);

// Whether the array has one value for each of `rows` rows.
bool is_column(const Shape& shape, int64_t rows);
// Whether its rows, one for each of `rows`, may be one 1 and zeros else.
bool may_be_one_hot(const Shape& shape, int64_t rows);
// Whether labels are in truth values to predict: numbers with a fraction.
bool are_values(const NpyArray& array);

// Fills rows and sample_shape from the shape of the array of samples, and `layout` where channels seem to come last:
// images [height, width, 1, 3 or 4], and series at least four times as long as they have channels.
void probe_samples(const Shape& shape, DataProbe& probe);
// `where` names an array, or its file. Adds it as labels, or as targets and the task.
void probe_labels(const NpyArray& array, const std::string& where, DataProbe& probe);
void probe_groups(const std::string& where, DataProbe& probe);

}  // namespace apprentice::data
