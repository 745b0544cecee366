// SPDX-License-Identifier: Apache-2.0
// Reading the keys of a family: kernels, which are one number or [height, width].
#pragma once

#include <array>
#include <string>

#include "apprentice/base/config.h"
#include "apprentice/base/tensor.h"

namespace apprentice::families {

// A number k (meaning [k, k]) or a list [height, width]; each in [least, 1024].
std::array<int64_t, 2> read_pair(Config& options, const std::string& key, std::array<int64_t, 2> value, int64_t least);

// A family needs inputs of these ranks (1 vector, 2 [channels, time], 3 image); says so by name otherwise.
Status needs_rank(const Config& options, const char* family, const Shape& input_shape, size_t least, size_t most);

}  // namespace apprentice::families
