// A QEMU TCG plugin that counts what the kernel of a machine executes between two marks:
// executions, loads and stores of each instruction, by address and bytes, because memory of JIT
// images is reused. Declarations are our own, of plugin API version 1 (QEMU 4.2 to 9.0). Reader:
// `harness/machine/count-windows.ts`.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct tb;
struct insn;
typedef void (*tb_callback)(plugin_id, struct tb *);
typedef void (*exec_callback)(unsigned, void *);
typedef void (*mem_callback)(unsigned, uint32_t, uint64_t, void *);

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, tb_callback);
extern void qemu_plugin_reset(plugin_id, void (*done)(plugin_id));
extern size_t qemu_plugin_tb_n_insns(const struct tb *);
extern struct insn *qemu_plugin_tb_get_insn(const struct tb *, size_t);
extern uint64_t qemu_plugin_insn_vaddr(const struct insn *);
extern const void *qemu_plugin_insn_data(const struct insn *);
extern size_t qemu_plugin_insn_size(const struct insn *);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct insn *, exec_callback, int flags, void *);
extern void qemu_plugin_register_vcpu_mem_cb(
    struct insn *, mem_callback, int flags, int access, void *);
extern _Bool qemu_plugin_mem_is_store(uint32_t info);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

enum { NO_REGISTERS = 0, READ_WRITE = 3, MOST_BYTES = 15, MARK_BYTES = 8 };

/** One instruction of the kernel. */
struct record {
  uint64_t address, executions, loads, stores;
  uint8_t size, bytes[MOST_BYTES];
  struct record *next;
};

enum { BUCKETS = 1 << 16 };
static struct record *buckets[BUCKETS];
/** While the machine boots, the plugin only looks for marks; the first job arms it. */
static int armed, counting;
static plugin_id self;
static FILE *out;

static struct record *record_of(uint64_t address, const uint8_t *bytes, size_t size) {
  struct record **bucket = &buckets[(address ^ address >> 16) % BUCKETS];
  for (struct record *one = *bucket; one != NULL; one = one->next)
    if (one->address == address && one->size == size && memcmp(one->bytes, bytes, size) == 0)
      return one;
  struct record *made = calloc(1, sizeof *made);
  if (made == NULL) abort();
  made->address = address;
  made->size = (uint8_t)size;
  memcpy(made->bytes, bytes, size);
  made->next = *bucket;
  return *bucket = made;
}

static void count_execution(unsigned cpu, void *data) {
  (void)cpu;
  if (counting) ((struct record *)data)->executions++;
}

static void count_access(unsigned cpu, uint32_t info, uint64_t address, void *data) {
  (void)cpu, (void)address;
  struct record *record = data;
  if (!counting) return;
  if (qemu_plugin_mem_is_store(info)) record->stores++;
  else record->loads++;
}

/** Writes the counts, one line per instruction, and starts again from zero. */
static void write_window(void) {
  fputs("window\n", out);
  for (size_t i = 0; i < BUCKETS; i++) {
    for (struct record *one = buckets[i]; one != NULL; one = one->next) {
      if (one->executions == 0) continue;
      fprintf(out, "%llx %llu %llu %llu ", (unsigned long long)one->address,
              (unsigned long long)one->executions, (unsigned long long)one->loads,
              (unsigned long long)one->stores);
      for (int byte = 0; byte < one->size; byte++) fprintf(out, "%02x", one->bytes[byte]);
      fputc('\n', out);
      one->executions = one->loads = one->stores = 0;
    }
  }
  fputs("end\n", out);
  fflush(out);
}

static void begin_window(unsigned cpu, void *data) {
  (void)cpu, (void)data;
  counting = 1;
}

static void end_window(unsigned cpu, void *data) {
  (void)cpu, (void)data;
  counting = 0;
  write_window();
}

/**
 * arm64: `movz xzr, 0x6a70 + MARK`, whose number is in bits 5 to 20. It does not look like any x86
 * code.
 */
static int arm_mark_of(const uint8_t *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  uint32_t mark = (word >> 5 & 0xffff) - 0x6a70;
  return (word & 0xffe0001f) == 0xd280001f && mark >= 1 && mark <= 3 ? (int)mark : 0;
}

/** 1 before a test run, 2 after it, 3 before the first job, 0 for any other instruction. */
static int mark_of(const uint8_t *bytes, size_t size) {
  static const uint8_t head[] = {0x0f, 0x1f, 0x84, 0x00}, tail[] = {0x74, 0x73, 0x6a};
  if (size == 4) return arm_mark_of(bytes);
  if (size != MARK_BYTES || memcmp(bytes, head, 4) != 0 || memcmp(bytes + 5, tail, 3) != 0)
    return 0;
  return bytes[4] >= 1 && bytes[4] <= 3 ? bytes[4] : 0;
}

static void translate(plugin_id id, struct tb *block);

static void count_from_now_on(plugin_id id) {
  armed = 1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
}

/** All code is translated again, now with counters. */
static void arm(unsigned cpu, void *data) {
  (void)cpu, (void)data;
  if (!armed) qemu_plugin_reset(self, count_from_now_on);
}

static void translate(plugin_id id, struct tb *block) {
  (void)id;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
    struct insn *insn = qemu_plugin_tb_get_insn(block, i);
    const uint8_t *bytes = qemu_plugin_insn_data(insn);
    size_t size = qemu_plugin_insn_size(insn);
    uint64_t address = qemu_plugin_insn_vaddr(insn);
    int mark = mark_of(bytes, size);
    if (mark != 0) {
      exec_callback edge = mark == 1 ? begin_window : mark == 2 ? end_window : arm;
      qemu_plugin_register_vcpu_insn_exec_cb(insn, edge, NO_REGISTERS, NULL);
    }
    // Addresses without the top bit are user space.
    if (!armed || mark != 0 || address >> 63 == 0 || size > MOST_BYTES) continue;
    struct record *record = record_of(address, bytes, size);
    qemu_plugin_register_vcpu_insn_exec_cb(insn, count_execution, NO_REGISTERS, record);
    qemu_plugin_register_vcpu_mem_cb(insn, count_access, NO_REGISTERS, READ_WRITE, record);
  }
}

__attribute__((visibility("default"))) int qemu_plugin_install(
    plugin_id id, const void *info, int count, char **arguments) {
  (void)info;
  if (count < 1 || strncmp(arguments[0], "out=", 4) != 0) return 1;
  out = fopen(arguments[0] + 4, "w");
  if (out == NULL) return 1;
  self = id;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  return 0;
}
