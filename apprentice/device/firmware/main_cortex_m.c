/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the student on every vector of inputs.bin, writes outputs.bin, and the bytes of stack it used to stack.bin. */
#include "harness.h"
#include "semihosting.h"

extern uint8_t stack_limit[], stack_top[];

static int8_t buffer[APPRENTICE_SUBJECT_OUTPUT_SIZE];

static intptr_t open_file(const char* name, uint32_t length, uint32_t mode) {
  const struct {
    const char* name;
    uint32_t mode, length;
  } block = {name, mode, length};
  return semihosting(0x01, &block);
}

/* SYS_READ (6) and SYS_WRITE (5) return the bytes that were not moved. */
static int moves_all(uint32_t operation, intptr_t file, const void* bytes, uint32_t count) {
  const struct {
    intptr_t file;
    const void* bytes;
    uint32_t count;
  } block = {file, bytes, count};
  return semihosting(operation, &block) == 0;
}

static uint8_t* stack_pointer(void) {
  uint8_t* here;
  __asm__ volatile("mov %0, sp" : "=r"(here));
  return here;
}

__attribute__((noinline)) static void paint(void) {
  volatile uint8_t* const end = stack_pointer() - 32;
  for (volatile uint8_t* p = stack_limit; p < end; ++p) *p = PAINT;
}

/* Bytes below `from` that no longer hold paint. */
__attribute__((noinline)) static uint32_t used_below(const uint8_t* from) {
  const volatile uint8_t* p = stack_limit;
  while (p < from && *p == PAINT) ++p;
  return (uint32_t)(from - (const uint8_t*)p);
}

int main(void) {
  const intptr_t inputs = open_file("inputs.bin", 10, 1), outputs = open_file("outputs.bin", 11, 5);
  const intptr_t stack = open_file("stack.bin", 9, 5);
  uint32_t stack_bytes = 0;
  if (inputs < 0 || outputs < 0 || stack < 0) return 2;
  while (moves_all(6, inputs, student_place(), STUDENT_BYTES)) {
    const int8_t* result;
    if (stack_bytes == 0) paint();
    result = run_student();
    if (stack_bytes == 0) stack_bytes = used_below(stack_pointer());
    for (uint32_t i = 0; i < APPRENTICE_SUBJECT_OUTPUT_SIZE; ++i) buffer[i] = result[i];
    if (!moves_all(5, outputs, buffer, APPRENTICE_SUBJECT_OUTPUT_SIZE)) return 2;
  }
  if (!moves_all(5, stack, &stack_bytes, 4)) return 2;
  semihosting(0x02, &outputs);
  semihosting(0x02, &stack);
  return 0;
}
