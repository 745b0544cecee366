/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that chooses the set of instructions, and requantization: how a sum becomes an int8 output. */
#ifndef APPRENTICE_ARITH_H
#define APPRENTICE_ARITH_H

/* APPRENTICE_PORTABLE, defined by whoever builds, keeps every core on the portable path.
 * Cores with NEON have the DSP instructions, too, but are faster on the portable path, which compilers vectorize:
 * it takes a third fewer instructions there (GCC 12, Cortex-A7, -O3). */
#if defined(APPRENTICE_PORTABLE) || defined(__ARM_BIG_ENDIAN) || !defined(__GNUC__)
#include "apprentice_portable.h"
#elif defined(__ARM_FEATURE_MVE)
#include "apprentice_mve.h"
#elif defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_SIMD32) && !defined(__ARM_NEON)
#include "apprentice_dsp.h"
#else
#include "apprentice_portable.h"
#endif

/* Two int16 in one register: what a front end is made of. Cores with MVE have these instructions, too. */
#if !defined(APPRENTICE_PORTABLE) && !defined(__ARM_BIG_ENDIAN) && defined(__GNUC__) && defined(__ARM_FEATURE_DSP) && \
    defined(__ARM_FEATURE_SIMD32) && !defined(__ARM_NEON)
#define APPRENTICE_HAS_DSP
#endif

/* Upper 32 bits of the 64-bit product; b is not negative. */
#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)
#include "apprentice_armv6m.h"
#else
APPRENTICE_INLINE int32_t apprentice_high_product(int32_t a, int32_t b) { return (int32_t)(((int64_t)a * b) >> 32); }
#endif

/* Rounds once. The branches are on constants and fold away.
 * For a shift of 33 or more the rounding constant and the zero point lie wholly above bit 32. So, exactly,
 * floor((hi * 2^32 + lo + 2^(shift-1)) / 2^shift) = (hi + 2^(shift-33)) >> (shift-32). */
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

#endif
