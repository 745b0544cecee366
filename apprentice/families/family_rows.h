// SPDX-License-Identifier: Apache-2.0
// The makers of the rows in family_table.cpp, one per family.
#pragma once

#include "apprentice/families/family.h"

namespace apprentice::families {

Result<model::NetSpec> make_mlp(Config& options, const Shape& input_shape, int64_t outputs);
Result<model::NetSpec> make_conv1d(Config& options, const Shape& input_shape, int64_t outputs);
Result<model::NetSpec> make_dscnn1d(Config& options, const Shape& input_shape, int64_t outputs);
Result<model::NetSpec> make_dscnn2d(Config& options, const Shape& input_shape, int64_t outputs);
Result<model::NetSpec> make_resnet1d(Config& options, const Shape& input_shape, int64_t outputs);
Result<model::NetSpec> make_resnet2d(Config& options, const Shape& input_shape, int64_t outputs);
Result<model::NetSpec> make_inceptiontime(Config& options, const Shape& input_shape, int64_t outputs);

}  // namespace apprentice::families
