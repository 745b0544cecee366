/* SPDX-License-Identifier: Apache-2.0 */
/* From the features of a front end to the int8 values that the first layers read. */
#ifndef APPRENTICE_FEATURE_H
#define APPRENTICE_FEATURE_H

#include "apprentice_types.h"

/* Of one channel of features. */
typedef struct apprentice_feature_step {
  int32_t offset;     /* at most 2^30 */
  int16_t multiplier; /* below 2^14 */
  uint8_t shift;
} apprentice_feature_step;

/* clamp((feature * multiplier + offset) >> shift, -128, 127); no step leaves 32 bits. */
APPRENTICE_INLINE int8_t apprentice_feature(int16_t feature, apprentice_feature_step step) {
  return (int8_t)apprentice_clamp(((int32_t)feature * step.multiplier + step.offset) >> step.shift, -128, 127);
}

#endif
