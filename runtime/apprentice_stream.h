/* SPDX-License-Identifier: Apache-2.0 */
/* What a stream needs beside the kernels: frames of samples that became int16 when they came. */
#ifndef APPRENTICE_STREAM_H
#define APPRENTICE_STREAM_H

#include "apprentice_frame.h"

/* As apprentice_read_frame, of what apprentice_quantize_sample has given. */
APPRENTICE_INLINE void apprentice_copy_frame(const int16_t* samples, int32_t step, int32_t count, int32_t* scratch) {
  apprentice_half* const values = (apprentice_half*)scratch;
  for (int32_t i = 0; i < count; ++i) values[i] = samples[i * step];
}

#endif
