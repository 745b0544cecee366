/* SPDX-License-Identifier: Apache-2.0 */
/* The spectrum of a real frame: its even and odd values are the parts of half as many complex ones, these go through a
 * radix-4 FFT in place (decimation in time, after a radix-2 stage where their number is no power of four), and one pass
 * takes the result apart. Before each stage the block is looked at, and the stage scales by no more than it must.
 * See apprentice_frame.h. */
#ifndef APPRENTICE_FFT_H
#define APPRENTICE_FFT_H

#include "apprentice_frame.h"

typedef struct apprentice_spectrum_of {
  int32_t length;      /* values of the frame; zeros follow up to 2 << bits */
  int32_t bits;        /* log2 of the number of complex values: 3 .. 10 */
  const int16_t* fft;  /* per stage: for k = 0, 1, ... cosine and sine of 2k, k and 3k steps */
  const int16_t* real; /* cosine and sine of k steps of the real points, k = 1, 2, ... below half of the complex ones */
} apprentice_spectrum_of;

APPRENTICE_INLINE void apprentice_pair_swap(apprentice_half* a, apprentice_half* b) {
  const apprentice_pair kept = apprentice_pair_load(a);
  apprentice_pair_store(a, apprentice_pair_load(b));
  apprentice_pair_store(b, kept);
}

/* Each value goes where the bits of its index lead in reverse order. What is at an even index of the first half tells
 * four indices at once: of i go i + 1, i + half and i + half + 1 to j + half, j + 1 and j + half + 1. */
APPRENTICE_INLINE void apprentice_reorder(apprentice_half* data, int32_t bits) {
  const int32_t half = (int32_t)(1 << bits) >> 1;
  int32_t j = 0;
  for (int32_t i = 0; i < half; i += 2) {
    j = apprentice_reverse(i, j, bits);
    apprentice_pair_swap(data + 2 * i + 2, data + 2 * (j + half));
    if (i < j) {
      apprentice_pair_swap(data + 2 * i, data + 2 * j);
      apprentice_pair_swap(data + 2 * (i + half) + 2, data + 2 * (j + half) + 2);
    }
  }
}

/* First stage with two points; exact, because the block has one bit of room. */
APPRENTICE_INLINE uint32_t apprentice_fft_first2(apprentice_half* data, int32_t points) {
  uint32_t used = 0;
  for (apprentice_half* p = data; p != data + 2 * points; p += 4) {
    const apprentice_pair a = apprentice_pair_load(p), b = apprentice_pair_load(p + 2);
    const apprentice_pair sum = apprentice_pair_add(a, b), difference = apprentice_pair_subtract(a, b);
    used = apprentice_pair_used(apprentice_pair_used(used, sum), difference);
    apprentice_pair_store(p, sum);
    apprentice_pair_store(p + 2, difference);
  }
  return used;
}

/* First stage with four points, scaled by 1/2. */
APPRENTICE_INLINE uint32_t apprentice_fft_first4(apprentice_half* data, int32_t points) {
  uint32_t used = 0;
  for (apprentice_half* p = data; p != data + 2 * points; p += 8) {
    const apprentice_pair x0 = apprentice_pair_load(p), x2 = apprentice_pair_load(p + 2);
    const apprentice_pair s0 = apprentice_pair_add(x0, x2), s1 = apprentice_pair_subtract(x0, x2);
    const apprentice_pair x1 = apprentice_pair_load(p + 4), x3 = apprentice_pair_load(p + 6);
    const apprentice_pair s2 = apprentice_pair_add(x1, x3), s3 = apprentice_pair_subtract(x1, x3);
    const apprentice_pair y0 = apprentice_pair_half_add(s0, s2), y2 = apprentice_pair_half_subtract(s0, s2);
    const apprentice_pair y1 = apprentice_pair_half_add_turned_right(s1, s3);
    const apprentice_pair y3 = apprentice_pair_half_add_turned_left(s1, s3);
    used = apprentice_pair_used(apprentice_pair_used(used, y0), y1);
    used = apprentice_pair_used(apprentice_pair_used(used, y2), y3);
    apprentice_pair_store(p, y0);
    apprentice_pair_store(p + 2, y1);
    apprentice_pair_store(p + 4, y2);
    apprentice_pair_store(p + 6, y3);
  }
  return used;
}

/* One butterfly, scaled by 2^-shift: its four values lie `step` halves apart. `shift` is known to the compiler. */
APPRENTICE_INLINE uint32_t apprentice_butterfly(apprentice_half* p, int32_t step, const int16_t* w, int32_t shift,
                                                uint32_t used) {
#define APPRENTICE_TURN(z, w) (shift == 0 ? apprentice_pair_turn(z, w) : apprentice_pair_half_turn(z, w))
#define APPRENTICE_FIRST(op, a, b) (shift == 3 ? apprentice_pair_half_##op(a, b) : apprentice_pair_##op(a, b))
#define APPRENTICE_SECOND(op, a, b) (shift >= 2 ? apprentice_pair_half_##op(a, b) : apprentice_pair_##op(a, b))
  const apprentice_pair x0 = shift == 0 ? apprentice_pair_load(p) : apprentice_pair_half(apprentice_pair_load(p));
  const apprentice_pair x2 = APPRENTICE_TURN(apprentice_pair_load(p + step), apprentice_pair_weight(w));
  const apprentice_pair s0 = APPRENTICE_FIRST(add, x0, x2), s1 = APPRENTICE_FIRST(subtract, x0, x2);
  const apprentice_pair x1 = APPRENTICE_TURN(apprentice_pair_load(p + 2 * step), apprentice_pair_weight(w + 2));
  const apprentice_pair x3 = APPRENTICE_TURN(apprentice_pair_load(p + 3 * step), apprentice_pair_weight(w + 4));
  const apprentice_pair s2 = APPRENTICE_FIRST(add, x1, x3), s3 = APPRENTICE_FIRST(subtract, x1, x3);
  const apprentice_pair y0 = APPRENTICE_SECOND(add, s0, s2), y2 = APPRENTICE_SECOND(subtract, s0, s2);
  const apprentice_pair y1 = APPRENTICE_SECOND(add_turned_right, s1, s3);
  const apprentice_pair y3 = APPRENTICE_SECOND(add_turned_left, s1, s3);
#undef APPRENTICE_TURN
#undef APPRENTICE_FIRST
#undef APPRENTICE_SECOND
  apprentice_pair_store(p, y0);
  apprentice_pair_store(p + step, y1);
  apprentice_pair_store(p + 2 * step, y2);
  apprentice_pair_store(p + 3 * step, y3);
  used = apprentice_pair_used(apprentice_pair_used(used, y0), y1);
  return apprentice_pair_used(apprentice_pair_used(used, y2), y3);
}

APPRENTICE_INLINE uint32_t apprentice_fft_radix4(apprentice_half* data, int32_t points, int32_t quarter,
                                                 const int16_t* twiddles, int32_t shift) {
  uint32_t used = 0;
  for (apprentice_half* block = data; block != data + 2 * points; block += 8 * quarter) {
    const int16_t* w = twiddles;
    for (apprentice_half* p = block; p != block + 2 * quarter; p += 2, w += 6)
      used = apprentice_butterfly(p, 2 * quarter, w, shift, used);
  }
  return used;
}

/* In place; the block has a room of one bit at least. Gives the number of bits by which the result is scaled down. */
APPRENTICE_INLINE int32_t apprentice_fft(apprentice_half* data, int32_t bits, const int16_t* twiddles) {
  const int32_t points = (int32_t)(1 << bits);
  int32_t quarter = (bits & 1) != 0 ? 2 : 4, scaled = (bits & 1) != 0 ? 0 : 1;
  uint32_t used;
  apprentice_reorder(data, bits);
  used = scaled == 0 ? apprentice_fft_first2(data, points) : apprentice_fft_first4(data, points);
  for (; quarter < points; twiddles += 6 * quarter, quarter *= 4) {
    const int32_t room = apprentice_room(used);
    if (room == 0) {
      used = apprentice_fft_radix4(data, points, quarter, twiddles, 3);
    } else if (room == 1) {
      used = apprentice_fft_radix4(data, points, quarter, twiddles, 2);
    } else if (room == 2) {
      used = apprentice_fft_radix4(data, points, quarter, twiddles, 1);
    } else {
      used = apprentice_fft_radix4(data, points, quarter, twiddles, 0);
    }
    scaled += room > 3 ? 0 : 3 - room;
  }
  return scaled;
}

/* From the FFT of the complex values to the power of the real ones; 2^bits + 1 words, over the input. */
APPRENTICE_INLINE void apprentice_powers(int32_t* scratch, int32_t bits, const int16_t* w) {
  const int32_t points = (int32_t)(1 << bits);
  apprentice_half* const data = (apprentice_half*)scratch;
  apprentice_word* const out = (apprentice_word*)scratch;
  const int32_t first = data[0] + data[1], last = data[0] - data[1];
  const int32_t re = data[points], im = data[points + 1];
  int32_t low = 1, high = points - 1;
  for (; low < high; ++low, --high, w += 2) {
    const apprentice_pair a = apprentice_pair_load(data + 2 * low), b = apprentice_pair_load(data + 2 * high);
    const apprentice_pair even = apprentice_pair_even(a, b), odd = apprentice_pair_odd(a, b);
    const apprentice_pair weight = apprentice_pair_weight(w);
    const int32_t turned_re = apprentice_pair_product_re(odd, weight, 16384) >> 15;
    const int32_t turned_im = apprentice_pair_product_im(odd, weight, 16384) >> 15;
    const int32_t low_re = apprentice_pair_re(even) + turned_im, low_im = apprentice_pair_im(even) - turned_re;
    const int32_t high_re = apprentice_pair_re(even) - turned_im, high_im = apprentice_pair_im(even) + turned_re;
    out[low] = low_re * low_re + low_im * low_im;
    out[high] = high_re * high_re + high_im * high_im;
  }
  out[low] = re * re + im * im;
  out[0] = first * first;
  out[points] = last * last;
}

/* Zeros up to all points, and a room of exactly one bit, if the frame is not zero; gives the shift to the left. */
APPRENTICE_INLINE int32_t apprentice_prepare(apprentice_half* values, int32_t length, int32_t points) {
  const int32_t left = apprentice_frame_room(values, length) - 1;
  memset(values + length, 0, (size_t)(points - length) * sizeof *values);
  if (left != 0) {
    for (int32_t i = 0; i < length; i += 2) apprentice_pair_shift(values + i, left);
  }
  return left;
}

/* Gives the exponent of the powers. */
APPRENTICE_INLINE int32_t apprentice_power_spectrum(int32_t* scratch, apprentice_spectrum_of s, int32_t exponent) {
  apprentice_half* const values = (apprentice_half*)scratch;
  const int32_t left = apprentice_prepare(values, s.length, (int32_t)(2 << s.bits));
  const int32_t scaled = apprentice_fft(values, s.bits, s.fft);
  apprentice_powers(scratch, s.bits, s.real);
  return 2 * (exponent - left + scaled);
}

/* The square root, rounded to nearest. */
APPRENTICE_INLINE uint32_t apprentice_square_root(uint32_t value) {
  uint32_t root = 0, rest = value;
  for (uint32_t bit = (uint32_t)1 << 30; bit != 0; bit >>= 2) {
    const uint32_t trial = root + bit;
    root >>= 1;
    if (rest >= trial) {
      rest -= trial;
      root += bit;
    }
  }
  return root + (rest > root ? 1U : 0U);
}

APPRENTICE_INLINE int32_t apprentice_magnitude_spectrum(int32_t* scratch, apprentice_spectrum_of s, int32_t exponent) {
  apprentice_word* const values = (apprentice_word*)scratch;
  const int32_t power = apprentice_power_spectrum(scratch, s, exponent);
  for (int32_t i = 0; i <= (int32_t)(1 << s.bits); ++i)
    values[i] = (int32_t)apprentice_square_root((uint32_t)values[i]);
  return power / 2;
}

#endif
