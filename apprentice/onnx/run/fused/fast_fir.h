// SPDX-License-Identifier: Apache-2.0
// A convolution along one axis with three quarters of the multiplications: a fast FIR algorithm for two phases, as in
// Mou and Duhamel, "Short-length FIR filters and their use in fast nonrecursive filtering", IEEE Transactions on Signal
// Processing 39(6), 1991. Internal to onnx/run/fused/.
//
// With e[j] = x[2j], o[j] = x[2j + 1], and the taps that meet even positions of x for an even position of y called A,
// the others (one position later) B:
//   y[2m]     = (A e)[m] + (B o)[m - 1] = ((A + B) e)[m] + (B f)[m],   f[j] = o[j - 1] - e[j]
//   y[2m + 1] = (A o)[m] + (B e)[m]     = ((A + B) e)[m] + (A g)[m],   g[j] = o[j] - e[j]
// The same sums in real arithmetic; rounding is that of the sums of magnitudes, about twice the usual.
#pragma once

#include <array>

#include "apprentice/onnx/run/fused/node.h"
#include "apprentice/onnx/run/window.h"

namespace apprentice::onnx::run {

// The three short convolutions, each with the padding that aligns its taps.
struct FastFir {
  enum Part { kBoth, kLate, kEarly };  // A + B over e, B over f, A over g
  std::array<FusedNode, 3> nodes;      // weights; the bias is with kBoth
  std::array<int64_t, 3> pad_begin{};
};

// Whether the convolution can be taken apart on so many positions, and is large enough for that to pay.
bool suits_fast_fir(const FusedNode& node, const Window& window, int64_t groups, const Sizes& in);
FastFir fast_fir(const FusedNode& node, int64_t pad_begin);

// Feature maps [outer, positions, inner]: channels last, or one block of channels after the other.
struct Rows {
  int64_t outer = 0, positions = 0, inner = 0;
};
// x -> e [outer, positions / 2, inner], f (one position more), g.
void split_phases(const Rows& rows, const float* x, float* e, float* f, float* g);
// y[2m] = both[m] + late[m], y[2m + 1] = both[m] + early[m]; below zero times `slope`. `rows` are those of y.
void join_phases(const Rows& rows, const float* both, const float* late, const float* early, float slope, float* y);

}  // namespace apprentice::onnx::run
