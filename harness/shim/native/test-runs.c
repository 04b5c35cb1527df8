// Test runs of an object's packet programs in the running kernel: each program is loaded alone by
// the system's libbpf, its maps new, and plays the packets in order, once each. Writes one JSON
// line for each program: its instructions as libbpf passes them to the kernel, its maps, and the
// result for each packet. All in a new network namespace, so that no answer depends on the host's
// network, and on CPU 0.
//
//   test-runs PACKET... < OBJECT        packets in hex
#define _GNU_SOURCE
#include <bpf/btf.h>
#include <fcntl.h>
#include <sched.h>
#include "libbpf-object.h"

enum { MOST_PACKETS = 64, MOST_PACKET = 4096, OUTPUT_BYTES = 1 << 17 };
static struct { u8 bytes[MOST_PACKET]; u32 count; } packets[MOST_PACKETS];
static int packet_count;

static void read_packet(const char *hex) {
  u32 count = 0;
  for (unsigned byte; count < MOST_PACKET && sscanf(hex, "%2x", &byte) == 1; hex += 2)
    packets[packet_count].bytes[count++] = (u8)byte;
  packets[packet_count++].count = count;
}

static void put_map(struct bpf_map *map) {
  struct bpf_map_info info = {0};
  u32 length = sizeof info;
  size_t initial_bytes = 0;
  bpf_obj_get_info_by_fd(bpf_map__fd(map), &info, &length);
  fputs("{\"name\":", stdout);
  put_text(bpf_map__name(map));
  const char *type = libbpf_bpf_map_type_str(info.type);
  fputs(",\"type\":", stdout);
  put_text(type == NULL ? "unknown" : type);
  printf(",\"fd\":%d,\"keyBytes\":%u,\"valueBytes\":%u,\"maxEntries\":%u,\"flags\":%u",
      bpf_map__fd(map), info.key_size, info.value_size, info.max_entries, info.map_flags);
  const void *initial = bpf_map__initial_value(map, &initial_bytes);
  if (initial != NULL && bpf_map__is_internal(map)) put_hex("initial", initial, (u32)initial_bytes);
  putchar('}');
}

static bool is_packet_type(enum bpf_prog_type type) {
  switch (type) {
    case BPF_PROG_TYPE_CGROUP_SKB:
    case BPF_PROG_TYPE_FLOW_DISSECTOR:
    case BPF_PROG_TYPE_LWT_IN:
    case BPF_PROG_TYPE_LWT_OUT:
    case BPF_PROG_TYPE_LWT_XMIT:
    case BPF_PROG_TYPE_SCHED_ACT:
    case BPF_PROG_TYPE_SCHED_CLS:
    case BPF_PROG_TYPE_SOCKET_FILTER:
    case BPF_PROG_TYPE_XDP: return true;
    default: return false;
  }
}

/** Test runs return the context for programs with an skb. */
static bool has_skb(enum bpf_prog_type type) {
  return type != BPF_PROG_TYPE_XDP && type != BPF_PROG_TYPE_FLOW_DISSECTOR;
}

static void put_run(int fd, enum bpf_prog_type type, int packet) {
  static u8 output[OUTPUT_BYTES];
  struct __sk_buff skb = {0};
  LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packets[packet].bytes,
    .data_size_in = packets[packet].count, .data_out = output, .data_size_out = sizeof output,
    .ctx_out = has_skb(type) ? &skb : NULL, .ctx_size_out = has_skb(type) ? sizeof skb : 0,
    .repeat = 1);
  int result = bpf_prog_test_run_opts(fd, &run);
  fputs(packet == 0 ? "{" : ",{", stdout);
  if (result != 0) {
    fputs("\"error\":", stdout);
    put_text(strerror(-result));
  } else {
    printf("\"retval\":%u", run.retval);
    put_hex("output", output, run.data_size_out);
    if (run.ctx_size_out > 0) put_hex("context", (const u8 *)&skb, run.ctx_size_out);
  }
  putchar('}');
}

static u32 id_of(struct bpf_program *program) {
  struct bpf_prog_info info = {0};
  u32 length = sizeof info;
  int fd = bpf_program__fd(program);
  return fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &length) == 0 ? info.id : 0;
}

/** Programs that the object puts into the map: `[descriptor, key, name]` each. */
static void put_slots(struct bpf_object *object, struct bpf_map *map, bool *is_first) {
  for (u32 key = 0, id; key < bpf_map__max_entries(map); key++) {
    struct bpf_program *program;
    if (bpf_map_lookup_elem(bpf_map__fd(map), &key, &id) != 0) continue;
    bpf_object__for_each_program(program, object) {
      if (id_of(program) != id) continue;
      printf("%s[%d,%u,", *is_first ? "" : ",", bpf_map__fd(map), key);
      put_text(bpf_program__name(program));
      putchar(']');
      *is_first = false;
    }
  }
}

/** The names of the kernel functions that it calls, by their types. */
static void put_kernel_functions(const struct bpf_insn *insns, size_t count) {
  static struct btf *types;
  bool is_first = true;
  fputs(",\"kernelFunctions\":[", stdout);
  for (size_t i = 0; i < count; i += insns[i].code == (BPF_LD | BPF_IMM | BPF_DW) ? 2 : 1) {
    if (insns[i].code != (BPF_JMP | BPF_CALL) || insns[i].src_reg != BPF_PSEUDO_KFUNC_CALL) continue;
    if (types == NULL) types = btf__load_vmlinux_btf();
    const struct btf_type *type = btf__type_by_id(types, (u32)insns[i].imm);
    if (insns[i].off != 0 || type == NULL) continue;
    printf("%s[%d,", is_first ? "" : ",", insns[i].imm);
    put_text(btf__name_by_offset(types, type->name_off));
    putchar(']');
    is_first = false;
  }
  putchar(']');
}

static void put_insns(struct bpf_program *program) {
  const struct bpf_insn *insns = bpf_program__insns(program);
  size_t count = bpf_program__insn_cnt(program);
  put_hex("insns", (const u8 *)insns, (u32)(count * sizeof *insns));
  put_kernel_functions(insns, count);
}

/** The slots that are filled, and all programs that could be in them. */
static void put_others(struct bpf_object *object, struct bpf_program *program) {
  struct bpf_map *map;
  struct bpf_program *other;
  bool is_first = true;
  fputs("],\"slots\":[", stdout);
  bpf_object__for_each_map(map, object)
    if (bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY) put_slots(object, map, &is_first);
  fputs("],\"others\":[", stdout);
  if (is_first) return;
  is_first = true;
  bpf_object__for_each_program(other, object) {
    if (other == program || bpf_program__fd(other) < 0) continue;
    if (bpf_program__type(other) != bpf_program__type(program)) continue;
    fputs(is_first ? "{\"name\":" : ",{\"name\":", stdout);
    is_first = false;
    put_text(bpf_program__name(other));
    put_insns(other);
    putchar('}');
  }
}

static void put_program(struct bpf_object *object, struct bpf_program *program) {
  fputs("{\"name\":", stdout);
  put_text(bpf_program__name(program));
  const char *type = libbpf_bpf_prog_type_str(bpf_program__type(program));
  fputs(",\"type\":", stdout);
  put_text(type == NULL ? "unknown" : type);
  put_insns(program);
  fputs(",\"maps\":[", stdout);
  struct bpf_map *map;
  bool is_first = true;
  bpf_object__for_each_map(map, object) {
    if (bpf_map__fd(map) < 0) continue;
    if (!is_first) putchar(',');
    is_first = false;
    put_map(map);
  }
  put_others(object, program);
  fputs("],\"runs\":[", stdout);
  for (int i = 0; i < packet_count; i++)
    put_run(bpf_program__fd(program), bpf_program__type(program), i);
  puts("]}");
}

/** Loads one program of the object, or all of them, and shows one. */
static bool play(int wanted, bool with_others) {
  struct bpf_object *object = open_object();
  if (object == NULL) return false;
  size_maps(object);
  struct bpf_program *program, *found = NULL;
  int number = 0;
  bpf_object__for_each_program(program, object) {
    if (number == wanted) found = program;
    bpf_program__set_autoload(program, with_others || number == wanted);
    number++;
  }
  bool is_loaded = found != NULL && bpf_object__load(object) == 0;
  if (is_loaded) put_program(object, found);
  bpf_object__close(object);
  fflush(stdout);
  return is_loaded;
}

int main(int count, char **words) {
  for (int i = 1; i < count && i <= MOST_PACKETS; i++) read_packet(words[i]);
  if (unshare(CLONE_NEWNET) != 0) return 3;
  // Programs that ask see the number of their CPU.
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  sched_setaffinity(0, sizeof first, &first);
  begin_libbpf();
  struct bpf_object *listed = read_object();
  if (listed == NULL) return 0;
  struct bpf_program *program;
  int number = 0;
  bpf_object__for_each_program(program, listed) {
    // Slots that the object fills with other programs need these to be loaded.
    if (is_packet_type(bpf_program__type(program)) && !play(number, false) && !play(number, true))
      put_error(bpf_program__name(program), said[0] != 0 ? said : strerror(errno));
    number++;
  }
  return 0;
}
