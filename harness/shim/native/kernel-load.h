// What the kernel shim puts into the running kernel before it plays: maps, BTF, programs; and how a
// refusal of bpf(2) is reported.
#ifndef JITSTAT_KERNEL_LOAD_H
#define JITSTAT_KERNEL_LOAD_H
#include <linux/bpf.h>
#include <linux/utsname.h>
#include "sys.h"
#include "job.h"

/** The oldest kernel, as major and minor, that may play this job; `words` say why. */
struct needs { struct record head; u64 major, minor; char words[]; };
struct map {
  struct record head;
  u64 type, key_bytes, value_bytes, max_entries;
  char name[16];
  u64 read_only, initial_bytes;
  u8 initial[];
};
struct btf { struct record head; u64 bytes; u8 data[]; };
/** `insns` refer to maps by number; `function_bytes` of func_info follow, 8 bytes a function. */
struct program {
  struct record head;
  u64 type;
  char name[16];
  u64 insn_bytes, function_bytes;
  u8 insns[];
};

enum { MAX_OBJECTS = 64, E_PERM = 1, E_NOSYS = 38 };
/**
 * What has been loaded for one workload; records name maps and programs by their number in here.
 */
static struct objects {
  struct { int fd; u32 type, value_bytes; } maps[MAX_OBJECTS];
  int programs[MAX_OBJECTS], sockets[MAX_OBJECTS];
  u64 map_count, program_count, socket_count;
} only_objects, *objects = &only_objects;
static int btf_fd = -1;
static u64 possible_cpus;
static const char images_list[] = "images";
static const char *current_label;
static u8 value_buffer[1 << 20], output_buffer[1 << 16];
static char log_buffer[1 << 18];

static long bpf(int command, union bpf_attr *attributes) {
  return sys3(__NR_bpf, command, attributes, sizeof *attributes);
}

static _Noreturn void refuse_call(const char *words, long result) {
  if (report_failure(EXIT_REFUSED, NULL)) {
    if (result == -E_PERM)
      put(&what,
          "bpf(2) is not permitted here (it needs root, or CAP_BPF with CAP_PERFMON and "
          "CAP_NET_ADMIN): ");
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
  union bpf_attr attributes = {
      .map_fd = (u32)objects->maps[map].fd, .key = (u64)&index, .value = (u64)value};
  return bpf(command, &attributes);
}

/** As libbpf does with .rodata: only then does the verifier treat its contents as constants. */
static void freeze_map(u64 map) {
  union bpf_attr attributes = {.map_fd = (u32)objects->maps[map].fd};
  long result = bpf(BPF_MAP_FREEZE, &attributes);
  if (result < 0) refuse_call("a map cannot be frozen", result);
}

static void make_map(const struct map *map) {
  union bpf_attr attributes = {
      .map_type = (u32)map->type,
      .key_size = (u32)map->key_bytes,
      .value_size = (u32)map->value_bytes,
      .max_entries = (u32)map->max_entries,
  };
  memcpy(attributes.map_name, map->name, sizeof attributes.map_name);
  if (map->read_only) attributes.map_flags = BPF_F_RDONLY_PROG;
  long fd = bpf(BPF_MAP_CREATE, &attributes);
  if (fd < 0) refuse_call("a map cannot be made", fd);
  if (objects->map_count == MAX_OBJECTS) refuse("too many maps", 0);
  if (padded(map->value_bytes) * possible_cpus > sizeof value_buffer)
    refuse("the values of a map are too large", map->value_bytes);
  objects->maps[objects->map_count].fd = (int)fd;
  objects->maps[objects->map_count].type = (u32)map->type;
  objects->maps[objects->map_count++].value_bytes = (u32)map->value_bytes;
  if (map->initial_bytes > 0) {
    memcpy(value_buffer, map->initial, map->initial_bytes);
    long result = map_call(BPF_MAP_UPDATE_ELEM, objects->map_count - 1, 0, value_buffer);
    if (result < 0) refuse_call("a map cannot be filled", result);
  }
  if (map->read_only) freeze_map(objects->map_count - 1);
}

static void load_btf(const struct btf *btf) {
  union bpf_attr attributes = {.btf = (u64)btf->data, .btf_size = (u32)btf->bytes};
  long fd = bpf(BPF_BTF_LOAD, &attributes);
  if (fd < 0) refuse_call("BTF cannot be loaded", fd);
  btf_fd = (int)fd;
}

static int starts_with(const char *text, const char *prefix) {
  return memcmp(text, prefix, length_of(prefix)) == 0;
}

/**
 * The line of the verifier's log that says why: the last one before its counts and, for a loop
 * without end, its two states.
 */
static void put_reason(struct text *to) {
  size_t end = length_of(log_buffer), start;
  for (;;) {
    while (end > 0 && log_buffer[end - 1] == '\n') end--;
    for (start = end; start > 0 && log_buffer[start - 1] != '\n';) start--;
    const char *line = log_buffer + start;
    if (start == 0 ||
        !(starts_with(line, "processed ") || starts_with(line, "cur state:") ||
            starts_with(line, "old state:")))
      break;
    end = start;
  }
  for (size_t i = start; i < end; i++) {
    if (log_buffer[i] == '"' || log_buffer[i] == '\\') put_char(to, '\\');
    put_char(to, log_buffer[i] < ' ' ? ' ' : log_buffer[i]);
  }
}

struct instruction { u8 code, registers; s16 offset; s32 immediate; };
enum { WIDE_LOAD = 0x18 };

/** Replaces map numbers by descriptors, in a private copy. */
static void relocate(struct instruction *insns, u64 count) {
  for (u64 i = 0; i < count; i++) {
    if (insns[i].code != WIDE_LOAD) continue;
    u8 source = insns[i].registers >> 4;
    if (source == BPF_PSEUDO_MAP_FD || source == BPF_PSEUDO_MAP_VALUE)
      insns[i].immediate = objects->maps[insns[i].immediate].fd;
    i++;
  }
}

static void report_image(const struct program *program, int fd);
static void report_refused(const struct program *program);

static void load_program(const struct job *job, const struct program *program) {
  static u8 insns[1 << 20];
  if (program->insn_bytes > sizeof insns || objects->program_count == MAX_OBJECTS)
    refuse("too many programs or instructions", 0);
  memcpy(insns, program->insns, program->insn_bytes);
  relocate((struct instruction *)insns, program->insn_bytes / 8);
  union bpf_attr attributes = {
      .prog_type = (u32)program->type,
      .insns = (u64)insns,
      .insn_cnt = (u32)(program->insn_bytes / 8),
      .license = (u64) "GPL",
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
  // The program keeps what it needs of the BTF.
  if (program->function_bytes > 0) sys3(__NR_close, btf_fd, 0, 0);
  if (fd < 0 && log_buffer[0] != 0 && (job->flags & JOB_GO_ON) != 0) {
    report_refused(program);
    log_buffer[0] = 0;
    objects->programs[objects->program_count++] = -1;
    return;
  }
  if (fd < 0 && log_buffer[0] != 0 && report_failure(EXIT_REFUSED, NULL)) {
    put(&what, "the kernel refuses program ");
    put(&what, program->name);
    put(&what, ": ");
    put_reason(&what);
    report_end();
  }
  if (fd < 0) refuse_call("a program cannot be loaded", fd);
  objects->programs[objects->program_count++] = (int)fd;
  if ((job->flags & JOB_DUMP) != 0) report_image(program, (int)fd);
}

static void begin_image(const struct program *program) {
  begin_item(images_list);
  put(&line, "{\"name\":\"");
  put(&line, program->name);
}

/** Where the machine code of a loaded program would be. */
static void report_refused(const struct program *program) {
  begin_image(program);
  put(&line, "\",\"functions\":[],\"code\":\"\",\"xlated\":\"\",\"refused\":\"");
  put_reason(&line);
  put(&line, "\"}");
}

/**
 * Reports the machine code of a loaded program and its verified instructions, in front of the runs.
 */
static void report_image(const struct program *program, int fd) {
  static u8 code[1 << 20], xlated[1 << 20];
  static u64 starts[MAX_OBJECTS];
  static u32 lengths[MAX_OBJECTS];
  struct bpf_prog_info info = {
    .jited_prog_len = sizeof code, .jited_prog_insns = (u64)code,
    .xlated_prog_len = sizeof xlated, .xlated_prog_insns = (u64)xlated,
    .nr_jited_ksyms = MAX_OBJECTS, .jited_ksyms = (u64)starts,
    .nr_jited_func_lens = MAX_OBJECTS, .jited_func_lens = (u64)lengths,
  };
  union bpf_attr attributes = {
      .info = {.bpf_fd = (u32)fd, .info_len = sizeof info, .info = (u64)&info}};
  long result = bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes);
  if (result < 0) refuse_call("machine code cannot be read", result);
  begin_image(program);
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
  put(&line, "\",\"xlated\":\"");
  put_bytes(
      &line, xlated, info.xlated_prog_len < sizeof xlated ? info.xlated_prog_len : sizeof xlated);
  put(&line, "\"}");
}

#endif
