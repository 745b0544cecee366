/* SPDX-License-Identifier: Apache-2.0 */
/* What a few numbers say about a frame of raw samples, at most 32,768 of them. See apprentice_frame.h. */
#ifndef APPRENTICE_STATISTICS_H
#define APPRENTICE_STATISTICS_H

#include "apprentice_log.h"

typedef struct apprentice_sums {
  int32_t count, low, high, last, crossings;
  int64_t sum, squares, weighted; /* weighted: by 2 i - (count - 1) */
} apprentice_sums;

/* The compiler leaves out what nobody asks for. */
APPRENTICE_INLINE apprentice_sums apprentice_frame_sums(const int32_t* scratch, int32_t count) {
  const apprentice_half* const values = (const apprentice_half*)scratch;
  apprentice_sums s = {0, 32767, -32768, 0, 0, 0, 0, 0};
  s.count = count;
  s.last = values[0];
  for (int32_t i = 0; i < count; ++i) {
    const int32_t x = values[i];
    s.sum += x;
    s.squares += (int64_t)x * x;
    s.weighted += (int64_t)(2 * i - (count - 1)) * x;
    if (x < s.low) s.low = x;
    if (x > s.high) s.high = x;
    s.crossings += (x < 0) != (s.last < 0);
    s.last = x;
  }
  return s;
}

/* The root, rounded down. */
APPRENTICE_CALLED int64_t apprentice_long_root(int64_t value) {
  uint64_t root = 0, rest = (uint64_t)value;
  for (uint64_t bit = (uint64_t)1 << 62; bit != 0; bit >>= 2) {
    const uint64_t trial = root + bit;
    root >>= 1;
    if (rest >= trial) {
      rest -= trial;
      root += bit;
    }
  }
  return (int64_t)root;
}

/* value / divisor to nearest, ties up; divisor > 0. */
APPRENTICE_CALLED int64_t apprentice_ratio(int64_t value, int64_t divisor) {
  const int64_t twice = 2 * value + divisor;
  return twice / (2 * divisor) - (twice % (2 * divisor) < 0);
}

/* count^2 times the variance. */
APPRENTICE_INLINE int64_t apprentice_spread(apprentice_sums s) { return s.count * s.squares - s.sum * s.sum; }

/* Of count * x - sum, the largest magnitude, and one brought to another unit: / 2^shift, rounded. */
APPRENTICE_INLINE int64_t apprentice_largest_rest(apprentice_sums s) {
  const int64_t above = (int64_t)s.count * s.high - s.sum, below = s.sum - (int64_t)s.count * s.low;
  return above > below ? above : below;
}
APPRENTICE_INLINE int32_t apprentice_rest(apprentice_sums s, int32_t x, int32_t shift) {
  const int64_t rest = (int64_t)s.count * x - s.sum;
  return (int32_t)(shift > 0 ? (rest + ((int64_t)1 << (shift - 1))) >> shift : rest * ((int64_t)1 << -shift));
}
/* Up to the highest one; 0 of 0. */
APPRENTICE_INLINE int32_t apprentice_bits(int64_t value) {
  const uint32_t high = (uint32_t)((uint64_t)value >> 32), low = (uint32_t)value;
  if (high != 0) return 64 - apprentice_leading_zeros(high);
  return low == 0 ? 0 : 32 - apprentice_leading_zeros(low);
}

APPRENTICE_INLINE int64_t apprentice_frame_mean(apprentice_sums s) { return apprentice_ratio(s.sum, s.count); }
APPRENTICE_INLINE int64_t apprentice_frame_deviation(apprentice_sums s) {
  return apprentice_ratio(apprentice_long_root(apprentice_spread(s)), s.count);
}
APPRENTICE_INLINE int64_t apprentice_frame_rms(apprentice_sums s) {
  return apprentice_ratio(apprentice_long_root(s.count * s.squares), s.count);
}
APPRENTICE_INLINE int64_t apprentice_frame_last(apprentice_sums s) { return s.last; }
APPRENTICE_INLINE int64_t apprentice_frame_peak(apprentice_sums s) { return -s.low > s.high ? -s.low : s.high; }
APPRENTICE_INLINE int64_t apprentice_frame_crossings(apprentice_sums s) { return s.crossings; }
APPRENTICE_INLINE int64_t apprentice_frame_slope(apprentice_sums s) {
  return apprentice_ratio(6 * s.weighted, (int64_t)s.count * (s.count + 1));
}
/* The root of 2^18 count peak^2 / squares, to nearest: in 1/512. */
APPRENTICE_INLINE int64_t apprentice_frame_crest(apprentice_sums s) {
  const uint64_t peak = (uint64_t)apprentice_frame_peak(s);
  const uint64_t power = peak * peak * (uint64_t)s.count * 262144U;
  const uint64_t squares = (uint64_t)s.squares;
  const int64_t ratio = squares == 0 ? 0 : (int64_t)((power + squares / 2) / squares);
  const int64_t root = apprentice_long_root(ratio);
  return root + (ratio > root * root + root);
}
/* In 1/2048 of an octave, -8 octaves at least; log2_count in units of 2^-15. */
APPRENTICE_INLINE int64_t apprentice_frame_log_deviation(apprentice_sums s, int32_t log2_count) {
  const uint64_t spread = (uint64_t)apprentice_spread(s);
  const uint32_t high = (uint32_t)(spread >> 32);
  /* The highest 32 bits that are not zero, and what was cut off below them. */
  const int32_t cut = high == 0 ? 0 : 32 - apprentice_leading_zeros(high);
  int32_t log2;
  if (spread == 0) return -8 * 2048;
  log2 = ((apprentice_log2((uint32_t)(spread >> cut)) + cut * 32768) >> 1) - log2_count;
  log2 = (log2 + 8) >> 4;
  return log2 < -8 * 2048 ? -8 * 2048 : log2;
}

/* Sums of powers of what is left of each value without the mean, in the unit with which the largest has `bits` bits. */
typedef struct apprentice_moments {
  uint64_t second, fourth;
  int64_t third;
} apprentice_moments;

APPRENTICE_INLINE apprentice_moments apprentice_frame_moments(const int32_t* scratch, apprentice_sums s, int32_t bits) {
  const apprentice_half* const values = (const apprentice_half*)scratch;
  const int32_t shift = apprentice_bits(apprentice_largest_rest(s)) - bits;
  apprentice_moments m = {0, 0, 0};
  if (shift == -bits) return m;
  for (int32_t i = 0; i < s.count; ++i) {
    const int32_t scaled = apprentice_rest(s, values[i], shift);
    const uint32_t square = (uint32_t)(scaled * scaled);
    m.second += square;
    m.third += (int64_t)square * scaled;
    m.fourth += (uint64_t)square * square;
  }
  return m;
}
/* In 1/256. */
APPRENTICE_INLINE int64_t apprentice_frame_kurtosis(apprentice_sums s, apprentice_moments m) {
  if (m.second == 0) return 0;
  return apprentice_ratio((int64_t)((m.fourth + m.second / 2) / m.second) * s.count * 256, (int64_t)m.second);
}
APPRENTICE_INLINE int64_t apprentice_frame_skewness(apprentice_sums s, apprentice_moments m) {
  if (m.second == 0) return 0;
  return apprentice_ratio(apprentice_ratio(m.third * 1024, (int64_t)m.second) * 256,
                          apprentice_long_root(apprentice_ratio((int64_t)m.second * 1048576, s.count)));
}

/* A frame without its mean, in 1/2048 of its deviation. */
APPRENTICE_INLINE void apprentice_standardise(int32_t* scratch, int32_t count) {
  apprentice_half* const values = (apprentice_half*)scratch;
  const apprentice_sums s = apprentice_frame_sums(scratch, count);
  const int64_t largest = apprentice_largest_rest(s), spread = apprentice_spread(s);
  const int32_t right = apprentice_bits(largest) - 30, left = (62 - apprentice_bits(spread)) / 2;
  const int32_t shift = 50 - right - left;
  int64_t reciprocal = 0;
  if (largest != 0) reciprocal = ((int64_t)1 << 61) / apprentice_long_root(spread * ((int64_t)1 << 2 * left));
  for (int32_t i = 0; i < count; ++i) {
    int64_t result = 0;
    if (largest != 0)
      result = (apprentice_rest(s, values[i], right) * reciprocal + ((int64_t)1 << (shift - 1))) >> shift;
    values[i] = (int16_t)(result < -32768 ? -32768 : result > 32767 ? 32767 : result);
  }
}

APPRENTICE_INLINE void apprentice_put(int32_t* scratch, int32_t index, int64_t value) {
  ((apprentice_half*)scratch)[index] = (int16_t)(value < -32768 ? -32768 : value > 32767 ? 32767 : value);
}

#endif
