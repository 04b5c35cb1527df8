// Loads the programs of a BPF object with the system's libbpf, or takes programs that are already
// loaded, and writes what the kernel made of them: one JSON line for each. Attaches nothing; what
// it loads is a descriptor of this process and disappears with it.
//
//   load-object object < FILE      load-object id NUMBER | name NAME | pinned PATH
//
// Its last line on stderr is the CPU time that the kernel took for libbpf's bpf(2) calls.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>
#include "libbpf-object.h"

enum { LOG_BYTES = 1 << 20, LOG_ALL = 1, LOG_STATS = 4, MOST_FUNCTIONS = 1024 };
/** The verifier's words about the program that is being loaded. */
static char verifier_log[LOG_BYTES];

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

/** The last line of a log before its statistics, but for lines of the source: why the verifier refused. */
static char *last_words(char *log) {
  char *last = NULL;
  // Some lines of the kernel have no end.
  char *statistics = strstr(log, "verification time ");
  if (statistics != NULL) *statistics = 0;
  for (char *line = strtok(log, "\n"); line != NULL; line = strtok(NULL, "\n"))
    if (line[0] != ';' && strncmp(line, "processed ", 10) != 0 && strncmp(line, "stack depth", 11) != 0)
      last = line;
  return last;
}

/** The programs of the object, which libbpf loads in their order. */
static struct { const char *name; bool is_wanted, is_shown; } *programs;
static int program_count;

/** The first program without a line. */
static int first_waiting(void) {
  int number = 0;
  while (number < program_count && programs[number].is_shown) number++;
  return number;
}

/** The program that libbpf loads now, as far as it is one of the object's. */
static int being_loaded(const union bpf_attr *attr) {
  int number = 0;
  if (attr->log_buf != (u64)verifier_log) return -1;
  while (!programs[number].is_wanted || programs[number].is_shown) number++;
  return number;
}

static void refuse(int number, const char *otherwise) {
  char *words = last_words(verifier_log);
  put_error(programs[number].name, words != NULL ? words : said[0] != 0 ? said : otherwise);
  programs[number].is_shown = true;
}

/** Of a relocation that could not be made, which libbpf says better than the verifier. */
static bool is_relocation(void) {
  return strstr(verifier_log, "invalid func unknown#") != NULL;
}

static u64 kernel_ns;

static u64 cpu_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec;
}

/** A system call of libbpf; those of bpf(2) are timed. */
static long call_kernel(long call, const long words[6]) {
  static long (*real)(long, ...);
  if (real == NULL) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  u64 begun = cpu_ns();
  long answer = real(call, words[0], words[1], words[2], words[3], words[4], words[5]);
  int error = errno;
  if (call == SYS_bpf) kernel_ns += cpu_ns() - begun;
  errno = error;
  return answer;
}

/**
 * Takes the place of libc's for libbpf. A program is shown as soon as it is loaded; for one that the
 * verifier refuses libbpf gets another descriptor, since it would give up the whole object, and loading
 * that once more reads the kernel's types again.
 */
long syscall(long call, ...) {
  va_list words;
  va_start(words, call);
  long arguments[6];
  for (int i = 0; i < 6; i++) arguments[i] = va_arg(words, long);
  va_end(words);
  union bpf_attr *attr = (union bpf_attr *)arguments[1];
  // Holds maps with a program that is shown already; a stand-in has none.
  if (call == SYS_bpf && arguments[0] == BPF_PROG_BIND_MAP) return 0;
  int number = call == SYS_bpf && arguments[0] == BPF_PROG_LOAD ? being_loaded(attr) : -1;
  if (number < 0) return call_kernel(call, arguments);
  said[0] = verifier_log[0] = 0;
  long descriptor = call_kernel(call, arguments);
  // The statistics come after the reason, but libbpf finds a relocation among the instructions.
  if (descriptor < 0 && errno != EAGAIN && is_relocation()) {
    attr->log_level = LOG_ALL;
    descriptor = call_kernel(call, arguments);
  }
  if (descriptor >= 0) {
    put_program(programs[number].name, (int)descriptor, verifier_log);
    programs[number].is_shown = true;
  } else if (errno != EAGAIN && !is_relocation()) {
    char otherwise[128];
    snprintf(otherwise, sizeof otherwise, "BPF program load failed: %s", strerror(errno));
    refuse(number, otherwise);
    descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
  return descriptor;
}

/** All programs without a line, or the one with that number. */
static void load(int only) {
  struct bpf_object *object = open_object();
  if (object == NULL) return;
  size_maps(object);
  verifier_log[0] = 0;
  struct bpf_program *program;
  int number = 0;
  bpf_object__for_each_program(program, object) {
    bool is_wanted = only < 0 ? !programs[number].is_shown : only == number;
    programs[number++].is_wanted = is_wanted;
    bpf_program__set_autoload(program, is_wanted);
    bpf_program__set_log_level(program, LOG_STATS);
    bpf_program__set_log_buf(program, verifier_log, LOG_BYTES);
  }
  bpf_object__load(object);
  bpf_object__close(object);
}

/** The waiting program that libbpf's words are about, or -1. */
static int named_in_words(void) {
  static const char start[] = "libbpf: prog '";
  size_t before = sizeof start - 1;
  if (strncmp(said, start, before) != 0) return -1;
  for (int i = 0; i < program_count; i++) {
    size_t length = strlen(programs[i].name);
    bool is_named = strncmp(said + before, programs[i].name, length) == 0 && said[before + length] == '\'';
    if (is_named && !programs[i].is_shown) return i;
  }
  return -1;
}

/** libbpf gives up at a program that it cannot prepare; the others are loaded without that one. */
static void load_all(void) {
  for (int first; (first = first_waiting()) < program_count;) {
    load(-1);
    int stopped = first_waiting();
    if (stopped == program_count) return;
    int named = stopped > first ? stopped : named_in_words();
    // If none was reached, any of them can be the reason: the first is tried alone.
    if (named < 0) load(first);
    if (named >= 0 || !programs[first].is_shown)
      refuse(named >= 0 ? named : first, error_words());
  }
}

static int load_object(void) {
  struct bpf_object *listed = read_object();
  if (listed == NULL) return 0;
  struct bpf_program *program;
  bpf_object__for_each_program(program, listed) program_count++;
  programs = calloc((size_t)program_count + 1, sizeof *programs);
  int number = 0;
  bpf_object__for_each_program(program, listed) programs[number++].name = bpf_program__name(program);
  load_all();
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
  fprintf(stderr, "bpf(2): %llu ns\n", (unsigned long long)kernel_ns);
  return 0;
}
