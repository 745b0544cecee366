/* SPDX-License-Identifier: Apache-2.0 */
/* Integer arithmetic that every kernel of a generated student shares: requantisation and blocked dot products.
 *
 * C99 (and C++), no heap, no libc beyond <stdint.h>, <stddef.h> and <string.h>, no state. The functions are meant to be
 * inlined with constant arguments, so the compiler makes one specialised loop nest per layer. The portable path, the
 * DSP path (Armv7E-M and Armv8-M SIMD) and the MVE path (Helium) give the same bits: sums are exact in int32, the
 * generator has proved that none can overflow, and rounding happens once per output. */
#ifndef APPRENTICE_ARITH_H
#define APPRENTICE_ARITH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Without optimization inlining gains nothing, and a debug build would need ten times the stack and the flash. */
#if defined(__GNUC__) && defined(__OPTIMIZE__)
#define APPRENTICE_INLINE static inline __attribute__((always_inline, unused))
#elif defined(__GNUC__)
#define APPRENTICE_INLINE static inline __attribute__((unused))
#else
#define APPRENTICE_INLINE static inline
#endif

#if defined(__GNUC__) && !defined(__clang__)
#define APPRENTICE_UNROLL(n) APPRENTICE_PRAGMA(GCC unroll n)
#define APPRENTICE_PRAGMA(text) _Pragma(#text)
#else
#define APPRENTICE_UNROLL(n)
#endif

/* Cores with NEON have these instructions, too, but what the compiler makes of the portable path for NEON is faster: a
 * third fewer instructions (GCC 12, Cortex-A7, -O3). */
#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_SIMD32) && defined(__GNUC__) && !defined(__ARM_FEATURE_MVE) && \
    !defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN) && !defined(APPRENTICE_PORTABLE)
#include <arm_acle.h>
#define APPRENTICE_DSP 1
#if !defined(__clang__)
/* Scheduling before register allocation spills in loops that use all registers: 1.5 instead of 1.9 instructions per
 * multiply-accumulate (GCC 12, Cortex-M4). */
#pragma GCC optimize("no-schedule-insns")
#endif
#else
#define APPRENTICE_DSP 0
#endif

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__) && !defined(__ARM_BIG_ENDIAN) && !defined(APPRENTICE_PORTABLE)
#include <arm_mve.h>
#define APPRENTICE_MVE 1
#else
#define APPRENTICE_MVE 0
#endif

#if defined(__GNUC__)
#define APPRENTICE_ALIGNED __attribute__((aligned(4)))
#else
#define APPRENTICE_ALIGNED
#endif

/* Rounding shifts of negative numbers must be arithmetic, as they are in every compiler for these devices. */
typedef char apprentice_needs_arithmetic_shift[((-1) >> 1) == -1 ? 1 : -1];

/* What one output channel adds to its sum and what scales it. The input's zero point is folded into bias. */
typedef struct apprentice_channel {
  int32_t bias;
  int32_t multiplier; /* 0 .. 2^31 - 1 */
} apprentice_channel;

/* How sums become int8: (sum * multiplier + 2^(shift-1)) >> shift, + zero point, clamp. */
typedef struct apprentice_output {
  int32_t zero_point;
  int32_t shift; /* 1 .. 62 */
  int32_t low, high;
} apprentice_output;

APPRENTICE_INLINE int32_t apprentice_clamp(int32_t value, int32_t low, int32_t high) {
  return value < low ? low : value > high ? high : value;
}

/* clamp(value >> shift, low, high); low and high lie in -128 .. 127. */
APPRENTICE_INLINE int32_t apprentice_shift_clamp(int32_t value, int32_t shift, int32_t low, int32_t high) {
#if APPRENTICE_DSP
  /* One instruction, shift included, where the shift is known to the compiler. */
  int32_t result = (int32_t)__builtin_arm_ssat(value >> shift, 8);
  if (low > -128 && result < low) result = low;
  if (high < 127 && result > high) result = high;
  return result;
#else
  return apprentice_clamp(value >> shift, low, high);
#endif
}

/* Upper 32 bits of the 64-bit product. */
APPRENTICE_INLINE int32_t apprentice_high_product(int32_t a, int32_t b) {
#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)
  /* No long multiply: four 16-bit products; b is not negative. */
  const uint32_t a_low = (uint32_t)a & 0xFFFFU, b_low = (uint32_t)b & 0xFFFFU;
  const int32_t a_high = a >> 16, b_high = b >> 16;
  const int32_t middle = a_high * (int32_t)b_low + (int32_t)((a_low * b_low) >> 16);
  const int32_t cross = (int32_t)a_low * b_high + (middle & 0xFFFF);
  return a_high * b_high + (middle >> 16) + (int32_t)((uint32_t)cross >> 16);
#else
  return (int32_t)(((int64_t)a * b) >> 32);
#endif
}

/* The branches are on constants and fold away. For a shift of 33 or more the rounding constant and the zero point lie
 * wholly above bit 32, so floor((hi * 2^32 + lo + 2^(shift-1)) / 2^shift) = (hi + 2^(shift-33)) >> (shift-32), exactly.
 */
APPRENTICE_INLINE int32_t apprentice_requantize(int32_t sum, int32_t multiplier, apprentice_output to) {
  if (to.shift >= 33 && to.shift <= 50) {
    const int32_t rest = to.shift - 32;
    const int32_t offset = (int32_t)(1 << (rest - 1)) + to.zero_point * (int32_t)(1 << rest);
    return apprentice_shift_clamp(apprentice_high_product(sum, multiplier) + offset, rest, to.low, to.high);
  } else {
    const int64_t scaled = ((int64_t)sum * multiplier + ((int64_t)1 << (to.shift - 1))) >> to.shift;
    const int64_t value = scaled + to.zero_point;
    return (int32_t)(value < to.low ? to.low : value > to.high ? to.high : value);
  }
}

#if APPRENTICE_DSP
APPRENTICE_INLINE uint32_t apprentice_load4(const int8_t* bytes) {
  uint32_t word;
  memcpy(&word, bytes, 4);
  return word;
}
/* Bytes 0 and 2, and bytes 1 and 3, widened to two int16. */
APPRENTICE_INLINE int16x2_t apprentice_even(uint32_t word) { return __sxtb16((int8x4_t)word); }
APPRENTICE_INLINE int16x2_t apprentice_odd(uint32_t word) {
  uint32_t pair;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(word));
  return (int16x2_t)pair;
}
#endif

#if APPRENTICE_DSP
/* Keeps the compiler from splitting one pointer with constant offsets into many, which it would then spill. */
#define APPRENTICE_ONE_POINTER(p) __asm__("" : "+r"(p))

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
#endif

/* sums[0..3] += x0.w0, x0.w1, x1.w0, x1.w1 over `count` values; the rows of weights lie w_step apart. */
APPRENTICE_INLINE void apprentice_dot_2x2(const int8_t* x0, const int8_t* x1, const int8_t* w, int32_t w_step,
                                          int32_t count, int32_t* sums) {
  int32_t s[4] = {sums[0], sums[1], sums[2], sums[3]};
#if APPRENTICE_DSP
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
#elif APPRENTICE_MVE
  for (int32_t k = 0; k < count; k += 16) {
    const mve_pred16_t inside = vctp8q((uint32_t)(count - k)); /* lanes past the end load zero */
    const int8x16_t a0 = vldrbq_z_s8(x0 + k, inside), a1 = vldrbq_z_s8(x1 + k, inside);
    const int8x16_t b0 = vldrbq_z_s8(w + k, inside), b1 = vldrbq_z_s8(w + w_step + k, inside);
    s[0] = vmladavaq_s8(s[0], a0, b0);
    s[1] = vmladavaq_s8(s[1], a0, b1);
    s[2] = vmladavaq_s8(s[2], a1, b0);
    s[3] = vmladavaq_s8(s[3], a1, b1);
  }
  const int32_t done = count, rest = 0;
#else
  const int32_t done = 0, rest = count;
#endif
  for (int32_t k = done; k < done + rest; ++k) {
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
#if APPRENTICE_DSP
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
#elif APPRENTICE_MVE
  for (int32_t k = 0; k < count; k += 16) {
    const mve_pred16_t inside = vctp8q((uint32_t)(count - k));
    const int8x16_t a = vldrbq_z_s8(x + k, inside);
    s[0] = vmladavaq_s8(s[0], a, vldrbq_z_s8(w + k, inside));
    s[1] = vmladavaq_s8(s[1], a, vldrbq_z_s8(w + w_step + k, inside));
    s[2] = vmladavaq_s8(s[2], a, vldrbq_z_s8(w + 2 * w_step + k, inside));
    s[3] = vmladavaq_s8(s[3], a, vldrbq_z_s8(w + 3 * w_step + k, inside));
  }
  const int32_t done = count, rest = 0;
#else
  const int32_t done = 0, rest = count;
#endif
  for (int32_t k = done; k < done + rest; ++k) {
    const int32_t a = x[k];
    s[0] += a * w[k];
    s[1] += a * w[k + w_step];
    s[2] += a * w[k + 2 * w_step];
    s[3] += a * w[k + 3 * w_step];
  }
  memcpy(sums, s, sizeof s);
}

/* Stores bytes one by one: merged stores cost more instructions than they save here. */
APPRENTICE_INLINE void apprentice_store(int8_t* to, int32_t value) {
#if APPRENTICE_DSP
  *(volatile uint8_t*)to = (uint8_t)value;
#else
  *to = (int8_t)value;
#endif
}

/* The plain dot product, for what blocks leave over. */
APPRENTICE_INLINE int32_t apprentice_dot(const int8_t* x, const int8_t* w, int32_t count, int32_t sum) {
  int32_t k = 0;
#if APPRENTICE_DSP
  for (; k + 4 <= count; k += 4) {
    const uint32_t a = apprentice_load4(x + k), b = apprentice_load4(w + k);
    sum = __smlad(apprentice_even(a), apprentice_even(b), sum);
    sum = __smlad(apprentice_odd(a), apprentice_odd(b), sum);
  }
#endif
  for (; k < count; ++k) sum += (int32_t)x[k] * w[k];
  return sum;
}

#endif
