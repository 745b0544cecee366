/* SPDX-License-Identifier: Apache-2.0 */
/* Dense, convolution and depthwise convolution over one channel-last int8 sample. See apprentice_arith.h.
 *
 * Weights: dense [out][in], convolution [out][kernel_h][kernel_w][in], depthwise [kernel_h][kernel_w][channels].
 * Input and output must not overlap. */
#ifndef APPRENTICE_CONV_H
#define APPRENTICE_CONV_H

#include "apprentice_arith.h"

/* One input vector, `outputs` sums. */
APPRENTICE_INLINE void apprentice_dense(const int8_t* in, int8_t* out, const int8_t* weights,
                                        const apprentice_channel* channels, int32_t inputs, int32_t outputs,
                                        apprentice_output to) {
  const int32_t blocked = outputs - outputs % 4;
  for (int32_t o = 0; o < blocked; o += 4) {
    int32_t sums[4] = {channels[o].bias, channels[o + 1].bias, channels[o + 2].bias, channels[o + 3].bias};
    apprentice_dot_1x4(in, weights + o * inputs, inputs, inputs, sums);
    apprentice_store(&out[o], apprentice_requantize(sums[0], channels[o].multiplier, to));
    apprentice_store(&out[o + 1], apprentice_requantize(sums[1], channels[o + 1].multiplier, to));
    apprentice_store(&out[o + 2], apprentice_requantize(sums[2], channels[o + 2].multiplier, to));
    apprentice_store(&out[o + 3], apprentice_requantize(sums[3], channels[o + 3].multiplier, to));
  }
  for (int32_t o = blocked; o < outputs; ++o) {
    const int32_t sum = apprentice_dot(in, weights + o * inputs, inputs, channels[o].bias);
    apprentice_store(&out[o], apprentice_requantize(sum, channels[o].multiplier, to));
  }
}

/* Two input vectors against the same weights: each loaded weight is used twice. */
APPRENTICE_INLINE void apprentice_dense_pair(const int8_t* in0, const int8_t* in1, int8_t* out, const int8_t* weights,
                                             const apprentice_channel* channels, int32_t inputs, int32_t outputs,
                                             apprentice_output to) {
  int8_t* out1 = out + outputs;
  const int32_t blocked = outputs - outputs % 2;
  for (int32_t o = 0; o < blocked; o += 2) {
    const apprentice_channel c0 = channels[o], c1 = channels[o + 1];
    int32_t sums[4] = {c0.bias, c1.bias, c0.bias, c1.bias};
    apprentice_dot_2x2(in0, in1, weights + o * inputs, inputs, inputs, sums);
    apprentice_store(&out[o], apprentice_requantize(sums[0], c0.multiplier, to));
    apprentice_store(&out[o + 1], apprentice_requantize(sums[1], c1.multiplier, to));
    apprentice_store(&out1[o], apprentice_requantize(sums[2], c0.multiplier, to));
    apprentice_store(&out1[o + 1], apprentice_requantize(sums[3], c1.multiplier, to));
  }
  for (int32_t o = blocked; o < outputs; ++o) {
    const apprentice_channel c = channels[o];
    apprentice_store(
        &out[o], apprentice_requantize(apprentice_dot(in0, weights + o * inputs, inputs, c.bias), c.multiplier, to));
    apprentice_store(
        &out1[o], apprentice_requantize(apprentice_dot(in1, weights + o * inputs, inputs, c.bias), c.multiplier, to));
  }
}

/* `count` is a constant here; libc's copy costs more at these sizes. */
APPRENTICE_INLINE void apprentice_copy(int8_t* to, const int8_t* from, int32_t count) {
  int32_t i = 0;
  for (; i + 16 <= count; i += 16) memcpy(to + i, from + i, 16);
  for (; i + 4 <= count; i += 4) memcpy(to + i, from + i, 4);
  for (; i < count; ++i) to[i] = from[i];
}

/* Copies the window whose top left corner is (y, x), padding included, to `patch` as [kernel_h][kernel_w][in_c]. */
APPRENTICE_INLINE void apprentice_gather(const int8_t* in, int8_t* patch, int32_t y, int32_t x, apprentice_window w) {
  for (int32_t ky = 0; ky < w.kernel_h; ++ky) {
    const int32_t inside = y + ky >= 0 && y + ky < w.in_h;
    const int8_t* row = in + ((y + ky) * w.in_w + x) * w.in_c;
    if (inside && x >= 0 && x + w.kernel_w <= w.in_w) {
      apprentice_copy(patch, row, w.kernel_w * w.in_c);
      patch += w.kernel_w * w.in_c;
      continue;
    }
    for (int32_t kx = 0; kx < w.kernel_w; ++kx, patch += w.in_c) {
      if (inside && x + kx >= 0 && x + kx < w.in_w) {
        apprentice_copy(patch, row + kx * w.in_c, w.in_c);
      } else {
        memset(patch, w.in_zero_point, (size_t)w.in_c);
      }
    }
  }
}

/* Where the window of output pixel (oy, ox) can be read in one piece: in place, or gathered into `patch`. */
APPRENTICE_INLINE const int8_t* apprentice_patch(const int8_t* in, int8_t* patch, int32_t oy, int32_t ox,
                                                 apprentice_window w) {
  const int32_t y = oy * w.stride_h - w.pad_top, x = ox * w.stride_w - w.pad_left;
  const int32_t never_padded = w.pad_top == 0 && w.pad_left == 0 && (w.out_h - 1) * w.stride_h + w.kernel_h <= w.in_h &&
                               (w.out_w - 1) * w.stride_w + w.kernel_w <= w.in_w;
  if (w.kernel_h == 1 && (never_padded || (y >= 0 && y < w.in_h && x >= 0 && x + w.kernel_w <= w.in_w))) {
    return in + (y * w.in_w + x) * w.in_c;
  }
  apprentice_gather(in, patch, y, x, w);
  return patch;
}

/* `patches` holds two windows (2 * kernel_h * kernel_w * in_c bytes); unused when no window is gathered. */
APPRENTICE_INLINE void apprentice_conv(const int8_t* in, int8_t* out, int8_t* patches, const int8_t* weights,
                                       const apprentice_channel* channels, apprentice_window w, int32_t outputs,
                                       apprentice_output to) {
  const int32_t inputs = w.kernel_h * w.kernel_w * w.in_c;
  const int32_t pixels = w.out_h * w.out_w;
  int32_t p = 0, oy = 0, ox = 0;
  for (; p + 2 <= pixels; p += 2, out += 2 * outputs) {
    const int8_t* in0 = apprentice_patch(in, patches, oy, ox, w);
    if (++ox == w.out_w) ox = 0, ++oy;
    const int8_t* in1 = apprentice_patch(in, patches + inputs, oy, ox, w);
    if (++ox == w.out_w) ox = 0, ++oy;
    apprentice_dense_pair(in0, in1, out, weights, channels, inputs, outputs, to);
  }
  if (p < pixels)
    apprentice_dense(apprentice_patch(in, patches, oy, ox, w), out, weights, channels, inputs, outputs, to);
}

/* One output pixel of a depthwise convolution; window rows lie row_stride apart. */
APPRENTICE_INLINE void apprentice_depthwise_pixel(const int8_t* in, ptrdiff_t row_stride, int8_t* out,
                                                  const int8_t* weights, const apprentice_channel* channels,
                                                  apprentice_window w, apprentice_output to) {
  const int32_t blocked = apprentice_depthwise_blocks(in, row_stride, out, weights, channels, w, to);
  for (int32_t c = blocked; c < w.in_c; ++c) {
    int32_t sum = channels[c].bias;
    const int8_t* row = in + c;
    const int8_t* taps = weights + c;
    for (int32_t ky = 0; ky < w.kernel_h; ++ky, row += row_stride, taps += w.kernel_w * w.in_c) {
      APPRENTICE_UNROLL(8)
      for (int32_t kx = 0; kx < w.kernel_w; ++kx) sum += (int32_t)row[kx * w.in_c] * taps[kx * w.in_c];
    }
    apprentice_store(&out[c], apprentice_requantize(sum, channels[c].multiplier, to));
  }
}

/* `patch` holds one window; unused when the layer has no padding. */
APPRENTICE_INLINE void apprentice_depthwise(const int8_t* in, int8_t* out, int8_t* patch, const int8_t* weights,
                                            const apprentice_channel* channels, apprentice_window w,
                                            apprentice_output to) {
  for (int32_t oy = 0; oy < w.out_h; ++oy) {
    for (int32_t ox = 0; ox < w.out_w; ++ox, out += w.in_c) {
      const int32_t y = oy * w.stride_h - w.pad_top, x = ox * w.stride_w - w.pad_left;
      const int8_t* window = in + (y * w.in_w + x) * w.in_c;
      ptrdiff_t row_stride = (ptrdiff_t)w.in_w * w.in_c;
      if (y < 0 || x < 0 || y + w.kernel_h > w.in_h || x + w.kernel_w > w.in_w) {
        apprentice_gather(in, patch, y, x, w);
        window = patch;
        row_stride = (ptrdiff_t)w.kernel_w * w.in_c;
      }
      apprentice_depthwise_pixel(window, row_stride, out, weights, channels, w, to);
    }
  }
}

#endif
