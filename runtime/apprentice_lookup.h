/* SPDX-License-Identifier: Apache-2.0 */
/* Activations whose value for each byte was worked out when the network was made. See apprentice_arith.h.
 * The output may lie over the input. */
#ifndef APPRENTICE_LOOKUP_H
#define APPRENTICE_LOOKUP_H

#include "apprentice_arith.h"

/* table[0] is the output for -128. */
APPRENTICE_INLINE void apprentice_lookup(const int8_t* in, int8_t* out, int32_t count, const int8_t* table) {
  for (int32_t i = 0; i < count; ++i) out[i] = table[in[i] + 128];
}

#endif
