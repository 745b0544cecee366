/* SPDX-License-Identifier: Apache-2.0 */
/* Weighted sums over a frame: bands of a spectrum, and linear transforms. See apprentice_frame.h. */
#ifndef APPRENTICE_BANDS_H
#define APPRENTICE_BANDS_H

#include "apprentice_frame.h"

typedef struct apprentice_bands_of {
  int32_t values, bands;
  const uint16_t* places;  /* per band: its first value, and how many */
  const uint16_t* weights; /* one band after the other */
  int32_t shift;
} apprentice_bands_of;

/* Words to words; the sums stand behind the frame until all of it has been read. */
APPRENTICE_INLINE void apprentice_bands(int32_t* scratch, apprentice_bands_of b) {
  apprentice_word* const in = (apprentice_word*)scratch;
  apprentice_word* const sums = in + b.values;
  const uint16_t* weights = b.weights;
  for (int32_t i = 0; i < b.bands; ++i) {
    const apprentice_word* value = in + b.places[2 * i];
    uint64_t sum = (uint64_t)1 << (b.shift - 1);
    for (const uint16_t* const end = weights + b.places[2 * i + 1]; weights != end; ++weights, ++value)
      sum += (uint64_t)(uint32_t)*value * *weights;
    sums[i] = (int32_t)(sum >> b.shift);
  }
  for (int32_t i = 0; i < b.bands; ++i) in[i] = sums[i];
}

/* Halves to halves: out = (sum of weight * value) >> shift, rounded and clamped, for each of `outputs` rows of weights.
 * The results stand behind the frame until all of it has been used. */
APPRENTICE_INLINE void apprentice_transform(int32_t* scratch, int32_t count, int32_t outputs, const int16_t* weights,
                                            int32_t shift) {
  apprentice_half* const in = (apprentice_half*)scratch;
  apprentice_half* const results = in + count;
  for (int32_t o = 0; o < outputs; ++o, weights += count) {
    int64_t sum = (int64_t)1 << (shift - 1);
    int32_t i = 0;
    for (; i + 2 <= count; i += 2)
      sum = apprentice_pair_dot(apprentice_pair_load(in + i), apprentice_pair_weight(weights + i), sum);
    if (i < count) sum += (int32_t)in[i] * weights[i];
    results[o] = (int16_t)apprentice_clamp((int32_t)(sum >> shift), -32768, 32767);
  }
  for (int32_t o = 0; o < outputs; ++o) in[o] = results[o];
}

#endif
