// SPDX-License-Identifier: Apache-2.0
// tanh: the hyperbolic tangent. In the int8 net a table; its output has scale 1/128 and zero point 0.
#include <cmath>

#include "apprentice/layers/lookup.h"

namespace apprentice::layers::rows {
namespace {

double value(double x) { return std::tanh(x); }

}  // namespace

const LayerKind tanh =
    lookup_row<value>("tanh", "hyperbolic tangent; a table on the device", {-1.0, 127.0 / 128.0}, "Tanh");

}  // namespace apprentice::layers::rows
