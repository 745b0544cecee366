/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernels of every set of instructions stand on: the types, and the steps that are plain C everywhere.
 *
 * C99 (and C++), no heap, no libc beyond <stdint.h>, <stddef.h> and <string.h>, no state.
 * Functions are meant to be inlined with constant arguments, so that the compiler makes one loop nest per layer; those
 * marked APPRENTICE_CALLED are not. */
#ifndef APPRENTICE_TYPES_H
#define APPRENTICE_TYPES_H

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
/* What is long and called often with unlike arguments: once in the flash, and its variables on the stack only then. */
#if defined(__GNUC__)
#define APPRENTICE_CALLED static __attribute__((noinline, unused))
#else
#define APPRENTICE_CALLED static
#endif

#if defined(__GNUC__) && !defined(__clang__)
#define APPRENTICE_UNROLL(n) APPRENTICE_PRAGMA(GCC unroll n)
#define APPRENTICE_PRAGMA(text) _Pragma(#text)
#else
#define APPRENTICE_UNROLL(n)
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

/* The window of a layer; one-dimensional layers have height 1. */
typedef struct apprentice_window {
  int32_t in_h, in_w, in_c;
  int32_t out_h, out_w;
  int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
  int32_t in_zero_point; /* the value of padding */
} apprentice_window;

/* Defined in apprentice_arith.h, for every set of instructions. */
APPRENTICE_INLINE int32_t apprentice_requantize(int32_t sum, int32_t multiplier, apprentice_output to);

APPRENTICE_INLINE int32_t apprentice_clamp(int32_t value, int32_t low, int32_t high) {
  return value < low ? low : value > high ? high : value;
}

#endif
