/* SPDX-License-Identifier: Apache-2.0 */
/* Logarithms of a frame, with one unit for all frames. See apprentice_frame.h. */
#ifndef APPRENTICE_LOG_H
#define APPRENTICE_LOG_H

#include "apprentice_frame.h"

typedef struct apprentice_log_of {
  int32_t floor;      /* the least logarithm, base 2, in units of 2^-15 */
  int32_t multiplier; /* to the unit of the output: * multiplier >> shift */
  int32_t shift;
} apprentice_log_of;

/* log2 of value > 0 in units of 2^-15; between 32 points of each octave along straight lines. */
APPRENTICE_INLINE int32_t apprentice_log2(uint32_t value) {
  static const uint16_t table[33] = {0,     1455,  2866,  4236,  5568,  6863,  8124,  9352,  10549, 11716, 12855,
                                     13968, 15055, 16117, 17156, 18173, 19168, 20143, 21098, 22034, 22952, 23852,
                                     24736, 25604, 26455, 27292, 28114, 28922, 29717, 30498, 31267, 32024, 32768};
  const int32_t zeros = apprentice_leading_zeros(value);
  const uint32_t normal = value << zeros;
  const uint32_t index = (normal >> 26) & 31U;
  const uint32_t step = (uint32_t)table[index + 1] - table[index];
  const uint32_t between = (step * ((normal >> 10) & 0xFFFFU) + 32768U) >> 16;
  return (31 - zeros) * 32768 + (int32_t)(table[index] + between);
}

APPRENTICE_INLINE int16_t apprentice_log_value(int32_t value, apprentice_log_of to, int32_t exponent) {
  int32_t log2 = to.floor;
  if (value > 0) {
    const int32_t whole = apprentice_log2((uint32_t)value) + exponent * 32768;
    if (whole > log2) log2 = whole;
  }
  const int64_t scaled = ((int64_t)log2 * to.multiplier + ((int64_t)1 << (to.shift - 1))) >> to.shift;
  return (int16_t)apprentice_clamp((int32_t)scaled, -32768, 32767);
}

/* Words to halves. */
APPRENTICE_INLINE void apprentice_log_words(int32_t* scratch, int32_t count, apprentice_log_of to, int32_t exponent) {
  const apprentice_word* const in = (const apprentice_word*)scratch;
  apprentice_half* const out = (apprentice_half*)scratch;
  for (int32_t i = 0; i < count; ++i) out[i] = apprentice_log_value(in[i], to, exponent);
}

APPRENTICE_INLINE void apprentice_log_halves(int32_t* scratch, int32_t count, apprentice_log_of to, int32_t exponent) {
  apprentice_half* const values = (apprentice_half*)scratch;
  for (int32_t i = 0; i < count; ++i) values[i] = apprentice_log_value(values[i], to, exponent);
}

#endif
