/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs of int16 in one register, by the DSP instructions of Armv7E-M and Armv8-M. See apprentice_pair.h. */
#ifndef APPRENTICE_PAIR_DSP_H
#define APPRENTICE_PAIR_DSP_H

#include <arm_acle.h>

#include "apprentice_types.h"

typedef int16x2_t apprentice_pair; /* the real part is the lower half */

/* The lower half of `low` and the upper of `high`; and the upper halves of both. */
APPRENTICE_INLINE apprentice_pair apprentice_join(int32_t low, int32_t high) {
  int32_t pair;
  __asm__("pkhbt %0, %1, %2" : "=r"(pair) : "r"(low), "r"(high));
  return (apprentice_pair)pair;
}
APPRENTICE_INLINE apprentice_pair apprentice_join_upper(int32_t low, int32_t high) {
  int32_t pair;
  __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(pair) : "r"(high), "r"(low));
  return (apprentice_pair)pair;
}
APPRENTICE_INLINE int32_t apprentice_left(int32_t value, int32_t bits) { return (int32_t)((uint32_t)value << bits); }

APPRENTICE_INLINE apprentice_pair apprentice_pair_of(int32_t re, int32_t im) {
  return apprentice_join(re, apprentice_left(im, 16));
}
APPRENTICE_INLINE int32_t apprentice_pair_re(apprentice_pair z) { return (int16_t)z; }
APPRENTICE_INLINE int32_t apprentice_pair_im(apprentice_pair z) { return (int32_t)z >> 16; }

APPRENTICE_INLINE apprentice_pair apprentice_pair_load(const apprentice_half* from) {
  apprentice_pair pair;
  memcpy(&pair, from, 4);
  return pair;
}
APPRENTICE_INLINE apprentice_pair apprentice_pair_weight(const int16_t* from) {
  apprentice_pair pair;
  memcpy(&pair, from, 4);
  return pair;
}
APPRENTICE_INLINE void apprentice_pair_store(apprentice_half* to, apprentice_pair z) { memcpy(to, &z, 4); }

/* A bit is set where it differs from the one below it. */
APPRENTICE_INLINE uint32_t apprentice_pair_used(uint32_t used, apprentice_pair z) {
  return used | ((uint32_t)z ^ ((uint32_t)z << 1));
}
/* The lowest bit of either half has no neighbour of its own. */
APPRENTICE_INLINE uint32_t apprentice_used_bits(uint32_t used) { return (used | used >> 16) & 0xFFFEU; }

#define apprentice_pair_add(a, b) __sadd16(a, b)
#define apprentice_pair_subtract(a, b) __ssub16(a, b)
#define apprentice_pair_add_turned_right(a, b) __ssax(a, b)
#define apprentice_pair_add_turned_left(a, b) __sasx(a, b)
#define apprentice_pair_half_add(a, b) __shadd16(a, b)
#define apprentice_pair_half_subtract(a, b) __shsub16(a, b)
#define apprentice_pair_half_add_turned_right(a, b) __shsax(a, b)
#define apprentice_pair_half_add_turned_left(a, b) __shasx(a, b)

APPRENTICE_INLINE apprentice_pair apprentice_pair_half(apprentice_pair z) {
  return __shadd16(z, (apprentice_pair)0x00010001);
}

APPRENTICE_INLINE int32_t apprentice_pair_product_re(apprentice_pair z, apprentice_pair w, int32_t add) {
  return __smlad(z, w, add);
}
APPRENTICE_INLINE int32_t apprentice_pair_product_im(apprentice_pair z, apprentice_pair w, int32_t add) {
  return __smlsdx(w, z, add);
}
APPRENTICE_INLINE apprentice_pair apprentice_pair_turn(apprentice_pair z, apprentice_pair w) {
  return apprentice_join_upper(apprentice_left(apprentice_pair_product_re(z, w, 16384), 1),
                               apprentice_left(apprentice_pair_product_im(z, w, 16384), 1));
}
APPRENTICE_INLINE apprentice_pair apprentice_pair_half_turn(apprentice_pair z, apprentice_pair w) {
  return apprentice_join_upper(apprentice_pair_product_re(z, w, 32768), apprentice_pair_product_im(z, w, 32768));
}

APPRENTICE_INLINE int64_t apprentice_pair_dot(apprentice_pair a, apprentice_pair b, int64_t sum) {
  return __smlald(a, b, sum);
}

APPRENTICE_INLINE apprentice_pair apprentice_pair_turned_over(apprentice_pair z) {
  return (apprentice_pair)((uint32_t)z >> 16 | (uint32_t)z << 16);
}
APPRENTICE_INLINE apprentice_pair apprentice_pair_even(apprentice_pair a, apprentice_pair b) {
  return __shsax(a, apprentice_pair_turned_over(b));
}
APPRENTICE_INLINE apprentice_pair apprentice_pair_odd(apprentice_pair a, apprentice_pair b) {
  return __shasx(a, apprentice_pair_turned_over(b));
}

APPRENTICE_INLINE void apprentice_pair_taper(apprentice_half* values, const int16_t* weights, int32_t room) {
  const apprentice_pair x = apprentice_pair_load(values), w = apprentice_pair_weight(weights);
  const int32_t half = (int32_t)32768 >> room;
  apprentice_pair_store(values, apprentice_join_upper(apprentice_left(__smlabb(x, w, half), room),
                                                      apprentice_left(__smlatt(x, w, half), room)));
}

APPRENTICE_INLINE void apprentice_pair_shift(apprentice_half* values, int32_t left) {
  const apprentice_pair x = apprentice_pair_load(values);
  const int32_t upper = (int32_t)((uint32_t)x & 0xFFFF0000U);
  apprentice_pair_store(values, left < 0
                                    ? __shadd16(x, (apprentice_pair)0)
                                    : apprentice_join(apprentice_left((int32_t)x, left), apprentice_left(upper, left)));
}

APPRENTICE_INLINE int32_t apprentice_reverse(int32_t index, int32_t before, int32_t bits) {
  uint32_t mirrored;
  (void)before;
  __asm__("rbit %0, %1" : "=r"(mirrored) : "r"(index));
  return (int32_t)(mirrored >> (32 - bits));
}

#endif
