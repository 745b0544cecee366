/* SPDX-License-Identifier: Apache-2.0 */
/* Files and exit status through the emulator. */
#ifndef APPRENTICE_SEMIHOSTING_H
#define APPRENTICE_SEMIHOSTING_H

#include <stdint.h>

intptr_t semihosting(uint32_t operation, const void* argument);
void semihosting_exit(uint32_t status);

#endif
