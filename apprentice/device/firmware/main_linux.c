/* SPDX-License-Identifier: Apache-2.0 */
/* As main_cortex_m.c, for a Linux process: files by stdio, the student on a painted stack of its own. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#include "harness.h"

#define STACK_BYTES (256 * 1024)

static _Alignas(64) uint8_t stack[STACK_BYTES];
static ucontext_t caller, callee;
static const int8_t* result;

static uint32_t stack_bytes;

/* Looked at before anything else runs on this stack. */
static void on_own_stack(void) {
  const uint8_t* const here = __builtin_frame_address(0);
  const volatile uint8_t* p = stack;
  result = run_student();
  while (p < here && *p == PAINT) ++p;
  stack_bytes = (uint32_t)(here - (const uint8_t*)p);
}

/* Runs the student on the painted stack and notes how much of it that took. */
static void run_on_stack(void) {
  memset(stack, PAINT, sizeof stack);
  getcontext(&callee);
  callee.uc_stack.ss_sp = stack;
  callee.uc_stack.ss_size = sizeof stack;
  callee.uc_link = &caller;
  makecontext(&callee, on_own_stack, 0);
  swapcontext(&caller, &callee);
}

int main(void) {
  FILE* inputs = fopen("inputs.bin", "rb");
  FILE* outputs = fopen("outputs.bin", "wb");
  FILE* report = fopen("stack.bin", "wb");
  if (inputs == NULL || outputs == NULL || report == NULL) return 2;
  while (fread(student_place(), 1, STUDENT_BYTES, inputs) == STUDENT_BYTES) {
    if (stack_bytes == 0) {
      run_on_stack();
    } else {
      result = run_student();
    }
    if (fwrite(result, 1, APPRENTICE_SUBJECT_OUTPUT_SIZE, outputs) != APPRENTICE_SUBJECT_OUTPUT_SIZE) return 2;
  }
  if (fwrite(&stack_bytes, 4, 1, report) != 1) return 2;
  return fclose(outputs) != 0 || fclose(report) != 0 || fclose(inputs) != 0;
}
