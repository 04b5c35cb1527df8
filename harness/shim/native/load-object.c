// Loads the programs of a BPF object with the system's libbpf, or takes programs that are already
// loaded, and writes what the kernel made of them: one JSON line for each. Attaches nothing; what
// it loads is a descriptor of this process and disappears with it.
//
//   load-object object < FILE      load-object id NUMBER | name NAME | pinned PATH
#define _GNU_SOURCE
#include "libbpf-object.h"

enum { LOG_BYTES = 1 << 20, LOG_ALL = 1, LOG_STATS = 4, MOST_FUNCTIONS = 1024 };

/** The line `stack depth A+B` of the verifier's statistics, if there is one. */
static void put_depths(const char *log) {
  static const char words[] = "stack depth ";
  const char *found = log == NULL ? NULL : strstr(log, words);
  if (found == NULL) return;
  fputs(",\"depths\":", stdout);
  put_text(found + sizeof words - 1);
}

/** What the kernel shows about a program. */
static void put_program(const char *name, int fd, const char *log) {
  struct bpf_prog_info sizes = {0};
  u32 length = sizeof sizes;
  if (bpf_obj_get_info_by_fd(fd, &sizes, &length) != 0) return put_error(name, strerror(errno));
  if (sizes.xlated_prog_len == 0 || sizes.jited_prog_len == 0)
    return put_error(name, "the kernel shows no instructions or no machine code of it");
  static u64 addresses[MOST_FUNCTIONS];
  static u32 lengths[MOST_FUNCTIONS];
  u8 *xlated = malloc(sizes.xlated_prog_len), *jited = malloc(sizes.jited_prog_len);
  struct bpf_prog_info info = {
    .xlated_prog_len = sizes.xlated_prog_len, .xlated_prog_insns = (u64)xlated,
    .jited_prog_len = sizes.jited_prog_len, .jited_prog_insns = (u64)jited,
    .nr_jited_ksyms = MOST_FUNCTIONS, .jited_ksyms = (u64)addresses,
    .nr_jited_func_lens = MOST_FUNCTIONS, .jited_func_lens = (u64)lengths,
  };
  length = sizeof info;
  if (bpf_obj_get_info_by_fd(fd, &info, &length) != 0) put_error(name, strerror(errno));
  else if (info.nr_jited_ksyms > MOST_FUNCTIONS || info.nr_jited_ksyms != info.nr_jited_func_lens)
    put_error(name, "it has too many functions");
  else {
    fputs("{\"name\":", stdout);
    put_text(name);
    const char *type = libbpf_bpf_prog_type_str(info.type);
    fputs(",\"type\":", stdout);
    put_text(type == NULL ? "unknown" : type);
    put_hex("xlated", xlated, info.xlated_prog_len);
    put_hex("jited", jited, info.jited_prog_len);
    fputs(",\"functions\":[", stdout);
    for (u32 i = 0; i < info.nr_jited_ksyms; i++)
      printf("%s[\"0x%llx\",%u]", i == 0 ? "" : ",", (unsigned long long)addresses[i], lengths[i]);
    putchar(']');
    put_depths(log);
    puts("}");
  }
  free(xlated);
  free(jited);
}

/** The last line of a log before its statistics: why the verifier refused. */
static char *last_words(char *log) {
  char *last = NULL;
  for (char *line = strtok(log, "\n"); line != NULL; line = strtok(NULL, "\n"))
    if (strncmp(line, "processed ", 10) != 0 && strncmp(line, "verification time", 17) != 0 &&
        strncmp(line, "stack depth", 11) != 0)
      last = line;
  return last;
}

/** Loads all programs, or the one with that number; `logs` holds one log for each. */
static struct bpf_object *load(int only, u32 log_level, char **logs) {
  struct bpf_object *object = open_object();
  if (object == NULL) return NULL;
  size_maps(object);
  struct bpf_program *program;
  int number = 0;
  bpf_object__for_each_program(program, object) {
    bool is_wanted = only < 0 || only == number;
    bpf_program__set_autoload(program, is_wanted);
    if (is_wanted) {
      logs[number] = calloc(1, LOG_BYTES);
      bpf_program__set_log_level(program, log_level);
      bpf_program__set_log_buf(program, logs[number], LOG_BYTES);
    }
    number++;
  }
  if (bpf_object__load(object) == 0) return object;
  bpf_object__close(object);
  return NULL;
}

static void drop_logs(char **logs, int count) {
  for (int i = 0; i < count; i++) {
    free(logs[i]);
    logs[i] = NULL;
  }
}

static void put_loaded(struct bpf_object *object, int only, char **logs) {
  struct bpf_program *program;
  int number = 0;
  bpf_object__for_each_program(program, object) {
    if (only < 0 || only == number)
      put_program(bpf_program__name(program), bpf_program__fd(program), logs[number]);
    number++;
  }
  bpf_object__close(object);
}

static void load_alone(int number, const char *name, char **logs, int count) {
  struct bpf_object *object = load(number, LOG_STATS, logs);
  if (object != NULL) {
    put_loaded(object, number, logs);
    return drop_logs(logs, count);
  }
  drop_logs(logs, count);
  // The statistics do not hold the reason, so the verifier is asked again.
  object = load(number, LOG_ALL, logs);
  if (object != NULL) {
    put_loaded(object, number, logs);
    return drop_logs(logs, count);
  }
  char *words = logs[number] == NULL ? NULL : last_words(logs[number]);
  put_error(name, words != NULL ? words : said[0] != 0 ? said : strerror(errno));
  drop_logs(logs, count);
}

static int load_object(void) {
  struct bpf_object *listed = read_object();
  if (listed == NULL) return 0;
  int count = 0;
  struct bpf_program *program;
  bpf_object__for_each_program(program, listed) count++;
  char **logs = calloc((size_t)count + 1, sizeof *logs);
  struct bpf_object *object = count == 0 ? NULL : load(-1, LOG_STATS, logs);
  if (object != NULL) put_loaded(object, -1, logs);
  drop_logs(logs, count);
  int number = 0;
  if (object == NULL) bpf_object__for_each_program(program, listed)
    load_alone(number++, bpf_program__name(program), logs, count);
  return 0;
}

/** A loaded program by its descriptor, under the name the kernel has for it. */
static void put_descriptor(int fd) {
  struct bpf_prog_info info = {0};
  u32 length = sizeof info;
  bool is_known = fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &length) == 0;
  if (!is_known) put_error("", strerror(errno));
  else put_program(info.name[0] == 0 ? "unnamed" : info.name, fd, NULL);
  if (fd >= 0) close(fd);
}

static void put_named(const char *name) {
  for (u32 id = 0; bpf_prog_get_next_id(id, &id) == 0;) {
    int fd = bpf_prog_get_fd_by_id(id);
    struct bpf_prog_info info = {0};
    u32 length = sizeof info;
    if (fd < 0) continue;
    if (bpf_obj_get_info_by_fd(fd, &info, &length) == 0 && strcmp(info.name, name) == 0)
      put_descriptor(dup(fd));
    close(fd);
  }
}

int main(int count, char **words) {
  begin_libbpf();
  const char *what = count > 1 ? words[1] : "", *which = count > 2 ? words[2] : "";
  if (strcmp(what, "object") == 0) load_object();
  else if (strcmp(what, "id") == 0) put_descriptor(bpf_prog_get_fd_by_id((u32)strtoul(which, NULL, 10)));
  else if (strcmp(what, "pinned") == 0) put_descriptor(bpf_obj_get(which));
  else if (strcmp(what, "name") == 0) put_named(which);
  else return 2;
  return 0;
}
