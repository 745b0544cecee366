/* SPDX-License-Identifier: Apache-2.0 */
/* The portable path: plain C for every core, and what each function of a set of instructions means.
 * Each set has a file like this one with the same functions; apprentice_arith.h chooses one of them.
 * All give the same bits: sums are exact in int32, and the generator has proved that none can overflow. */
#ifndef APPRENTICE_PORTABLE_H
#define APPRENTICE_PORTABLE_H

#include "apprentice_types.h"

/* sums[0..3] += x0.w0, x0.w1, x1.w0, x1.w1 over `count` values; the rows of weights lie w_step apart. */
APPRENTICE_INLINE void apprentice_dot_2x2(const int8_t* x0, const int8_t* x1, const int8_t* w, int32_t w_step,
                                          int32_t count, int32_t* sums) {
  int32_t s[4] = {sums[0], sums[1], sums[2], sums[3]};
  for (int32_t k = 0; k < count; ++k) {
    const int32_t a0 = x0[k], a1 = x1[k], b0 = w[k], b1 = w[k + w_step];
    s[0] += a0 * b0;
    s[1] += a0 * b1;
    s[2] += a1 * b0;
    s[3] += a1 * b1;
  }
  memcpy(sums, s, sizeof s);
}

/* sums[r] += x.w[r] for four rows of weights that lie w_step apart. */
APPRENTICE_INLINE void apprentice_dot_1x4(const int8_t* x, const int8_t* w, int32_t w_step, int32_t count,
                                          int32_t* sums) {
  int32_t s[4] = {sums[0], sums[1], sums[2], sums[3]};
  for (int32_t k = 0; k < count; ++k) {
    const int32_t a = x[k];
    s[0] += a * w[k];
    s[1] += a * w[k + w_step];
    s[2] += a * w[k + 2 * w_step];
    s[3] += a * w[k + 3 * w_step];
  }
  memcpy(sums, s, sizeof s);
}

/* sum + x.w, for what blocks leave over. */
APPRENTICE_INLINE int32_t apprentice_dot(const int8_t* x, const int8_t* w, int32_t count, int32_t sum) {
  for (int32_t k = 0; k < count; ++k) sum += (int32_t)x[k] * w[k];
  return sum;
}

/* One output pixel of a depthwise layer's first channels, several at a time; gives the number of channels done.
 * None here: compilers vectorize the loop over single channels better. */
#define apprentice_depthwise_blocks(in, row_stride, out, weights, channels, w, to) 0

/* clamp(value >> shift, low, high); low and high lie in -128 .. 127. */
APPRENTICE_INLINE int32_t apprentice_shift_clamp(int32_t value, int32_t shift, int32_t low, int32_t high) {
  return apprentice_clamp(value >> shift, low, high);
}

APPRENTICE_INLINE void apprentice_store(int8_t* to, int32_t value) { *to = (int8_t)value; }

#endif
