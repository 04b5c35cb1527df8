// The kernel shim: plays a workload in the running kernel through bpf(2): maps, programs, slot updates, test runs, checks.
// Everything it makes is a descriptor, so the end of the process cleans up. Records: `harness/shim/kernel-job.ts`.
#include <linux/bpf.h>
#include <linux/resource.h>
#include <linux/utsname.h>
#include <asm/signal.h>
#include "sys.h"
#include "job.h"

enum {
  OP_NEEDS = 1, OP_MAP = 2, OP_BTF = 3, OP_PROGRAM = 4, OP_UPDATE = 5, OP_DELETE = 6, OP_SET = 7, OP_SOCKET = 8,
  OP_RUN = 9, OP_COMPARE = 10,
};

/** The oldest kernel, as major and minor, that may play this; `words` say why. */
struct needs { struct record head; u64 major, minor; char words[]; };
struct map { struct record head; u64 type, key_bytes, value_bytes, max_entries; char name[16]; u64 initial_bytes; u8 initial[]; };
struct btf { struct record head; u64 bytes; u8 data[]; };
/** `insns` refer to maps by number; `function_bytes` of func_info follow, 8 bytes a function. */
struct program { struct record head; u64 type; char name[16]; u64 insn_bytes, function_bytes; u8 insns[]; };
struct update { struct record head; u64 map, key, program; };
struct remove { struct record head; u64 map, key, missing; };
struct set { struct record head; u64 map, key, offset, bytes; u8 value[]; };
struct socket { struct record head; u64 map, key; };
/**
 * Label, packet, context and expected output follow, each padded to 8. With `dissector`, kernels before 6.1 return whether
 * the program returned 0, and not its value.
 */
struct run {
  struct record head;
  u64 program, repeat, expects_retval, retval, dissector;
  u64 label_bytes, packet_bytes, context_bytes, output_bytes;
  char label[];
};
struct compare { struct record head; u64 map, key, offset, value; char label[]; };

enum { MAX_OBJECTS = 64, E_PERM = 1, E_NOENT = 2, E_NOSYS = 38, AF_XDP = 44, SOCK_RAW = 3 };
static struct { int fd; u32 type, value_bytes; } maps[MAX_OBJECTS];
static int programs[MAX_OBJECTS], btf_fd = -1;
static u64 map_count, program_count, possible_cpus;
static const char images_list[] = "images";
static const char *current_label;
static u8 value_buffer[1 << 20], output_buffer[1 << 16];
static char log_buffer[1 << 18];

static long bpf(int command, union bpf_attr *attributes) {
  return sys3(__NR_bpf, command, attributes, sizeof *attributes);
}

static _Noreturn void refuse_call(const char *words, long result) {
  if (report_failure(EXIT_REFUSED, NULL)) {
    if (result == -E_PERM) put(&what, "bpf(2) is not permitted here (it needs root, or CAP_BPF with CAP_PERFMON and CAP_NET_ADMIN): ");
    if (result == -E_NOSYS) put(&what, "this kernel has no bpf(2): ");
    put(&what, words);
    put(&what, ": error ");
    put_number(&what, (u64)-result);
  }
  report_end();
}

static u64 padded(u64 bytes) {
  return (bytes + 7) & ~7UL;
}

static int kernel_is_at_least(u64 major, u64 minor) {
  struct new_utsname name;
  sys3(__NR_uname, &name, 0, 0);
  const char *text = name.release;
  u64 own_major = (u64)number_from(&text);
  if (*text == '.') text++;
  u64 own_minor = (u64)number_from(&text);
  return own_major > major || (own_major == major && own_minor >= minor);
}

static void check_kernel(const struct needs *needs) {
  if (!kernel_is_at_least(needs->major, needs->minor)) refuse(needs->words, 0);
}

static long map_call(int command, u64 map, u64 key, const void *value) {
  u32 index = (u32)key;
  union bpf_attr attributes = {.map_fd = (u32)maps[map].fd, .key = (u64)&index, .value = (u64)value};
  return bpf(command, &attributes);
}

static void make_map(const struct map *map) {
  union bpf_attr attributes = {
    .map_type = (u32)map->type, .key_size = (u32)map->key_bytes, .value_size = (u32)map->value_bytes, .max_entries = (u32)map->max_entries,
  };
  memcpy(attributes.map_name, map->name, sizeof attributes.map_name);
  long fd = bpf(BPF_MAP_CREATE, &attributes);
  if (fd < 0) refuse_call("a map cannot be made", fd);
  if (map_count == MAX_OBJECTS) refuse("too many maps", 0);
  if (padded(map->value_bytes) * possible_cpus > sizeof value_buffer) refuse("the values of a map are too large", map->value_bytes);
  maps[map_count].fd = (int)fd;
  maps[map_count].type = (u32)map->type;
  maps[map_count++].value_bytes = (u32)map->value_bytes;
  if (map->initial_bytes == 0) return;
  memcpy(value_buffer, map->initial, map->initial_bytes);
  long result = map_call(BPF_MAP_UPDATE_ELEM, map_count - 1, 0, value_buffer);
  if (result < 0) refuse_call("a map cannot be filled", result);
}

static void load_btf(const struct btf *btf) {
  union bpf_attr attributes = {.btf = (u64)btf->data, .btf_size = (u32)btf->bytes};
  long fd = bpf(BPF_BTF_LOAD, &attributes);
  if (fd < 0) refuse_call("BTF cannot be loaded", fd);
  btf_fd = (int)fd;
}

static int starts_with(const char *text, const char *prefix) { return memcmp(text, prefix, length_of(prefix)) == 0; }

/** The line of the verifier's log that says why: the last one before its counts and, for a loop without end, its two states. */
static void put_reason(void) {
  size_t end = length_of(log_buffer), start;
  for (;;) {
    while (end > 0 && log_buffer[end - 1] == '\n') end--;
    for (start = end; start > 0 && log_buffer[start - 1] != '\n';) start--;
    const char *line = log_buffer + start;
    if (start == 0 || !(starts_with(line, "processed ") || starts_with(line, "cur state:") || starts_with(line, "old state:"))) break;
    end = start;
  }
  for (size_t i = start; i < end; i++) {
    if (log_buffer[i] == '"' || log_buffer[i] == '\\') put_char(&what, '\\');
    put_char(&what, log_buffer[i] < ' ' ? ' ' : log_buffer[i]);
  }
}

struct instruction { u8 code, registers; s16 offset; s32 immediate; };
enum { WIDE_LOAD = 0x18 };

/** Replaces map numbers by descriptors, in a private copy. */
static void relocate(struct instruction *insns, u64 count) {
  for (u64 i = 0; i < count; i++) {
    if (insns[i].code != WIDE_LOAD) continue;
    u8 source = insns[i].registers >> 4;
    if (source == BPF_PSEUDO_MAP_FD || source == BPF_PSEUDO_MAP_VALUE) insns[i].immediate = maps[insns[i].immediate].fd;
    i++;
  }
}

static void report_image(const struct program *program, int fd);

static void load_program(const struct job *job, const struct program *program) {
  static u8 insns[1 << 20];
  if (program->insn_bytes > sizeof insns || program_count == MAX_OBJECTS) refuse("too many programs or instructions", 0);
  memcpy(insns, program->insns, program->insn_bytes);
  relocate((struct instruction *)insns, program->insn_bytes / 8);
  union bpf_attr attributes = {
    .prog_type = (u32)program->type, .insns = (u64)insns, .insn_cnt = (u32)(program->insn_bytes / 8), .license = (u64)"GPL",
  };
  memcpy(attributes.prog_name, program->name, sizeof attributes.prog_name);
  if (program->function_bytes > 0) {
    attributes.prog_btf_fd = (u32)btf_fd;
    attributes.func_info = (u64)(program->insns + padded(program->insn_bytes));
    attributes.func_info_rec_size = 8;
    attributes.func_info_cnt = (u32)(program->function_bytes / 8);
  }
  long fd = bpf(BPF_PROG_LOAD, &attributes);
  if (fd < 0 && fd != -E_PERM) {
    attributes.log_level = 1;
    attributes.log_size = sizeof log_buffer;
    attributes.log_buf = (u64)log_buffer;
    fd = bpf(BPF_PROG_LOAD, &attributes);
  }
  if (fd < 0 && log_buffer[0] != 0 && report_failure(EXIT_REFUSED, NULL)) {
    put(&what, "the kernel refuses program ");
    put(&what, program->name);
    put(&what, ": ");
    put_reason();
    report_end();
  }
  if (fd < 0) refuse_call("a program cannot be loaded", fd);
  programs[program_count++] = (int)fd;
  if ((job->flags & JOB_DUMP) != 0) report_image(program, (int)fd);
}

/** The machine code of a loaded program, in front of the runs. */
static void report_image(const struct program *program, int fd) {
  static u8 code[1 << 20];
  static u64 starts[MAX_OBJECTS];
  static u32 lengths[MAX_OBJECTS];
  struct bpf_prog_info info = {
    .jited_prog_len = sizeof code, .jited_prog_insns = (u64)code,
    .nr_jited_ksyms = MAX_OBJECTS, .jited_ksyms = (u64)starts,
    .nr_jited_func_lens = MAX_OBJECTS, .jited_func_lens = (u64)lengths,
  };
  union bpf_attr attributes = {.info = {.bpf_fd = (u32)fd, .info_len = sizeof info, .info = (u64)&info}};
  long result = bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes);
  if (result < 0) refuse_call("machine code cannot be read", result);
  begin_item(images_list);
  put(&line, "{\"name\":\"");
  put(&line, program->name);
  put(&line, "\",\"functions\":[");
  for (u32 i = 0; i < info.nr_jited_func_lens && i < MAX_OBJECTS; i++) {
    put(&line, i == 0 ? "{\"address\":\"" : ",{\"address\":\"");
    put_hex(&line, starts[i]);
    put(&line, "\",\"bytes\":");
    put_number(&line, lengths[i]);
    put_char(&line, '}');
  }
  put(&line, "],\"code\":\"");
  put_bytes(&line, code, info.jited_prog_len < sizeof code ? info.jited_prog_len : sizeof code);
  put(&line, "\"}");
}

static void update_slot(const struct update *update) {
  long result = map_call(BPF_MAP_UPDATE_ELEM, update->map, update->key, &programs[update->program]);
  if (result < 0) refuse_call("a slot cannot be filled", result);
}

static void delete_slot(const struct remove *slot) {
  long result = map_call(BPF_MAP_DELETE_ELEM, slot->map, slot->key, NULL);
  if (result == (slot->missing ? -E_NOENT : 0) || !report_failure(EXIT_WRONG, NULL)) return;
  put(&what, slot->missing ? "deleting an empty slot gave " : "deleting a slot gave error ");
  put_number(&what, (u64)-result);
}

/** The element's value for one CPU or, in per-CPU maps, for all of them. */
static long read_value(u64 map, u64 key) {
  long result = map_call(BPF_MAP_LOOKUP_ELEM, map, key, value_buffer);
  if (result < 0) refuse_call("an element cannot be read", result);
  return result;
}

static u64 copies_of(u64 map) {
  return maps[map].type == BPF_MAP_TYPE_PERCPU_ARRAY ? possible_cpus : 1;
}

static void set_value(const struct set *set) {
  read_value(set->map, set->key);
  for (u64 cpu = 0; cpu < copies_of(set->map); cpu++)
    memcpy(value_buffer + cpu * padded(maps[set->map].value_bytes) + set->offset, set->value, set->bytes);
  long result = map_call(BPF_MAP_UPDATE_ELEM, set->map, set->key, value_buffer);
  if (result < 0) refuse_call("an element cannot be set", result);
}

/** Puts an AF_XDP socket into a slot of an xskmap. */
static void set_socket(const struct socket *slot) {
  long fd = sys3(__NR_socket, AF_XDP, SOCK_RAW, 0);
  if (fd < 0) refuse_call("an AF_XDP socket cannot be made", fd);
  int descriptor = (int)fd;
  long result = map_call(BPF_MAP_UPDATE_ELEM, slot->map, slot->key, &descriptor);
  if (result < 0) refuse_call("a socket cannot be put into a map", result);
}

/** `duration` is an average in whole nanoseconds; our own clock tells the rest where it agrees with it. */
static u64 run_ns(u64 duration, u64 repeat, u64 wall) {
  u64 least = duration * repeat, most = least + repeat - 1;
  return wall < least ? least : wall > most ? most : wall;
}

static void play_run(const struct run *run) {
  const u8 *packet = (const u8 *)run->label + run->label_bytes;
  const u8 *context = packet + padded(run->packet_bytes);
  const u8 *expected = context + padded(run->context_bytes);
  union bpf_attr attributes = {.test = {
    .prog_fd = (u32)programs[run->program], .repeat = (u32)run->repeat,
    .data_in = (u64)packet, .data_size_in = (u32)run->packet_bytes,
    .data_out = (u64)output_buffer, .data_size_out = sizeof output_buffer,
    .ctx_in = run->context_bytes != 0 ? (u64)context : 0, .ctx_size_in = (u32)run->context_bytes,
  }};
  current_label = run->label;
  control("enable\n");
  u64 begun = now_ns();
  long result = bpf(BPF_PROG_TEST_RUN, &attributes);
  u64 wall = now_ns() - begun;
  control("disable\n");
  if (result < 0) refuse_call("a test run was refused", result);
  where_iteration = run->repeat;
  u32 retval = run->dissector && !kernel_is_at_least(6, 1) ? run->retval == 0 : (u32)run->retval;
  if (run->expects_retval && attributes.test.retval != retval && report_failure(EXIT_WRONG, run->label)) {
    put(&what, "returned ");
    put_number(&what, attributes.test.retval);
    put(&what, ", expected ");
    put_number(&what, retval);
  }
  for (u64 i = 0; i < run->output_bytes; i++) {
    if (output_buffer[i] == expected[i] || !report_failure(EXIT_WRONG, run->label)) continue;
    put(&what, "output byte ");
    put_number(&what, i);
    put(&what, " is ");
    put_bytes(&what, output_buffer + i, 1);
    put(&what, ", expected ");
    put_bytes(&what, expected + i, 1);
  }
  report_run(run->label, attributes.test.retval, run->repeat, run_ns(attributes.test.duration, run->repeat, wall));
  current_label = NULL;
}

static void play_compare(const struct compare *compare) {
  read_value(compare->map, compare->key);
  u32 value = 0;
  for (u64 cpu = 0; cpu < copies_of(compare->map); cpu++)
    value += *(u32 *)(value_buffer + cpu * padded(maps[compare->map].value_bytes) + compare->offset);
  if (value == (u32)compare->value || !report_failure(EXIT_WRONG, compare->label)) return;
  put(&what, "holds ");
  put_number(&what, value);
  put(&what, ", expected ");
  put_number(&what, (u32)compare->value);
}

static void play(const struct job *job, const struct record *record) {
  switch (record->op) {
    case OP_NEEDS: return check_kernel((const struct needs *)record);
    case OP_MAP: return make_map((const struct map *)record);
    case OP_BTF: return load_btf((const struct btf *)record);
    case OP_PROGRAM: return load_program(job, (const struct program *)record);
    case OP_UPDATE: return update_slot((const struct update *)record);
    case OP_DELETE: return delete_slot((const struct remove *)record);
    case OP_SET: return set_value((const struct set *)record);
    case OP_SOCKET: return set_socket((const struct socket *)record);
    case OP_RUN: return play_run((const struct run *)record);
    case OP_COMPARE: return play_compare((const struct compare *)record);
    default: refuse("the job has an unknown record", record->op);
  }
}

static void count_cpus(void) {
  char text[64] = "";
  long fd = sys3(__NR_open, "/sys/devices/system/cpu/possible", O_RDONLY, 0);
  sys3(__NR_read, fd, text, sizeof text - 1);
  sys3(__NR_close, fd, 0, 0);
  const char *rest = text;
  do possible_cpus = (u64)number_from(&rest) + 1;
  while (*rest != 0 && *rest++ != '\n');
}

static void on_alarm(int number) {
  (void)number;
  if (report_failure(EXIT_HANG, current_label)) put(&what, "no end within the time allowed");
  report_end();
}

static void set_watchdog(u64 watchdog_ms) {
  struct { void (*handler)(int); u64 flags; void (*restorer)(void); u64 mask; } action =
    {on_alarm, SA_RESTORER, (void (*)(void))on_alarm, 0};
  sys6(__NR_rt_sigaction, SIGALRM, (long)&action, 0, 8, 0, 0);
  struct { s64 interval[2], value[2]; } timer = {{0, 0}, {(s64)(watchdog_ms / 1000), (s64)(watchdog_ms % 1000 * 1000)}};
  sys3(__NR_setitimer, 0, &timer, 0);
}

__attribute__((used)) static _Noreturn void begin(const u64 *stack) {
  const struct job *job = read_job(read_arguments(stack));
  // Kernels before 5.11 count maps and programs against this limit.
  u64 unlimited[2] = {~0UL, ~0UL};
  sys6(__NR_prlimit64, 0, RLIMIT_MEMLOCK, (long)unlimited, 0, 0, 0);
  count_cpus();
  set_watchdog(job->watchdog_ms);
  for (const struct record *record = first_record(job); record != NULL; record = next_record(job, record)) play(job, record);
  report_end();
}

__asm__(
  ".globl _start\n"
  "_start:\n"
  "  xor %ebp, %ebp\n"
  "  mov %rsp, %rdi\n"
  "  and $-16, %rsp\n"
  "  call begin\n");
