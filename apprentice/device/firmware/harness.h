/* SPDX-License-Identifier: Apache-2.0 */
/* The student under test, and the regions whose instructions are counted: the front end, where there is one, then the
 * network. A student with a front end takes raw samples, any other one the int8 values of its first layer. With
 * APPRENTICE_EMPTY the student is left out: the difference of the two programs is what the student adds to flash. */
#ifndef APPRENTICE_HARNESS_H
#define APPRENTICE_HARNESS_H

#include <stdint.h>

#include "subject.h"

/* Moves of a register to itself that no compiler emits; the counting plugin knows them. */
#if defined(__aarch64__)
#define APPRENTICE_COUNT_BEGIN __asm__ volatile("mov x10, x10" ::: "memory")
#define APPRENTICE_COUNT_END __asm__ volatile("mov x11, x11" ::: "memory")
#elif defined(__arm__)
#define APPRENTICE_COUNT_BEGIN __asm__ volatile("mov r10, r10" ::: "memory")
#define APPRENTICE_COUNT_END __asm__ volatile("mov r11, r11" ::: "memory")
#elif defined(__x86_64__)
#define APPRENTICE_COUNT_BEGIN __asm__ volatile("xchg %%bx, %%bx" ::: "memory")
#define APPRENTICE_COUNT_END __asm__ volatile("xchg %%cx, %%cx" ::: "memory")
#endif

static apprentice_subject context;

#if APPRENTICE_SUBJECT_FRONTEND
static float samples[APPRENTICE_SUBJECT_SAMPLE_SIZE]; /* where firmware keeps them: not the student's */
#define STUDENT_BYTES sizeof(samples)
static void* student_place(void) { return samples; }
#else
#define STUDENT_BYTES APPRENTICE_SUBJECT_INPUT_SIZE
#ifdef APPRENTICE_EMPTY
static void* student_place(void) { return context.arena.bytes; }
#else
static void* student_place(void) { return apprentice_subject_input(&context); }
#endif
#endif

#ifdef APPRENTICE_EMPTY
static int8_t* run_student(void) { return context.arena.bytes; }
#else
static const int8_t* run_student(void) {
  const int8_t* output;
#if APPRENTICE_SUBJECT_FRONTEND
  APPRENTICE_COUNT_BEGIN;
  apprentice_subject_quantize_input(&context, samples);
  APPRENTICE_COUNT_END;
#endif
  APPRENTICE_COUNT_BEGIN;
  output = apprentice_subject_run(&context);
  APPRENTICE_COUNT_END;
  return output;
}
#endif

#define PAINT 0xA5

#endif
