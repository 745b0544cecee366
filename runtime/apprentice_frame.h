/* SPDX-License-Identifier: Apache-2.0 */
/* A frame of a front end: values that share one power of two as their unit. It lies in `scratch`, as int16 where its
 * values fit and as int32 where they do not; a stage writes its output over its input.
 * docs/formats/frontend.md says what each kernel computes. */
#ifndef APPRENTICE_FRAME_H
#define APPRENTICE_FRAME_H

#include "apprentice_arith.h"

/* The same bytes are read as int16 and as int32. */
#if defined(__GNUC__)
typedef int16_t __attribute__((may_alias)) apprentice_half;
typedef int32_t __attribute__((may_alias)) apprentice_word;
#else
typedef int16_t apprentice_half;
typedef int32_t apprentice_word;
#endif

#if defined(APPRENTICE_HAS_DSP)
#include "apprentice_pair_dsp.h"
#else
#include "apprentice_pair.h"
#endif

/* Zeros above the highest one; value > 0. */
APPRENTICE_INLINE int32_t apprentice_leading_zeros(uint32_t value) {
#if defined(__GNUC__)
  return __builtin_clz(value);
#else
  int32_t zeros = 0;
  while ((value & 0x80000000U) == 0) {
    value <<= 1;
    ++zeros;
  }
  return zeros;
#endif
}

/* By how many bits all values that `used` has seen (apprentice_pair_used) may go to the left within int16: 0 .. 15. */
APPRENTICE_INLINE int32_t apprentice_room(uint32_t used) {
  return apprentice_leading_zeros(apprentice_used_bits(used) | 1U) - 16;
}

APPRENTICE_INLINE int32_t apprentice_frame_room(const apprentice_half* values, int32_t count) {
  uint32_t used = 0;
  int32_t i = 0;
  for (; i + 2 <= count; i += 2) used = apprentice_pair_used(used, apprentice_pair_load(values + i));
  if (i < count) used = apprentice_pair_used(used, apprentice_pair_of(values[i], 0));
  return apprentice_room(used);
}

/* clamp(round((x - mean) * scale), -32768, 32767), ties to even; NaN gives 0. Not for -ffast-math.
 * Each float operation is rounded on its own: `product` is volatile so that no compiler fuses it with what follows. */
APPRENTICE_INLINE int16_t apprentice_quantize_sample(float x, float mean, float scale) {
  const float difference = x - mean;
  volatile float product = difference * scale;
  const float value = product;
  int32_t whole;
  float rest;
  if (value != value) return 0;
  if (value >= 32767.0F) return 32767;
  if (value <= -32768.0F) return -32768;
  whole = (int32_t)value;
  rest = value - (float)whole;
  if (rest > 0.5F || (rest == 0.5F && (whole & 1) != 0)) ++whole;
  if (rest < -0.5F || (rest == -0.5F && (whole & 1) != 0)) --whole;
  return (int16_t)whole;
}

/* Raw samples of one channel, `step` apart, to a frame with the unit 1. */
APPRENTICE_INLINE void apprentice_read_frame(const float* samples, int32_t step, int32_t count, float mean, float scale,
                                             int32_t* scratch) {
  apprentice_half* const values = (apprentice_half*)scratch;
  for (int32_t i = 0; i < count; ++i) values[i] = apprentice_quantize_sample(samples[i * step], mean, scale);
}

/* From each value to the next one. */
APPRENTICE_INLINE void apprentice_difference(int32_t* scratch, int32_t count) {
  apprentice_half* const values = (apprentice_half*)scratch;
  for (int32_t i = 0; i + 1 < count; ++i)
    values[i] = (int16_t)apprentice_clamp((int32_t)values[i + 1] - values[i], -32768, 32767);
}

/* value * 2^room * weight / 2^16, rounded: one bit less than int16. Gives the exponent of the result. */
APPRENTICE_INLINE int32_t apprentice_taper(int32_t* scratch, int32_t count, const int16_t* weights, int32_t exponent) {
  apprentice_half* const values = (apprentice_half*)scratch;
  const int32_t room = apprentice_frame_room(values, count);
  int32_t i = 0;
  for (; i + 2 <= count; i += 2) apprentice_pair_taper(values + i, weights + i, room);
  if (i < count) values[i] = (int16_t)((values[i] * (1 << room) * weights[i] + 32768) >> 16);
  return exponent - room + 1;
}

#endif
