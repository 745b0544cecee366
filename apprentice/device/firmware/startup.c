/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up of an emulated Cortex-M: vector table, memory set-up, semihosting (Arm, Semihosting for AArch32, 2.0). */
#include "semihosting.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];
int main(void);

intptr_t semihosting(uint32_t operation, const void* argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return (intptr_t)r0;
}

void semihosting_exit(uint32_t status) {
  const uint32_t block[2] = {0x20026U /* ADP_Stopped_ApplicationExit */, status};
  for (;;) semihosting(0x20, block);
}

/* The faults of Armv7-M and Armv8-M; an emulated Cortex-M0+ is one of them, too. */
static void fault(void) {
  const uint32_t usage = *(volatile const uint32_t*)0xE000ED28U; /* CFSR */
  semihosting(0x04, (usage & (1U << 24)) != 0 ? "the firmware took a fault: an unaligned access\n"
                                              : "the firmware took a fault\n");
  semihosting_exit(3);
}

static void reset(void) {
#if !defined(__ARM_FEATURE_UNALIGNED)
  *(volatile uint32_t*)0xE000ED14U |= 1U << 3; /* CCR.UNALIGN_TRP: a core without unaligned access faults, so must we */
  __asm__ volatile("dsb\n isb" ::: "memory");
#endif
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
  *(volatile uint32_t*)0xE000ED88U |= 0xFU << 20; /* CPACR: floating point and MVE */
  __asm__ volatile("dsb\n isb" ::: "memory");
#endif
  const uint32_t* from = data_load;
  for (uint32_t* to = data_start; to < data_end; ++to) *to = *from++;
  for (uint32_t* to = bss_start; to < bss_end; ++to) *to = 0;
  semihosting_exit((uint32_t)main());
}

__attribute__((section(".vectors"), used)) static void* const vectors[16] = {
    stack_top,    (void*)reset, (void*)fault, (void*)fault, (void*)fault, (void*)fault, (void*)fault, (void*)fault,
    (void*)fault, (void*)fault, (void*)fault, (void*)fault, (void*)fault, (void*)fault, (void*)fault, (void*)fault};
