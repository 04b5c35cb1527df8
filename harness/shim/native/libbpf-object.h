// Shared by the programs that use the system's libbpf: the object from standard input, its maps
// prepared for loading, and lines of JSON.
#ifndef JITSTAT_LIBBPF_OBJECT_H
#define JITSTAT_LIBBPF_OBJECT_H
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

enum { MOST_OBJECT = 1 << 28 };
/** These are newer than some headers. */
enum { CGRP_STORAGE = 32, ARENA = 33 };
/** Where user space would map an arena: any address will do, since nothing is mapped. */
static const u64 arena_start = 1ull << 44;
static char said[512];

/** Keeps the first warning of libbpf, since later ones follow from it. */
static int keep_words(enum libbpf_print_level level, const char *format, va_list arguments) {
  if (level == LIBBPF_WARN && said[0] == 0) vsnprintf(said, sizeof said, format, arguments);
  return 0;
}

static void put_text(const char *text) {
  putchar('"');
  for (; *text != 0 && *text != '\n'; text++) {
    u8 byte = (u8)*text;
    if (byte == '"' || byte == '\\') printf("\\%c", byte);
    else if (byte < 32 || byte == 127) printf("\\u%04x", byte);
    else putchar(byte);
  }
  putchar('"');
}

static void put_hex(const char *name, const u8 *bytes, u32 count) {
  static const char digits[] = "0123456789abcdef";
  printf(",\"%s\":\"", name);
  for (u32 i = 0; i < count; i++) {
    putchar(digits[bytes[i] >> 4]);
    putchar(digits[bytes[i] & 15]);
  }
  putchar('"');
}

static void put_error(const char *name, const char *words) {
  fputs("{\"name\":", stdout);
  put_text(name);
  fputs(",\"error\":", stdout);
  put_text(words);
  puts("}");
}

/** Maps that user space must size before loading get the smallest size that the kernel accepts. */
static void size_maps(struct bpf_object *object) {
  struct bpf_map *map;
  bpf_object__for_each_map(map, object) {
    enum bpf_map_type type = bpf_map__type(map);
    bool is_free = type == BPF_MAP_TYPE_PERF_EVENT_ARRAY || type == BPF_MAP_TYPE_SK_STORAGE ||
      type == BPF_MAP_TYPE_INODE_STORAGE || type == BPF_MAP_TYPE_TASK_STORAGE ||
      type == (enum bpf_map_type)CGRP_STORAGE || type == BPF_MAP_TYPE_CGROUP_STORAGE ||
      type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE || type == BPF_MAP_TYPE_STRUCT_OPS;
    bool is_ring = type == BPF_MAP_TYPE_RINGBUF || type == BPF_MAP_TYPE_USER_RINGBUF;
    if (bpf_map__max_entries(map) == 0 && !is_free) bpf_map__set_max_entries(map, is_ring ? 4096 : 1);
    if (type == (enum bpf_map_type)ARENA && bpf_map__map_extra(map) == 0)
      bpf_map__set_map_extra(map, arena_start);
    bpf_map__set_pin_path(map, NULL);
  }
}

/** Raises the limit to which kernels before 5.11 charge maps and programs; keeps warnings. */
static void begin_libbpf(void) {
  libbpf_set_print(keep_words);
  libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
  struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

static const void *object_bytes;
static size_t object_size;

/** The text of the last error, which may be one of libbpf's own. */
static const char *error_words(void) {
  static char words[128];
  libbpf_strerror(errno, words, sizeof words);
  return words;
}

/** The object as libbpf reads it, or NULL. */
static struct bpf_object *open_object(void) {
  said[0] = 0;
  LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "object");
  return bpf_object__open_mem(object_bytes, object_size, &options);
}

/** Opens the object on standard input; if that fails, a line says why. */
static struct bpf_object *read_object(void) {
  u8 *bytes = malloc(MOST_OBJECT);
  while (bytes != NULL && object_size < MOST_OBJECT) {
    ssize_t got = read(0, bytes + object_size, MOST_OBJECT - object_size);
    if (got <= 0) break;
    object_size += (size_t)got;
  }
  object_bytes = bytes;
  struct bpf_object *object = open_object();
  if (object == NULL && said[0] == 0) snprintf(said, sizeof said, "libbpf cannot read it: %s", error_words());
  if (object == NULL) put_error("", said);
  return object;
}

#endif
