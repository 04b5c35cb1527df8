// The scenario of a workload in the running kernel: slot updates, test runs with their checks,
// comparisons of map elements; and the watchdog of the shims that play it.
#ifndef JITSTAT_KERNEL_PLAY_H
#define JITSTAT_KERNEL_PLAY_H
#include <linux/resource.h>
#include <asm/signal.h>
#include "kernel-load.h"

/** From OP_SLOT on: jobs of two slots. */
enum {
  OP_NEEDS = 1,
  OP_MAP = 2,
  OP_BTF = 3,
  OP_PROGRAM = 4,
  OP_UPDATE = 5,
  OP_DELETE = 6,
  OP_SET = 7,
  OP_SOCKET = 8,
  OP_RUN = 9,
  OP_COMPARE = 10,
  OP_SLOT = 11,
  OP_PLAN = 12,
  OP_SCRIPT = 13,
  OP_PAIR = 14,
};

struct update { struct record head; u64 map, key, program; };
struct remove { struct record head; u64 map, key, missing; };
struct set { struct record head; u64 map, key, offset, bytes; u8 value[]; };
struct socket { struct record head; u64 map, key; };
/**
 * Label, packet, context and expected output follow, each padded to 8. With `dissector`, kernels
 * before 6.1 return whether the program returned 0, and not its value.
 */
struct run {
  struct record head;
  u64 program, repeat, expects_retval, retval, dissector;
  u64 label_bytes, packet_bytes, context_bytes, output_bytes;
  char label[];
};
struct compare { struct record head; u64 map, key, offset, value; char label[]; };

enum { E_NOENT = 2, E_INVAL = 22, AF_XDP = 44, SOCK_RAW = 3 };

static void update_slot(const struct update *update) {
  long result = map_call(BPF_MAP_UPDATE_ELEM, update->map, update->key, &objects->programs[update->program]);
  if (result < 0) refuse_call("a slot cannot be filled", result);
}

static void delete_slot(const struct remove *slot) {
  long result = map_call(BPF_MAP_DELETE_ELEM, slot->map, slot->key, NULL);
  if (result == (slot->missing ? -E_NOENT : 0) || !report_failure(EXIT_WRONG, NULL)) return;
  put(&what, slot->missing ? "deleting an empty slot gave " : "deleting a slot gave error ");
  put_number(&what, (u64)-result);
}

/** The element's value: for one CPU or, in per-CPU maps, for all of them. */
static long read_value(u64 map, u64 key) {
  long result = map_call(BPF_MAP_LOOKUP_ELEM, map, key, value_buffer);
  if (result < 0) refuse_call("an element cannot be read", result);
  return result;
}

static u64 copies_of(u64 map) {
  return objects->maps[map].type == BPF_MAP_TYPE_PERCPU_ARRAY ? possible_cpus : 1;
}

static void set_value(const struct set *set) {
  read_value(set->map, set->key);
  for (u64 cpu = 0; cpu < copies_of(set->map); cpu++)
    memcpy(value_buffer + cpu * padded(objects->maps[set->map].value_bytes) + set->offset, set->value,
        set->bytes);
  long result = map_call(BPF_MAP_UPDATE_ELEM, set->map, set->key, value_buffer);
  if (result < 0) refuse_call("an element cannot be set", result);
}

/** Puts an AF_XDP socket into a slot of an xskmap; closing it would remove it from the map. */
static void set_socket(const struct socket *slot) {
  long fd = sys3(__NR_socket, AF_XDP, SOCK_RAW, 0);
  if (fd < 0) refuse_call("an AF_XDP socket cannot be made", fd);
  if (objects->socket_count == MAX_OBJECTS) refuse("too many sockets", 0);
  int descriptor = objects->sockets[objects->socket_count++] = (int)fd;
  long result = map_call(BPF_MAP_UPDATE_ELEM, slot->map, slot->key, &descriptor);
  if (result < 0) refuse_call("a socket cannot be put into a map", result);
}

/** What a test run passes to the kernel; `output_buffer` gets the packet as the program left it. */
static union bpf_attr test_run_of(const struct run *run, u64 repeat) {
  const u8 *packet = (const u8 *)run->label + run->label_bytes;
  const u8 *context = packet + padded(run->packet_bytes);
  return (union bpf_attr){.test = {
    .prog_fd = (u32)objects->programs[run->program], .repeat = (u32)repeat,
    .data_in = (u64)packet, .data_size_in = (u32)run->packet_bytes,
    .data_out = (u64)output_buffer, .data_size_out = sizeof output_buffer,
    .ctx_in = run->context_bytes != 0 ? (u64)context : 0, .ctx_size_in = (u32)run->context_bytes,
  }};
}

/** Refuses the job if the test run was, and compares its return value and output. */
static void check_test_run(const struct run *run, const union bpf_attr *attributes, long result) {
  const u8 *expected = (const u8 *)run->label + run->label_bytes + padded(run->packet_bytes) +
      padded(run->context_bytes);
  if (result == -E_INVAL)
    refuse("a test run was refused as invalid; kernels from 6.x on want IPv4 and IPv6 packets to "
           "hold their whole header",
        0);
  if (result < 0) refuse_call("a test run was refused", result);
  u32 retval = run->dissector && !kernel_is_at_least(6, 1) ? run->retval == 0 : (u32)run->retval;
  if (run->expects_retval && attributes->test.retval != retval &&
      report_failure(EXIT_WRONG, run->label)) {
    put(&what, "returned ");
    put_number(&what, attributes->test.retval);
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
}

static void play_compare(const struct compare *compare) {
  read_value(compare->map, compare->key);
  u32 value = 0;
  for (u64 cpu = 0; cpu < copies_of(compare->map); cpu++)
    value +=
        *(u32 *)(value_buffer + cpu * padded(objects->maps[compare->map].value_bytes) + compare->offset);
  if (value == (u32)compare->value || !report_failure(EXIT_WRONG, compare->label)) return;
  put(&what, "holds ");
  put_number(&what, value);
  put(&what, ", expected ");
  put_number(&what, (u32)compare->value);
}

/**
 * Plays a record of a scenario that is not a test run; returns 0 if the record is something else.
 */
static int play_between(const struct record *record) {
  switch (record->op) {
    case OP_UPDATE: return update_slot((const struct update *)record), 1;
    case OP_DELETE: return delete_slot((const struct remove *)record), 1;
    case OP_SET: return set_value((const struct set *)record), 1;
    case OP_SOCKET: return set_socket((const struct socket *)record), 1;
    case OP_COMPARE: return play_compare((const struct compare *)record), 1;
    default: return 0;
  }
}

/** Loads what a record holds; returns 0 if there is nothing to load. */
static int load_object(const struct job *job, const struct record *record) {
  switch (record->op) {
    case OP_NEEDS: return check_kernel((const struct needs *)record), 1;
    case OP_MAP: return make_map((const struct map *)record), 1;
    case OP_BTF: return load_btf((const struct btf *)record), 1;
    case OP_PROGRAM: return load_program(job, (const struct program *)record), 1;
    default: return 0;
  }
}

static void count_cpus(void) {
  char text[64] = "";
  long fd = sys_open("/sys/devices/system/cpu/possible", O_RDONLY, 0);
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
#ifdef SA_RESTORER
    {on_alarm, SA_RESTORER, (void (*)(void))on_alarm, 0};
#else
    {on_alarm, 0, NULL, 0};
#endif
  sys6(__NR_rt_sigaction, SIGALRM, (long)&action, 0, 8, 0, 0);
  struct {
    s64 interval[2], value[2];
  } timer = {{0, 0}, {(s64)(watchdog_ms / 1000), (s64)(watchdog_ms % 1000 * 1000)}};
  sys3(__NR_setitimer, 0, &timer, 0);
}

/** Kernels before 5.11 charge maps and programs to this limit. */
static void lift_memory_limit(void) {
  u64 unlimited[2] = {~0UL, ~0UL};
  sys6(__NR_prlimit64, 0, RLIMIT_MEMLOCK, (long)unlimited, 0, 0, 0);
}

static void begin_kernel(u64 watchdog_ms) {
  lift_memory_limit();
  count_cpus();
  set_watchdog(watchdog_ms);
}

#endif
