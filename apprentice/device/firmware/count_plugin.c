// SPDX-License-Identifier: Apache-2.0
// QEMU TCG plugin (API version 1, QEMU 4.2 and later): counts the instructions executed between two marker
// instructions and writes one count per region to the file named by the argument out=FILE.
//
// Debian ships no header for this API, so what is used of it is declared here by hand (QEMU, docs/devel/tcg-plugins).
// Markers are moves of a register to itself that compilers never emit:
//   Thumb mov r10,r10 / mov r11,r11; A32 the same; A64 mov x10,x10 / mov x11,x11; x86-64 xchg bx,bx / xchg cx,cx.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS = 0 };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 = 0 };
struct qemu_info;

typedef void (*tb_callback)(qemu_plugin_id_t id, struct qemu_plugin_tb* tb);
typedef void (*vcpu_callback)(unsigned int vcpu, void* user);
typedef void (*exit_callback)(qemu_plugin_id_t id, void* user);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_callback callback);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, exit_callback callback, void* user);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb* tb);
struct qemu_plugin_insn* qemu_plugin_tb_get_insn(const struct qemu_plugin_tb* tb, size_t index);
const void* qemu_plugin_insn_data(const struct qemu_plugin_insn* insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn* insn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn* insn, vcpu_callback callback,
                                            enum qemu_plugin_cb_flags flags, void* user);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn* insn, enum qemu_plugin_op op, void* target,
                                                uint64_t value);

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = 1;

static uint64_t executed, region_start;
static FILE* output;

static void on_begin(unsigned int vcpu, void* user) {
  (void)vcpu;
  (void)user;
  region_start = executed;
}

static void on_end(unsigned int vcpu, void* user) {
  (void)vcpu;
  (void)user;
  fprintf(output, "%llu\n", (unsigned long long)(executed - region_start));
}

struct marker {
  size_t size;
  unsigned char begin[4], end[4];
};

static const struct marker kMarkers[] = {
    {2, {0xD2, 0x46}, {0xDB, 0x46}},
    {4, {0x0A, 0xA0, 0xA0, 0xE1}, {0x0B, 0xB0, 0xA0, 0xE1}},
    {4, {0xEA, 0x03, 0x0A, 0xAA}, {0xEB, 0x03, 0x0B, 0xAA}},
    {3, {0x66, 0x87, 0xDB}, {0x66, 0x87, 0xC9}},
};

// What to call at this instruction; null for an ordinary one.
static vcpu_callback marker_of(const struct qemu_plugin_insn* insn) {
  const void* data = qemu_plugin_insn_data(insn);
  const size_t size = qemu_plugin_insn_size(insn);
  for (size_t i = 0; i < sizeof kMarkers / sizeof kMarkers[0]; ++i) {
    if (size != kMarkers[i].size) continue;
    if (memcmp(data, kMarkers[i].begin, size) == 0) return on_begin;
    if (memcmp(data, kMarkers[i].end, size) == 0) return on_end;
  }
  return NULL;
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb* tb) {
  (void)id;
  const size_t count = qemu_plugin_tb_n_insns(tb);
  for (size_t i = 0; i < count; ++i) {
    struct qemu_plugin_insn* insn = qemu_plugin_tb_get_insn(tb, i);
    const vcpu_callback callback = marker_of(insn);
    if (callback != NULL) {
      qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, QEMU_PLUGIN_CB_NO_REGS, NULL);
    } else {
      qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &executed, 1);
    }
  }
}

static void on_exit_qemu(qemu_plugin_id_t id, void* user) {
  (void)id;
  (void)user;
  if (fclose(output) != 0) abort();
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info* info, int argc, char** argv) {
  (void)info;
  const char* path = NULL;
  for (int i = 0; i < argc; ++i) {
    if (strncmp(argv[i], "out=", 4) == 0) path = argv[i] + 4;
  }
  output = path != NULL ? fopen(path, "w") : NULL;
  if (output == NULL) {
    fprintf(stderr, "count plugin: cannot write its result: pass out=FILE\n");
    return -1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
  qemu_plugin_register_atexit_cb(id, on_exit_qemu, NULL);
  return 0;
}
