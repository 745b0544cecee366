/* SPDX-License-Identifier: Apache-2.0 */
/* MVE (Helium, Armv8.1-M): sixteen products per instruction. See apprentice_portable.h. */
#ifndef APPRENTICE_MVE_H
#define APPRENTICE_MVE_H

#include <arm_mve.h>

#include "apprentice_types.h"

APPRENTICE_INLINE void apprentice_dot_2x2(const int8_t* x0, const int8_t* x1, const int8_t* w, int32_t w_step,
                                          int32_t count, int32_t* sums) {
  int32_t s[4] = {sums[0], sums[1], sums[2], sums[3]};
  for (int32_t k = 0; k < count; k += 16) {
    const mve_pred16_t inside = vctp8q((uint32_t)(count - k)); /* lanes past the end load zero */
    const int8x16_t a0 = vldrbq_z_s8(x0 + k, inside), a1 = vldrbq_z_s8(x1 + k, inside);
    const int8x16_t b0 = vldrbq_z_s8(w + k, inside), b1 = vldrbq_z_s8(w + w_step + k, inside);
    s[0] = vmladavaq_s8(s[0], a0, b0);
    s[1] = vmladavaq_s8(s[1], a0, b1);
    s[2] = vmladavaq_s8(s[2], a1, b0);
    s[3] = vmladavaq_s8(s[3], a1, b1);
  }
  memcpy(sums, s, sizeof s);
}

APPRENTICE_INLINE void apprentice_dot_1x4(const int8_t* x, const int8_t* w, int32_t w_step, int32_t count,
                                          int32_t* sums) {
  int32_t s[4] = {sums[0], sums[1], sums[2], sums[3]};
  for (int32_t k = 0; k < count; k += 16) {
    const mve_pred16_t inside = vctp8q((uint32_t)(count - k));
    const int8x16_t a = vldrbq_z_s8(x + k, inside);
    s[0] = vmladavaq_s8(s[0], a, vldrbq_z_s8(w + k, inside));
    s[1] = vmladavaq_s8(s[1], a, vldrbq_z_s8(w + w_step + k, inside));
    s[2] = vmladavaq_s8(s[2], a, vldrbq_z_s8(w + 2 * w_step + k, inside));
    s[3] = vmladavaq_s8(s[3], a, vldrbq_z_s8(w + 3 * w_step + k, inside));
  }
  memcpy(sums, s, sizeof s);
}

APPRENTICE_INLINE int32_t apprentice_dot(const int8_t* x, const int8_t* w, int32_t count, int32_t sum) {
  for (int32_t k = 0; k < count; ++k) sum += (int32_t)x[k] * w[k];
  return sum;
}

APPRENTICE_INLINE int32_t apprentice_shift_clamp(int32_t value, int32_t shift, int32_t low, int32_t high) {
  return apprentice_clamp(value >> shift, low, high);
}

APPRENTICE_INLINE void apprentice_store(int8_t* to, int32_t value) { *to = (int8_t)value; }

APPRENTICE_INLINE int32_t apprentice_depthwise_blocks(const int8_t* in, ptrdiff_t row_stride, int8_t* out,
                                                      const int8_t* weights, const apprentice_channel* channels,
                                                      apprentice_window w, apprentice_output to) {
  const int32_t blocked = w.in_c - w.in_c % 4;
  for (int32_t c = 0; c < blocked; c += 4) {
    const int32_t biases[4] = {channels[c].bias, channels[c + 1].bias, channels[c + 2].bias, channels[c + 3].bias};
    int32_t sums[4];
    int32x4_t sum = vldrwq_s32(biases);
    const int8_t* row = in + c;
    const int8_t* taps = weights + c;
    for (int32_t ky = 0; ky < w.kernel_h; ++ky, row += row_stride, taps += w.kernel_w * w.in_c) {
      APPRENTICE_UNROLL(8)
      for (int32_t kx = 0; kx < w.kernel_w; ++kx) {
        sum = vaddq_s32(sum, vmulq_s32(vldrbq_s32(row + kx * w.in_c), vldrbq_s32(taps + kx * w.in_c)));
      }
    }
    vstrwq_s32(sums, sum);
    for (int32_t i = 0; i < 4; ++i) {
      apprentice_store(&out[c + i], apprentice_requantize(sums[i], channels[c + i].multiplier, to));
    }
  }
  return blocked;
}

#endif
