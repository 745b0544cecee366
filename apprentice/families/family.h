// SPDX-License-Identifier: Apache-2.0
// Families: ready-made NetSpecs with the keys width and depth, for students (small) and taught teachers (large).
// One file and one table line per family.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/model/net_spec.h"

namespace apprentice::families {

struct FamilyKind {
  const char* name;     // mlp, conv1d, dscnn1d, dscnn2d, resnet1d, resnet2d, inceptiontime
  const char* summary;  // one line
  const char* source;   // the paper it follows
  // Layers for the input shape and number of outputs; reads its own keys (width, depth, ...), the caller calls
  // finish().
  Result<model::NetSpec> (*make)(Config& options, const Shape& input_shape, int64_t outputs);
};
const std::vector<FamilyKind>& family_kinds();

// The [student] (or [teach]) table: `family = "..."` with its keys, or [[layer]] tables written out. Fills name, input
// shape and layers; the caller fills classes, task and normalisation. Refuses what infer_shapes would refuse only
// later.
Result<model::NetSpec> read_net_spec(Config& table, const Shape& input_shape, int64_t outputs);

}  // namespace apprentice::families
