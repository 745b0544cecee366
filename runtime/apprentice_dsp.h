/* SPDX-License-Identifier: Apache-2.0 */
/* The DSP instructions of Armv7E-M and Armv8-M: two 16-bit products each. See apprentice_portable.h. */
#ifndef APPRENTICE_DSP_H
#define APPRENTICE_DSP_H

#include <arm_acle.h>

/* Scheduling before register allocation spills in loops that use all registers.
 * Without it a multiply-accumulate takes 1.5 instead of 1.9 instructions (GCC 12, Cortex-M4). */
#if !defined(__clang__)
#pragma GCC optimize("no-schedule-insns")
#endif

#include "apprentice_types.h"

/* Keeps the compiler from splitting one pointer with constant offsets into many, which it would then spill. */
#define APPRENTICE_ONE_POINTER(p) __asm__("" : "+r"(p))

APPRENTICE_INLINE uint32_t apprentice_load4(const int8_t* bytes) {
  uint32_t word;
  memcpy(&word, bytes, 4);
  return word;
}

/* Bytes 0 and 2, widened to two int16. */
APPRENTICE_INLINE int16x2_t apprentice_even(uint32_t word) { return __sxtb16((int8x4_t)word); }

/* Bytes 1 and 3, widened to two int16. */
APPRENTICE_INLINE int16x2_t apprentice_odd(uint32_t word) {
  uint32_t pair;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(word));
  return (int16x2_t)pair;
}

APPRENTICE_INLINE void apprentice_step_2x2(const int8_t* x0, const int8_t* x1, const int8_t* w, int32_t w_step,
                                           int32_t* sums) {
  const uint32_t a0 = apprentice_load4(x0), a1 = apprentice_load4(x1);
  const int16x2_t a0e = apprentice_even(a0), a0o = apprentice_odd(a0);
  const int16x2_t a1e = apprentice_even(a1), a1o = apprentice_odd(a1);
  const uint32_t b0 = apprentice_load4(w);
  const int16x2_t b0e = apprentice_even(b0), b0o = apprentice_odd(b0);
  sums[0] = __smlad(a0o, b0o, __smlad(a0e, b0e, sums[0]));
  sums[2] = __smlad(a1o, b0o, __smlad(a1e, b0e, sums[2]));
  const uint32_t b1 = apprentice_load4(w + w_step);
  const int16x2_t b1e = apprentice_even(b1), b1o = apprentice_odd(b1);
  sums[1] = __smlad(a0o, b1o, __smlad(a0e, b1e, sums[1]));
  sums[3] = __smlad(a1o, b1o, __smlad(a1e, b1e, sums[3]));
}

APPRENTICE_INLINE void apprentice_step_1x4(const int8_t* x, const int8_t* w, int32_t w_step, int32_t* sums) {
  const uint32_t a = apprentice_load4(x);
  const int16x2_t even = apprentice_even(a), odd = apprentice_odd(a);
  const uint32_t b0 = apprentice_load4(w), b1 = apprentice_load4(w + w_step);
  sums[0] = __smlad(odd, apprentice_odd(b0), __smlad(even, apprentice_even(b0), sums[0]));
  sums[1] = __smlad(odd, apprentice_odd(b1), __smlad(even, apprentice_even(b1), sums[1]));
  const uint32_t b2 = apprentice_load4(w + 2 * w_step), b3 = apprentice_load4(w + 3 * w_step);
  sums[2] = __smlad(odd, apprentice_odd(b2), __smlad(even, apprentice_even(b2), sums[2]));
  sums[3] = __smlad(odd, apprentice_odd(b3), __smlad(even, apprentice_even(b3), sums[3]));
}

APPRENTICE_INLINE void apprentice_dot_2x2(const int8_t* x0, const int8_t* x1, const int8_t* w, int32_t w_step,
                                          int32_t count, int32_t* sums) {
  int32_t s[4] = {sums[0], sums[1], sums[2], sums[3]};
  const int8_t* const end = w + count / 16 * 16;
  while (w != end) {
    APPRENTICE_ONE_POINTER(x0);
    APPRENTICE_ONE_POINTER(x1);
    APPRENTICE_ONE_POINTER(w);
    apprentice_step_2x2(x0, x1, w, w_step, s);
    apprentice_step_2x2(x0 + 4, x1 + 4, w + 4, w_step, s);
    apprentice_step_2x2(x0 + 8, x1 + 8, w + 8, w_step, s);
    apprentice_step_2x2(x0 + 12, x1 + 12, w + 12, w_step, s);
    x0 += 16, x1 += 16, w += 16;
  }
  const int32_t words = count % 16 / 4, done = words * 4, rest = count % 4;
  if (words > 0) apprentice_step_2x2(x0, x1, w, w_step, s);
  if (words > 1) apprentice_step_2x2(x0 + 4, x1 + 4, w + 4, w_step, s);
  if (words > 2) apprentice_step_2x2(x0 + 8, x1 + 8, w + 8, w_step, s);
  for (int32_t k = done; k < done + rest; ++k) {
    const int32_t a0 = x0[k], a1 = x1[k], b0 = w[k], b1 = w[k + w_step];
    s[0] += a0 * b0;
    s[1] += a0 * b1;
    s[2] += a1 * b0;
    s[3] += a1 * b1;
  }
  memcpy(sums, s, sizeof s);
}

APPRENTICE_INLINE void apprentice_dot_1x4(const int8_t* x, const int8_t* w, int32_t w_step, int32_t count,
                                          int32_t* sums) {
  int32_t s[4] = {sums[0], sums[1], sums[2], sums[3]};
  const int8_t* const end = w + count / 16 * 16;
  while (w != end) {
    APPRENTICE_ONE_POINTER(x);
    APPRENTICE_ONE_POINTER(w);
    apprentice_step_1x4(x, w, w_step, s);
    apprentice_step_1x4(x + 4, w + 4, w_step, s);
    apprentice_step_1x4(x + 8, w + 8, w_step, s);
    apprentice_step_1x4(x + 12, w + 12, w_step, s);
    x += 16, w += 16;
  }
  const int32_t words = count % 16 / 4, done = words * 4, rest = count % 4;
  if (words > 0) apprentice_step_1x4(x, w, w_step, s);
  if (words > 1) apprentice_step_1x4(x + 4, w + 4, w_step, s);
  if (words > 2) apprentice_step_1x4(x + 8, w + 8, w_step, s);
  for (int32_t k = done; k < done + rest; ++k) {
    const int32_t a = x[k];
    s[0] += a * w[k];
    s[1] += a * w[k + w_step];
    s[2] += a * w[k + 2 * w_step];
    s[3] += a * w[k + 3 * w_step];
  }
  memcpy(sums, s, sizeof s);
}

APPRENTICE_INLINE int32_t apprentice_dot(const int8_t* x, const int8_t* w, int32_t count, int32_t sum) {
  int32_t k = 0;
  for (; k + 4 <= count; k += 4) {
    const uint32_t a = apprentice_load4(x + k), b = apprentice_load4(w + k);
    sum = __smlad(apprentice_even(a), apprentice_even(b), sum);
    sum = __smlad(apprentice_odd(a), apprentice_odd(b), sum);
  }
  for (; k < count; ++k) sum += (int32_t)x[k] * w[k];
  return sum;
}

/* One instruction, shift included, where the shift is known to the compiler. */
APPRENTICE_INLINE int32_t apprentice_shift_clamp(int32_t value, int32_t shift, int32_t low, int32_t high) {
  int32_t result = (int32_t)__builtin_arm_ssat(value >> shift, 8);
  if (low > -128 && result < low) result = low;
  if (high < 127 && result > high) result = high;
  return result;
}

/* Byte by byte: merged stores cost more instructions than they save here. */
APPRENTICE_INLINE void apprentice_store(int8_t* to, int32_t value) { *(volatile uint8_t*)to = (uint8_t)value; }

APPRENTICE_INLINE int32_t apprentice_depthwise_blocks(const int8_t* in, ptrdiff_t row_stride, int8_t* out,
                                                      const int8_t* weights, const apprentice_channel* channels,
                                                      apprentice_window w, apprentice_output to) {
  const int32_t blocked = w.in_c - w.in_c % 4;
  for (int32_t c = 0; c < blocked; c += 4) {
    int32_t s0 = channels[c].bias, s1 = channels[c + 1].bias, s2 = channels[c + 2].bias, s3 = channels[c + 3].bias;
    const int8_t* row = in + c;
    const int8_t* taps = weights + c;
    APPRENTICE_UNROLL(8)
    for (int32_t ky = 0; ky < w.kernel_h; ++ky, row += row_stride, taps += w.kernel_w * w.in_c) {
      APPRENTICE_UNROLL(8)
      for (int32_t kx = 0; kx < w.kernel_w; ++kx) {
        const uint32_t a = apprentice_load4(row + kx * w.in_c), b = apprentice_load4(taps + kx * w.in_c);
        const int16x2_t ae = apprentice_even(a), ao = apprentice_odd(a);
        const int16x2_t be = apprentice_even(b), bo = apprentice_odd(b);
        s0 = __smlabb(ae, be, s0);
        s1 = __smlabb(ao, bo, s1);
        s2 = __smlatt(ae, be, s2);
        s3 = __smlatt(ao, bo, s3);
      }
    }
    apprentice_store(&out[c], apprentice_requantize(s0, channels[c].multiplier, to));
    apprentice_store(&out[c + 1], apprentice_requantize(s1, channels[c + 1].multiplier, to));
    apprentice_store(&out[c + 2], apprentice_requantize(s2, channels[c + 2].multiplier, to));
    apprentice_store(&out[c + 3], apprentice_requantize(s3, channels[c + 3].multiplier, to));
  }
  return blocked;
}

#endif
