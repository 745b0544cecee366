/* SPDX-License-Identifier: Apache-2.0 */
/* Pools, add, concat, clamp, and the way from raw float samples to int8. See apprentice_arith.h.
 * add and clamp may write over one of their inputs; the others must not overlap. */
#ifndef APPRENTICE_ELEMENTWISE_H
#define APPRENTICE_ELEMENTWISE_H

#include "apprentice_conv.h"

/* The part of a window along one axis that lies inside the input: [first, last). */
typedef struct apprentice_span {
  int32_t first, last;
} apprentice_span;

APPRENTICE_INLINE apprentice_span apprentice_inside(int32_t start, int32_t kernel, int32_t size) {
  const apprentice_span span = {start < 0 ? 0 : start, start + kernel > size ? size : start + kernel};
  return span;
}

/* Largest value of each window; padding does not take part. */
APPRENTICE_INLINE void apprentice_maxpool(const int8_t* in, int8_t* out, apprentice_window w) {
  for (int32_t oy = 0; oy < w.out_h; ++oy) {
    const apprentice_span ys = apprentice_inside(oy * w.stride_h - w.pad_top, w.kernel_h, w.in_h);
    for (int32_t ox = 0; ox < w.out_w; ++ox) {
      const apprentice_span xs = apprentice_inside(ox * w.stride_w - w.pad_left, w.kernel_w, w.in_w);
      for (int32_t c = 0; c < w.in_c; ++c) {
        int32_t largest = -128;
        for (int32_t y = ys.first; y < ys.last; ++y) {
          const int8_t* value = in + (y * w.in_w + xs.first) * w.in_c + c;
          for (int32_t x = xs.first; x < xs.last; ++x, value += w.in_c) {
            if (*value > largest) largest = *value;
          }
        }
        *out++ = (int8_t)largest;
      }
    }
  }
}

/* sum / count to nearest, ties to even; count > 0. */
APPRENTICE_INLINE int32_t apprentice_mean(int32_t sum, int32_t count) {
  int32_t quotient = sum / count, rest = sum % count;
  if (rest < 0) {
    rest += count;
    --quotient;
  }
  return quotient + (2 * rest > count || (2 * rest == count && (quotient & 1) != 0));
}

/* Mean of each window over the positions inside the input; w.in_zero_point is the common zero point. */
APPRENTICE_INLINE void apprentice_avgpool(const int8_t* in, int8_t* out, apprentice_window w) {
  for (int32_t oy = 0; oy < w.out_h; ++oy) {
    const apprentice_span ys = apprentice_inside(oy * w.stride_h - w.pad_top, w.kernel_h, w.in_h);
    for (int32_t ox = 0; ox < w.out_w; ++ox) {
      const apprentice_span xs = apprentice_inside(ox * w.stride_w - w.pad_left, w.kernel_w, w.in_w);
      const int32_t count = (ys.last - ys.first) * (xs.last - xs.first);
      for (int32_t c = 0; c < w.in_c; ++c) {
        int32_t sum = -count * w.in_zero_point;
        for (int32_t y = ys.first; y < ys.last; ++y) {
          const int8_t* value = in + (y * w.in_w + xs.first) * w.in_c + c;
          for (int32_t x = xs.first; x < xs.last; ++x, value += w.in_c) sum += *value;
        }
        *out++ = (int8_t)(apprentice_mean(sum, count) + w.in_zero_point);
      }
    }
  }
}

/* One rounding for both inputs: (x - zero_x) * mul_x + (y - zero_y) * mul_y, shifted, + zero point, clamped. */
APPRENTICE_INLINE void apprentice_add(const int8_t* x, const int8_t* y, int8_t* out, int32_t count, int32_t zero_x,
                                      int32_t mul_x, int32_t zero_y, int32_t mul_y, apprentice_output to) {
  /* Everything that does not depend on the inputs is one constant; |constant| < 2^40 + 2^(shift-1). */
  const int64_t constant = ((int64_t)1 << (to.shift - 1)) - (int64_t)zero_x * mul_x - (int64_t)zero_y * mul_y;
  for (int32_t i = 0; i < count; ++i) {
    const int64_t sum = constant + (int64_t)x[i] * mul_x + (int64_t)y[i] * mul_y;
    const int64_t value = (sum >> to.shift) + to.zero_point;
    out[i] = (int8_t)(value < to.low ? to.low : value > to.high ? to.high : value);
  }
}

APPRENTICE_INLINE void apprentice_clamp_all(const int8_t* in, int8_t* out, int32_t count, int32_t low, int32_t high) {
  for (int32_t i = 0; i < count; ++i) out[i] = (int8_t)apprentice_clamp(in[i], low, high);
}

/* Writes one input of a concatenation to its place in each pixel. */
APPRENTICE_INLINE void apprentice_concat(const int8_t* in, int8_t* out, int32_t pixels, int32_t channels,
                                         int32_t out_channels) {
  for (int32_t p = 0; p < pixels; ++p) memcpy(out + p * out_channels, in + p * channels, (size_t)channels);
}

/* clamp(round((x - mean) * factor) + zero_point, -128, 127), ties to even; NaN gives zero_point. Not for -ffast-math.
 * Each float operation is rounded on its own: `product` is volatile so that no compiler fuses it with what follows. */
APPRENTICE_INLINE int8_t apprentice_quantize(float x, float mean, float factor, int32_t zero_point) {
  const float difference = x - mean;
  volatile float product = difference * factor;
  const float value = product;
  int32_t whole;
  float rest;
  if (value != value) return (int8_t)zero_point;
  if (value >= 256.0F) return 127;
  if (value <= -256.0F) return -128;
  whole = (int32_t)value;
  rest = value - (float)whole;
  if (rest > 0.5F || (rest == 0.5F && (whole & 1) != 0)) ++whole;
  if (rest < -0.5F || (rest == -0.5F && (whole & 1) != 0)) --whole;
  return (int8_t)apprentice_clamp(whole + zero_point, -128, 127);
}

#endif
