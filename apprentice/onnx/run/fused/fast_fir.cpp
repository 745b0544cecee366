// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/fused/fast_fir.h"

#include <ATen/Parallel.h>

namespace apprentice::onnx::run {
namespace {

// Products per element of the input; below it taking apart and joining cost what they save (docs/decisions/0007).
constexpr int64_t kLarge = 192;
constexpr int64_t kGrain = 256;  // pairs of positions a thread

bool one_relu_at_most(const FusedNode& node) {
  return node.after.empty() || (node.after.size() == 1 && node.after[0].kind == Activation::Kind::kRelu);
}

}  // namespace

bool suits_fast_fir(const FusedNode& node, const Window& window, int64_t groups, const Sizes& in) {
  if (in.size() != 3 || groups != 1 || node.addend >= 0 || !one_relu_at_most(node)) return false;
  const int64_t begin = window.pad_begin[0], end = window.pad_end[0], kernel = window.kernel[0];
  const bool same_size = window.stride[0] == 1 && window.dilation[0] == 1 && begin + end == kernel - 1;
  return same_size && begin >= 1 && end >= 1 && in[2] % 2 == 0 && kernel * node.weight.size(0) >= kLarge;
}

FastFir fast_fir(const FusedNode& node, int64_t pad_begin) {
  const int64_t taps = node.weight.size(2), first_early = pad_begin % 2, first_late = 1 - first_early;
  const at::Tensor early = node.weight.slice(2, first_early, taps, 2), late = node.weight.slice(2, first_late, taps, 2);
  // Where the first tap meets an even position, the first late one comes a position later.
  const at::Tensor shifted = first_early == 0 ? at::constant_pad_nd(late, {1, 0}) : late;
  const int64_t length = std::max(early.size(2), shifted.size(2));
  const auto filled = [&](const at::Tensor& part) { return at::constant_pad_nd(part, {0, length - part.size(2)}); };

  FastFir parts;
  parts.nodes[FastFir::kBoth].weight = filled(early).add(filled(shifted));
  parts.nodes[FastFir::kBoth].bias = node.bias;
  parts.nodes[FastFir::kLate].weight = late.contiguous();
  parts.nodes[FastFir::kEarly].weight = early.contiguous();
  const int64_t begin = pad_begin / 2;
  parts.pad_begin = {begin, begin - first_late, begin};
  return parts;
}

void split_phases(const Rows& rows, const float* x, float* e, float* f, float* g) {
  const int64_t half = rows.positions / 2, inner = rows.inner;
  at::parallel_for(0, rows.outer * half, kGrain, [&](int64_t from, int64_t to) {
    for (int64_t pair = from; pair < to; ++pair) {
      const int64_t outer = pair / half, j = pair % half;
      const float *const even = x + 2 * pair * inner, *const odd = even + inner;
      float *const e_row = e + pair * inner, *const g_row = g + pair * inner, *const f_row = f + (pair + outer) * inner;
      for (int64_t i = 0; i < inner; ++i) {
        e_row[i] = even[i];
        g_row[i] = odd[i] - even[i];
      }
      for (int64_t i = 0; i < inner; ++i) f_row[i] = (j == 0 ? 0.0F : even[i - inner]) - even[i];
      if (j == half - 1) std::copy(odd, odd + inner, f_row + inner);
    }
  });
}

void join_phases(const Rows& rows, const float* both, const float* late, const float* early, float slope, float* y) {
  const int64_t half = rows.positions / 2, inner = rows.inner;
  // Not `value < 0 ? slope * value : value`, of which compilers make a branch.
  const auto bent = [slope](float value) { return std::max(value, 0.0F) + slope * std::min(value, 0.0F); };
  at::parallel_for(0, rows.outer * half, kGrain, [&](int64_t from, int64_t to) {
    for (int64_t at = from * inner; at < to * inner; at += inner) {
      float* const __restrict even = y + 2 * at;
      float* const __restrict odd = even + inner;
      for (int64_t i = 0; i < inner; ++i) even[i] = bent(both[at + i] + late[at + i]);
      for (int64_t i = 0; i < inner; ++i) odd[i] = bent(both[at + i] + early[at + i]);
    }
  });
}

}  // namespace apprentice::onnx::run
