/* SPDX-License-Identifier: Apache-2.0 */
/* Armv6-M and the baseline of Armv8-M, which have no instruction that multiplies to 64 bits. */
#ifndef APPRENTICE_ARMV6M_H
#define APPRENTICE_ARMV6M_H

#include "apprentice_types.h"

/* Four 16-bit products; b is not negative. */
APPRENTICE_INLINE int32_t apprentice_high_product(int32_t a, int32_t b) {
  const uint32_t a_low = (uint32_t)a & 0xFFFFU, b_low = (uint32_t)b & 0xFFFFU;
  const int32_t a_high = a >> 16, b_high = b >> 16;
  const int32_t middle = a_high * (int32_t)b_low + (int32_t)((a_low * b_low) >> 16);
  const int32_t cross = (int32_t)a_low * b_high + (middle & 0xFFFF);
  return a_high * b_high + (middle >> 16) + (int32_t)((uint32_t)cross >> 16);
}

#endif
