// Process 1 of a machine: mounts what it needs, says hello on the serial port, and plays jobs with
// the kernel shim. Jobs and results travel in shared memory; the serial line only announces them.
// Protocol: `harness/machine/protocol.ts`.
#include <asm/fcntl.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/utsname.h>
#include <asm/signal.h>
#include "sys.h"
#include "start.h"
#include "kallsyms.h"
#include "guest-port.h"

enum {
  MODE_DIR = 0755,
  SHARED_BYTES = 4 << 20, RESULT_OFFSET = 2 << 20, WORD_OFFSET = SHARED_BYTES - 64,
  RESULT_ROOM = WORD_OFFSET - RESULT_OFFSET,
  JOB_ROOM = RESULT_OFFSET,
};

static u8 *shared;
static char input[256];

static int starts_with(const char *text, const char *prefix) {
  return memcmp(text, prefix, length_of(prefix)) == 0;
}

/** The JIT is on unless the kernel's command line says how it is to be. */
static void turn_jit_on(void) {
  for (const char *word = read_file("/proc/cmdline"); *word != 0; word++)
    if (starts_with(word, "bpf_jit_enable=")) return;
  write_file("/proc/sys/net/core/bpf_jit_enable", "1");
}

static void mount_at(const char *type, const char *path) {
  sys6(__NR_mkdirat, AT_CWD, (long)path, MODE_DIR, 0, 0, 0);
  sys6(__NR_mount, (long)type, (long)path, (long)type, 0, 0, 0);
}

/** The memory shared with the host: BAR 2 of the device in slot 5. No driver is needed. */
static void map_shared(void) {
  write_file("/sys/bus/pci/devices/0000:00:05.0/enable", "1");
  long fd = open_file("/sys/bus/pci/devices/0000:00:05.0/resource2", O_RDWR);
  if (fd < 0) return;
  long map = sys6(__NR_mmap, 0, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map > 0) shared = (u8 *)map;
}

static void say_hello(void) {
  struct new_utsname name;
  sys3(__NR_uname, &name, 0, 0);
  put("{\"hello\":1");
  put_field("release", name.release);
  put_field("version", name.version);
  put_field("machine", name.machine);
  put_field("jit", read_file("/proc/sys/net/core/bpf_jit_enable"));
  put_field("clock", read_file("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
  put_field("spectre_v2", read_file("/sys/devices/system/cpu/vulnerabilities/spectre_v2"));
  put_field("retbleed", read_file("/sys/devices/system/cpu/vulnerabilities/retbleed"));
  put_field("cmdline", read_file("/proc/cmdline"));
  put(shared == NULL ? ",\"shared\":false}" : ",\"shared\":true}");
  send();
}

static u32 fnv1a(const u8 *bytes, u64 count) {
  u32 hash = 2166136261u;
  for (u64 i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

static void answer_failure(const char *reason) {
  put("{\"failure\":\"");
  put_plain(reason);
  put("\"}");
  send();
}

/** Runs the kernel shim on /job with its result in /result; the shim's exit status. */
static int run_shim(void) {
  long child = sys6(__NR_clone, SIGCHLD, 0, 0, 0, 0, 0);
  if (child == 0) {
    long fd = open_file("/result", O_RDWR | O_CREAT | O_TRUNC);
    sys3(__NR_dup3, fd, PORT, 0);
    static const char *arguments[] = {"/kernel", "/job", "--result-fd", "3", NULL};
    static const char *environment[] = {NULL};
    sys3(__NR_execve, arguments[0], arguments, environment);
    sys_exit(127);
  }
  int status = 0;
  sys6(__NR_wait4, child, (long)&status, 0, 0, 0, 0);
  return status;
}

/** A no-operation that makes the QEMU plugin start counting (`qemu-plugin.c`). */
#ifdef __x86_64__
#define ARM_PLUGIN()                                                                               \
  __asm__ volatile(".byte 0x0f, 0x1f, 0x84, 0x00, 3, 0x74, 0x73, 0x6a" ::: "memory")
#else
#define ARM_PLUGIN() __asm__ volatile("movz xzr, 0x6a73" ::: "memory")
#endif

/**
 * Null if this many bytes with this checksum are at the start of the shared memory, or what is
 * wrong.
 */
static const char *damage_of(u64 bytes, u32 sum) {
  if (shared == NULL) return "no shared memory";
  if (bytes > JOB_ROOM) return "the job is too large";
  return fnv1a(shared, bytes) == sum ? NULL : "the job arrived damaged";
}

static void answer_result(u64 bytes) {
  put("{\"result\":");
  put_number(bytes);
  put(",\"sum\":");
  put_number(fnv1a(shared + RESULT_OFFSET, bytes));
  put("}");
  send();
}

/** `play BYTES SUM`: a job of that many bytes is at the start of the shared memory. */
static void play(u64 bytes, u32 sum) {
  ARM_PLUGIN();
  const char *damage = damage_of(bytes, sum);
  if (damage != NULL) return answer_failure(damage);
  long job = open_file("/job", O_WRONLY | O_CREAT | O_TRUNC);
  long written = sys3(__NR_write, job, shared, bytes);
  sys3(__NR_close, job, 0, 0);
  if (written != (long)bytes) return answer_failure("no room for the job");
  int status = run_shim();
  if ((status & 0x7f) != 0 || status >> 8 == 127) return answer_failure("the shim died");
  long result = open_file("/result", O_RDONLY);
  u64 total = 0;
  for (;;) {
    long got = sys6(__NR_pread64, result, (long)(shared + RESULT_OFFSET + total),
                    (long)(RESULT_ROOM - total), (long)total, 0, 0);
    if (got <= 0) break;
    total += (u64)got;
  }
  sys3(__NR_close, result, 0, 0);
  if (total == RESULT_ROOM) return answer_failure("the result is too large");
  answer_result(total);
}

/**
 * `symbols BYTES SUM`: the names of the kernel addresses in that many bytes, in ascending order.
 */
static void name_addresses(u64 bytes, u32 sum) {
  const char *damage = damage_of(bytes, sum);
  if (damage == NULL && bytes / sizeof(u64) > MOST_ADDRESSES) damage = "too many addresses";
  if (damage != NULL) return answer_failure(damage);
  long fd = open_file("/proc/kallsyms", O_RDONLY);
  if (fd < 0) return answer_failure("no /proc/kallsyms");
  name_from(fd, (const u64 *)shared, bytes / sizeof(u64));
  sys3(__NR_close, fd, 0, 0);
  u8 *result = shared + RESULT_OFFSET;
  for (u64 i = 0; i < bytes / sizeof(u64); i++) {
    size_t length = length_of(named[i].name);
    memcpy(result, named[i].name, length);
    result[length] = '\n';
    result += length + 1;
  }
  answer_result((u64)(result - shared) - RESULT_OFFSET);
}

static u64 number_in(const char **text) {
  u64 value = 0;
  while (**text == ' ') (*text)++;
  while (**text >= '0' && **text <= '9') value = value * 10 + (u64)(*(*text)++ - '0');
  return value;
}

static _Noreturn void end_machine(void) {
  for (;;)
    sys6(__NR_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART, 0, 0, 0);
}

static void obey(const char *command) {
  if (starts_with(command, "play ")) {
    const char *rest = command + 5;
    u64 bytes = number_in(&rest);
    return play(bytes, (u32)number_in(&rest));
  }
  if (starts_with(command, "symbols ")) {
    const char *rest = command + 8;
    u64 bytes = number_in(&rest);
    return name_addresses(bytes, (u32)number_in(&rest));
  }
  if (same_text(command, "end")) end_machine();
  if (same_text(command, "ping")) {
    put("{\"pong\":1}");
    return send();
  }
  answer_failure("unknown command");
}

static _Noreturn void read_commands(void) {
  size_t bytes = 0;
  for (;;) {
    char character;
    if (sys3(__NR_read, PORT, &character, 1) != 1) end_machine();
    if (character == '\n') {
      input[bytes] = 0;
      bytes = 0;
      obey(input);
    } else if (character != '\r' && bytes < sizeof input - 1) {
      input[bytes++] = character;
    }
  }
}

static _Noreturn void begin(const u64 *stack) {
  (void)stack;
  mount_at("devtmpfs", "/dev");
  mount_at("proc", "/proc");
  mount_at("sysfs", "/sys");
  turn_jit_on();
  write_file("/proc/sys/kernel/kptr_restrict", "0");
  map_shared();
  if (!open_port()) {
    static const char word[] = "no /dev/" PORT_NAME;
    if (shared != NULL) memcpy(shared + WORD_OFFSET, word, sizeof word);
    end_machine();
  }
  say_hello();
  read_commands();
}
