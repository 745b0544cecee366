/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs of int16, a real and an imaginary part, in plain C for every core; and what each function of
 * apprentice_pair_dsp.h means. Callers have made sure that no result leaves int16. See apprentice_frame.h. */
#ifndef APPRENTICE_PAIR_H
#define APPRENTICE_PAIR_H

#include "apprentice_types.h"

typedef struct apprentice_pair {
  int32_t re, im;
} apprentice_pair;

APPRENTICE_INLINE apprentice_pair apprentice_pair_of(int32_t re, int32_t im) {
  const apprentice_pair pair = {re, im};
  return pair;
}
APPRENTICE_INLINE int32_t apprentice_pair_re(apprentice_pair z) { return z.re; }
APPRENTICE_INLINE int32_t apprentice_pair_im(apprentice_pair z) { return z.im; }

APPRENTICE_INLINE apprentice_pair apprentice_pair_load(const apprentice_half* from) {
  return apprentice_pair_of(from[0], from[1]);
}
/* Of a table, which nobody writes. */
APPRENTICE_INLINE apprentice_pair apprentice_pair_weight(const int16_t* from) {
  return apprentice_pair_of(from[0], from[1]);
}
APPRENTICE_INLINE void apprentice_pair_store(apprentice_half* to, apprentice_pair z) {
  to[0] = (int16_t)z.re;
  to[1] = (int16_t)z.im;
}

/* Collects which bits the values of pairs need. */
APPRENTICE_INLINE uint32_t apprentice_pair_used(uint32_t used, apprentice_pair z) {
  return used | (uint32_t)(z.re ^ (z.re >> 15)) | (uint32_t)(z.im ^ (z.im >> 15));
}
/* What apprentice_pair_used has collected: the highest one stands at the width of the largest value, its sign
 * included, less one; bit 0 means nothing. */
APPRENTICE_INLINE uint32_t apprentice_used_bits(uint32_t used) { return used << 1; }

APPRENTICE_INLINE apprentice_pair apprentice_pair_add(apprentice_pair a, apprentice_pair b) {
  return apprentice_pair_of(a.re + b.re, a.im + b.im);
}
APPRENTICE_INLINE apprentice_pair apprentice_pair_subtract(apprentice_pair a, apprentice_pair b) {
  return apprentice_pair_of(a.re - b.re, a.im - b.im);
}
/* a - i b and a + i b. */
APPRENTICE_INLINE apprentice_pair apprentice_pair_add_turned_right(apprentice_pair a, apprentice_pair b) {
  return apprentice_pair_of(a.re + b.im, a.im - b.re);
}
APPRENTICE_INLINE apprentice_pair apprentice_pair_add_turned_left(apprentice_pair a, apprentice_pair b) {
  return apprentice_pair_of(a.re - b.im, a.im + b.re);
}
/* The same, each part halved and rounded down; what is halved may have left int16. */
APPRENTICE_INLINE apprentice_pair apprentice_pair_floor_half(apprentice_pair z) {
  return apprentice_pair_of(z.re >> 1, z.im >> 1);
}
#define apprentice_pair_half_add(a, b) apprentice_pair_floor_half(apprentice_pair_add(a, b))
#define apprentice_pair_half_subtract(a, b) apprentice_pair_floor_half(apprentice_pair_subtract(a, b))
#define apprentice_pair_half_add_turned_right(a, b) apprentice_pair_floor_half(apprentice_pair_add_turned_right(a, b))
#define apprentice_pair_half_add_turned_left(a, b) apprentice_pair_floor_half(apprentice_pair_add_turned_left(a, b))

/* z / 2, rounded half up. */
APPRENTICE_INLINE apprentice_pair apprentice_pair_half(apprentice_pair z) {
  return apprentice_pair_of((z.re + 1) >> 1, (z.im + 1) >> 1);
}

/* z * (w.re - i w.im) in units of 2^-15, before it is rounded. */
APPRENTICE_INLINE int32_t apprentice_pair_product_re(apprentice_pair z, apprentice_pair w, int32_t add) {
  return z.re * w.re + z.im * w.im + add;
}
APPRENTICE_INLINE int32_t apprentice_pair_product_im(apprentice_pair z, apprentice_pair w, int32_t add) {
  return z.im * w.re - z.re * w.im + add;
}
/* The same, rounded half up; and half of it, rounded half up. */
APPRENTICE_INLINE apprentice_pair apprentice_pair_turn(apprentice_pair z, apprentice_pair w) {
  return apprentice_pair_of(apprentice_pair_product_re(z, w, 16384) >> 15,
                            apprentice_pair_product_im(z, w, 16384) >> 15);
}
APPRENTICE_INLINE apprentice_pair apprentice_pair_half_turn(apprentice_pair z, apprentice_pair w) {
  return apprentice_pair_of(apprentice_pair_product_re(z, w, 32768) >> 16,
                            apprentice_pair_product_im(z, w, 32768) >> 16);
}

/* Both products added to `sum`. */
APPRENTICE_INLINE int64_t apprentice_pair_dot(apprentice_pair a, apprentice_pair b, int64_t sum) {
  return sum + a.re * b.re + (int64_t)(a.im * b.im);
}

/* (a + conj b) / 2 and (a - conj b) / 2, rounded down. */
APPRENTICE_INLINE apprentice_pair apprentice_pair_even(apprentice_pair a, apprentice_pair b) {
  return apprentice_pair_of((a.re + b.re) >> 1, (a.im - b.im) >> 1);
}
APPRENTICE_INLINE apprentice_pair apprentice_pair_odd(apprentice_pair a, apprentice_pair b) {
  return apprentice_pair_of((a.re - b.re) >> 1, (a.im + b.im) >> 1);
}

/* Two values of apprentice_taper. */
APPRENTICE_INLINE void apprentice_pair_taper(apprentice_half* values, const int16_t* weights, int32_t room) {
  values[0] = (int16_t)((values[0] * (1 << room) * weights[0] + 32768) >> 16);
  values[1] = (int16_t)((values[1] * (1 << room) * weights[1] + 32768) >> 16);
}

/* Two values to the left, or halved and rounded down. */
APPRENTICE_INLINE void apprentice_pair_shift(apprentice_half* values, int32_t left) {
  for (int32_t i = 0; i < 2; ++i) values[i] = (int16_t)(left < 0 ? values[i] >> 1 : values[i] * (1 << left));
}

/* The bits of `index` in reverse order, of `bits` many; `before` is the result for index - 2, as the portable way
 * counts on from there. index and 2^bits are even. */
APPRENTICE_INLINE int32_t apprentice_reverse(int32_t index, int32_t before, int32_t bits) {
  int32_t bit = (int32_t)(1 << bits) >> 2;
  if (index == 0) return 0;
  for (; (before & bit) != 0; bit >>= 1) before ^= bit;
  return before | bit;
}

#endif
