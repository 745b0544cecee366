// SPDX-License-Identifier: Apache-2.0
// sigmoid: 1 / (1 + exp(-x)). In the int8 net a table; its output has scale 1/256 and zero point -128.
#include <cmath>

#include "apprentice/layers/lookup.h"

namespace apprentice::layers::rows {
namespace {

double value(double x) { return 1.0 / (1.0 + std::exp(-x)); }

}  // namespace

const LayerKind sigmoid =
    lookup_row<value>("sigmoid", "1 / (1 + exp(-x)); a table on the device", {0.0, 255.0 / 256.0}, "Sigmoid");

}  // namespace apprentice::layers::rows
