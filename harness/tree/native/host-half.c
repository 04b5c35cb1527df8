// The host half of the emitter: reads requests, lets the tree half compile, writes answers.
//
// A fault of the compiler ends its request, not the process; so do WARN and BUG, which are `ud2`.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include "host.h"
#include "generated.h"
#include "json.h"
#include "answer.h"

static sigjmp_buf request_end;
static char reason[512];

void host_end(const char *why) {
  snprintf(reason, sizeof reason, "%s", why);
  siglongjmp(request_end, 1);
}

static struct { unsigned long start, bytes; } maps[2 * MOST_FUNCTIONS];
static unsigned map_count;

void host_map(unsigned long start, unsigned long bytes) {
  if (map_count == 2 * MOST_FUNCTIONS) host_end("too many functions");
  maps[map_count].start = start;
  maps[map_count++].bytes = bytes;
}

static void unmap_all(void) {
  while (map_count > 0) map_count--, munmap((void *)maps[map_count].start, maps[map_count].bytes);
}

static void on_fault(int number, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  unsigned long address = (unsigned long)registers[REG_RIP];
  unsigned line = 0;
  int is_warning = 0;
  const char *file = number == SIGILL ? tree_bug(address, &line, &is_warning) : NULL;
  if (file != NULL)
    snprintf(
        reason, sizeof reason, "%s in the JIT at %s:%u", is_warning ? "WARN" : "BUG", file, line);
  else
    snprintf(reason, sizeof reason,
        "the JIT crashed: %s at address 0x%lx, instruction at .text+0x%lx", strsignal(number),
        (unsigned long)info->si_addr, address - (unsigned long)jitstat_compiler_text);
  siglongjmp(request_end, 1);
}

static unsigned char fault_stack[1 << 16] __attribute__((aligned(16)));

static void catch_faults(void) {
  stack_t stack = {.ss_sp = fault_stack, .ss_size = sizeof fault_stack};
  struct sigaction action = {
      .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  sigaltstack(&stack, NULL);
  for (int i = 0; i < 5; i++) sigaction(faults[i], &action, NULL);
}

/* Addresses of the layout are immediates in the compiler's code. */

static unsigned long code_page, code_bytes;

static void open_code(void) {
  unsigned long low = ~0ul, high = 0;
  for (unsigned i = 0; i < host_site_count; i++) {
    unsigned long at = (unsigned long)jitstat_compiler_text + host_sites[i].offset;
    if (at < low) low = at;
    if (at + 4 > high) high = at + 4;
  }
  if (host_site_count == 0) return;
  code_page = low & ~4095ul;
  code_bytes = ((high + 4095) & ~4095ul) - code_page;
  if (mprotect((void *)code_page, code_bytes, PROT_READ | PROT_WRITE | PROT_EXEC)) {
    perror("mprotect");
    _exit(1);
  }
}

static void write_sites(unsigned long thunk_array, unsigned long percpu) {
  for (unsigned i = 0; i < host_site_count; i++) {
    const struct host_site *site = &host_sites[i];
    long value = (long)(site->is_thunk ? thunk_array : percpu) + site->addend;
    int low = (int)value;
    /* Kernel addresses come as 32 bits that are sign-extended, user addresses are below 2 GiB. */
    if (low != value && (unsigned)low != (unsigned long)value)
      host_end(site->is_thunk ? "indirectThunk is not an address of 32 bits, sign-extended"
                              : "percpuOffset is not an address of 32 bits, sign-extended");
    memcpy(jitstat_compiler_text + site->offset, &low, 4);
  }
}

/* One request. */

static unsigned hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return (unsigned)(digit - '0');
  if ((digit | 32) >= 'a' && (digit | 32) <= 'f') return (unsigned)((digit | 32) - 'a' + 10);
  host_end("insns is not hex");
}

static unsigned char *read_insns(const char *text, unsigned *count) {
  size_t digits = text == NULL || *text != '"' ? 0 : strcspn(text + 1, "\"");
  if (digits == 0 || digits % 16 != 0 || digits > 1ul << 28)
    host_end("insns is not whole instructions in hex");
  unsigned char *insns = host_allocate(digits / 2);
  for (size_t i = 0; i < digits / 2; i++)
    insns[i] = (unsigned char)(hex_digit(text[1 + 2 * i]) << 4 | hex_digit(text[2 + 2 * i]));
  *count = (unsigned)(digits / 16);
  return insns;
}

static int imm_of(const unsigned char *insn) {
  int imm;
  memcpy(&imm, insn + 4, 4);
  return imm;
}

/* Checks that the verifier makes before a kernel compiles, and the compiler therefore does not. */
static void check_function(const struct half_job *job, const struct half_function *function) {
  for (unsigned i = 0; i < function->count; i++) {
    const unsigned char *insn = function->insns + INSN * i;
    unsigned class = insn[0] & 7, operation = insn[0] & 0xf0;
    short offset;
    memcpy(&offset, insn + 2, 2);
    if ((insn[1] & 15) > 11 || insn[1] >> 4 > 11) host_end("a register above R11");
    if (insn[0] == WIDE && ++i == function->count) host_end("a wide load without its second slot");
    if (insn[0] == CALL && insn[1] >> 4 == 1 && (unsigned)imm_of(insn) >= job->function_count)
      host_end("a call to a function that does not exist");
    if ((class != 5 && class != 6) || operation == 0x80 || operation == 0x90 || operation >= 0xe0)
      continue;
    long target = (long)i + 1 + (insn[0] == 0x06 ? imm_of(insn) : offset);
    if (target < 0 || target >= (long)function->count) host_end("a jump out of its function");
  }
}

static void read_functions(
    struct half_job *job, const char *list, const unsigned char *insns, unsigned count) {
  job->functions = host_allocate(MOST_FUNCTIONS * sizeof *job->functions);
  for (const char *at = list; at != NULL && (at = next_element(at)) != NULL; at = skip_value(at)) {
    if (job->function_count == MOST_FUNCTIONS) host_end("more than 256 functions");
    struct half_function *function = &job->functions[job->function_count++];
    function->start = (unsigned)number_of(at, "start");
    function->base = number_of(at, "base");
    function->stack_depth = (unsigned)number_of(at, "stackDepth");
    function->reach = is_true(at, "tailCallReachable");
    function->subprogram = is_true(at, "subprogram");
  }
  if (job->function_count == 0) host_end("no functions");
  for (unsigned i = 0; i < job->function_count; i++) {
    struct half_function *function = &job->functions[i];
    unsigned end = i + 1 < job->function_count ? function[1].start : count;
    if (function->start >= end || end > count) host_end("functions are not in order");
    function->insns = insns + INSN * function->start;
    function->count = end - function->start;
  }
}

static void count_pokes(struct half_job *job, const unsigned char *insns, unsigned count) {
  for (unsigned i = 0; i < count; i += insns[INSN * i] == WIDE ? 2 : 1)
    job->poke_count += insns[INSN * i] == TAIL_CALL && imm_of(insns + INSN * i) != 0;
  job->pokes = host_allocate((job->poke_count + 1) * sizeof *job->pokes);
}

static void read_layout(struct half_job *job, const char *layout) {
  if (layout == NULL) host_end("no layout");
  unsigned long return_thunk = number_of(layout, "returnThunk"),
                thunk = number_of(layout, "indirectThunk");
  struct half_features features = {
      .retpoline = is_text(layout, "indirectBranch", "thunk") ||
          is_text(layout, "indirectBranch", "retpoline"),
      .lfence = is_text(layout, "indirectBranch", "lfence"),
      .rethunk = return_thunk != 0,
      .bmi2 = is_true(layout, "bmi2"),
  };
  job->call_base = number_of(layout, "callBase");
  x86_return_thunk = return_thunk;
  host_rethunk = features.rethunk;
  tree_set_features(&features);
  /* The array has 32 bytes per register; the layout has the address of the entry for rcx. */
  write_sites(thunk - 32, number_of(layout, "percpuOffset"));
}

static void run_request(const char *line) {
  struct half_job job = {0};
  unsigned count = 0;
  host_said[0] = '\0';
  unsigned char *insns = read_insns(value_of(line, "insns"), &count);
  read_functions(&job, value_of(line, "functions"), insns, count);
  for (unsigned i = 0; i < job.function_count; i++) check_function(&job, &job.functions[i]);
  count_pokes(&job, insns, count);
  read_layout(&job, value_of(line, "layout"));
  int refused = tree_compile(&job);
  if (refused >= 0 && host_said[0] == '\0') {
    snprintf(reason, sizeof reason, "the JIT did not compile function %d", refused);
    host_end(reason);
  }
  if (refused >= 0) host_end(host_said);
  for (unsigned i = 0; i < job.function_count; i++)
    if (job.functions[i].ends == NULL || job.functions[i].code == NULL ||
        job.functions[i].length > job.functions[i].room)
      host_end("the JIT reported no image or no ends");
  const char *id = value_of(line, "id"), *end = id == NULL ? NULL : skip_value(id);
  put_answer(&job, id == NULL || end == NULL ? "null" : id,
      id == NULL || end == NULL ? 4 : (size_t)(end - id));
}

static void answer(const char *line) {
  if (sigsetjmp(request_end, 1) == 0) run_request(line);
  else {
    const char *id = value_of(line, "id"), *end = id == NULL ? NULL : skip_value(id);
    printf("{\"id\":%.*s,\"error\":\"jit\",\"reason\":", end == NULL ? 4 : (int)(end - id),
        end == NULL ? "null" : id);
    put_quoted(reason);
    printf("}\n");
  }
  fflush(stdout);
  unmap_all();
  host_free_all();
}

static void put_hello(void) {
  printf("{\"emitter\":1,\"name\":");
  put_quoted(EMITTER_NAME);
  printf(",\"arch\":\"x86_64\",\"entry\":\"kernel\",\"layout\":{\"maxEntriesOffset\":%u,"
         "\"ptrsOffset\":%u,\"bpfFuncOffset\":%u,\"sls\":%s,\"ibt\":%s",
      tree_offsets[0], tree_offsets[1], tree_offsets[2], tree_has_sls ? "true" : "false",
      tree_has_ibt ? "true" : "false");
  /* Before there was an array of thunks, retpolines were written inline if the build had them. */
  if (!HAS_THUNK_ARRAY)
    printf(",\"indirectBranch\":\"%s\"", tree_has_retpoline ? "retpoline" : "plain");
  printf("},\"pokes\":[");
  for (unsigned i = 0; i < tree_poke_members; i++)
    printf("%s\"%s\"", i ? "," : "", tree_poke_names[i]);
  printf("]}\n");
  fflush(stdout);
}

int main(void) {
  static char out[1 << 16];
  setvbuf(stdout, out, _IOFBF, sizeof out);
  catch_faults();
  open_code();
  put_hello();
  char *line = NULL;
  size_t room = 0;
  ssize_t length;
  while ((length = getline(&line, &room, stdin)) > 0) {
    if (line[length - 1] == '\n') line[length - 1] = '\0';
    answer(line);
  }
  return 0;
}
