// The stress shim: one thread runs an image without pause while another fills, replaces and empties
// its tail-call slot by
// live patching (patch.h). It plays the step lists of `jit/poke/protocols.ts`, so that model and
// machine follow the same table.
// A target that is freed is filled with int3.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include "enter.h"
#include "patch.h"

#define STRESS_MAGIC 0x7373727473746a31UL
enum { MAX_SITES = 64, MAX_TARGETS = 32, MAX_STEPS = 8, STACK_BYTES = 1 << 16 };
enum step {
  STEP_END,
  STEP_SLOT,
  STEP_TARGET_JMP,
  STEP_TARGET_NOP,
  STEP_BYPASS_NOP,
  STEP_BYPASS_SKIP,
  STEP_GRACE_PERIOD
};
enum outcome { OK = 0, WRONG = 10, CRASH = 11, REFUSED = 13 };

/**
 * The job, as `harness/poke/stress.ts` writes it; the code follows. `bypass` is 0 where the variant
 * has none.
 */
struct site { u64 bypass, bypass_target, target, adj; };
struct target { u64 address, bytes, retval; };
struct stress_job {
  u64 magic, code_address, code_bytes, entry, missed_retval, run_ms, seed;
  u64 install[MAX_STEPS], remove[MAX_STEPS];
  u64 sites, targets;
  struct site site[MAX_SITES];
  struct target target[MAX_TARGETS];
};

static struct stress_job job;
/** The code as the job has it, to load a target again that was freed. */
static u8 *pristine;

static _Atomic u64 executions, generation;
static _Atomic int stop;
static u64 grace_periods, installs, replacements, removals, wrong_results;
/** Index of the program in the slot, -1 = empty; even `generation` = no operation is under way. */
static _Atomic int slot = -1;

static const char *first_wrong = "";
static char wrong_text[160];

static void finish(enum outcome outcome, const char *what) {
  static const char *const names[] = {
      [OK] = "ok", [WRONG] = "wrong", [CRASH] = "crash", [REFUSED] = "refused"};
  char line[1024];
  int bytes = snprintf(line, sizeof line,
      "{\"status\":\"%s\",\"what\":\"%s\",\"executions\":%lu,\"pokes\":%lu,\"installs\":%lu,"
      "\"replacements\":%lu,\"removals\":%lu,"
      "\"gracePeriods\":%lu,\"traps\":%lu,\"wrong\":%lu}\n",
      names[outcome], what, (unsigned long)executions, (unsigned long)pokes,
      (unsigned long)installs, (unsigned long)replacements, (unsigned long)removals,
      (unsigned long)grace_periods, (unsigned long)traps, (unsigned long)wrong_results);
  if (write(1, line, (size_t)bytes) != bytes) _exit(REFUSED);
  _exit(outcome);
}

static void on_signal(int number, siginfo_t *info, void *data) {
  greg_t *registers = ((ucontext_t *)data)->uc_mcontext.gregs;
  if (number == SIGTRAP && resume_patched(registers)) return;
  static char text[200];
  const char *name = number == SIGTRAP ? "int3 executed, as fills freed targets and gaps"
      : number == SIGSEGV              ? "SIGSEGV"
      : number == SIGILL               ? "SIGILL"
      : number == SIGSYS               ? "the sandbox refused a system call"
      : number == SIGALRM              ? "no end within the time allowed"
                                       : "SIGBUS or SIGFPE";
  snprintf(text, sizeof text, "%s at 0x%lx, address 0x%lx", name,
      (unsigned long)registers[REG_RIP] - (number == SIGTRAP), (unsigned long)info->si_addr);
  finish(CRASH, text);
}

/** The thread that runs the image is in no execution that began before this call. */
static void wait_for_grace_period(void) {
  u64 before = executions;
  while (executions == before && !stop) sched_yield();
  grace_periods++;
}

static void play(const u64 *steps, int incoming) {
  for (u64 i = 0; i < job.sites; i++) {
    const struct site *site = &job.site[i];
    int bypass_changed = 0;
    for (const u64 *step = steps; *step != STEP_END; step++) {
      if (*step == STEP_TARGET_JMP)
        patch_code(site->target, job.target[incoming].address + site->adj);
      if (*step == STEP_TARGET_NOP) patch_code(site->target, 0);
      if (*step == STEP_BYPASS_NOP && site->bypass != 0)
        bypass_changed |= patch_code(site->bypass, 0);
      if (*step == STEP_BYPASS_SKIP && site->bypass != 0)
        bypass_changed |= patch_code(site->bypass, site->bypass_target);
      if (*step == STEP_GRACE_PERIOD && bypass_changed) wait_for_grace_period();
    }
  }
}

static void fill_target(int number, int freed) {
  u64 offset = job.target[number].address - job.code_address;
  if (freed) memset(writable + offset, INT3, job.target[number].bytes);
  else memcpy(writable + offset, pristine + offset, job.target[number].bytes);
  serialize_all_cores();
}

/**
 * A program out of the slot is freed once an execution has ended that may have been in it; until
 * then it is on its way out.
 */
static struct { enum { FREED, IN_USE, RELEASED } state; u64 executions; } life[MAX_TARGETS];

static void free_released_targets(void) {
  for (int number = 0; number < (int)job.targets; number++) {
    if (life[number].state != RELEASED || life[number].executions == executions) continue;
    fill_target(number, 1);
    life[number].state = FREED;
  }
}

static u64 random_state;

static u64 next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  return random_state ^= random_state << 17;
}

/** A freed program, loaded again; waits for one where all others are still on their way out. */
static int load_program(void) {
  for (;;) {
    int first = (int)(next_random() % job.targets);
    free_released_targets();
    for (int i = 0; i < (int)job.targets; i++) {
      int number = (first + i) % (int)job.targets;
      if (life[number].state != FREED) continue;
      fill_target(number, 0);
      life[number].state = IN_USE;
      return number;
    }
    wait_for_grace_period();
  }
}

/**
 * One map operation: a program comes into the slot (replacing another or not), or the slot is
 * emptied.
 */
static void operate(void) {
  int old = slot, incoming = -1;
  if (old < 0 || next_random() % 3 != 0) incoming = load_program();
  generation++;
  slot = incoming;
  play(incoming >= 0 ? job.install : job.remove, incoming);
  generation++;
  if (incoming < 0) removals++;
  else if (old < 0) installs++;
  else replacements++;
  if (old >= 0) {
    life[old].state = RELEASED;
    life[old].executions = executions;
  }
}

static u64 expected_of(int number) {
  return number < 0 ? job.missed_retval : job.target[number].retval;
}

/**
 * Between two operations the result is known exactly; during one it must be that of some program or
 * of the empty slot.
 */
static int plausible(u64 retval, u64 before, int occupant) {
  if (generation == before && before % 2 == 0) return retval == expected_of(occupant);
  for (int number = -1; number < (int)job.targets; number++)
    if (retval == expected_of(number)) return 1;
  return 0;
}

static void note_wrong(u64 retval, u64 lost) {
  if (wrong_results++ != 0) return;
  if (lost == 0)
    snprintf(wrong_text, sizeof wrong_text, "execution %lu returned %lu", (unsigned long)executions,
        (unsigned long)retval);
  else {
    int number = 0;
    while ((lost >> number & 1) == 0) number++;
    snprintf(wrong_text, sizeof wrong_text, "execution %lu did not preserve %s",
        (unsigned long)executions, preserved_names[number]);
  }
  first_wrong = wrong_text;
}

static pthread_barrier_t ready;

static void *run_image(void *unused) {
  static u8 signal_stack[1 << 16];
  stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
  sigaltstack(&stack, 0);
  pthread_barrier_wait(&ready);
  pthread_barrier_wait(&ready);
  while (!stop) {
    u64 before = generation;
    int occupant = slot;
    run_state.left = 1;
    run_plain();
    u32 retval = (u32)run_state.retval;
    if (run_state.lost != 0 || !plausible(retval, before, occupant))
      note_wrong(retval, run_state.lost);
    executions++;
  }
  return unused;
}

static void refuse(const char *what) {
  finish(REFUSED, what);
}

static u64 round_up(u64 bytes) {
  return (bytes + PAGE - 1) & ~(PAGE - 1);
}

static void read_job(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || read(file, &job, sizeof job) != (ssize_t)sizeof job || job.magic != STRESS_MAGIC)
    refuse("this is not a job for this shim");
  u64 span = round_up(job.code_bytes);
  pristine = malloc(span);
  if (pristine == NULL || read(file, pristine, job.code_bytes) != (ssize_t)job.code_bytes)
    refuse("the job is cut short");
  close(file);
  if (job.sites > MAX_SITES || job.targets < 2 || job.targets > MAX_TARGETS)
    refuse("the job has too many sites or too few or many targets");
}

/** Code twice, with guard pages around the executable view and around the image's stack. */
static void map_memory(void) {
  u64 span = round_up(job.code_bytes);
  int memory = memfd_create("jitstat-stress", MFD_CLOEXEC);
  if (memory < 0 || ftruncate(memory, (off_t)span) != 0) refuse("no memory for the code");
  u8 *guarded = mmap((void *)(job.code_address - PAGE), span + 2 * PAGE, PROT_NONE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (guarded != (u8 *)(job.code_address - PAGE))
    refuse("the code cannot be mapped at its address");
  writable = mmap(NULL, span, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  code_start = job.code_address;
  code_bytes = job.code_bytes;
  if (writable == MAP_FAILED) refuse("the code cannot be mapped for writing");
  memcpy(writable, pristine, job.code_bytes);
  memset(writable + job.code_bytes, INT3, span - job.code_bytes);
  if (mmap((void *)job.code_address, span, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, memory,
          0) == MAP_FAILED)
    refuse("the code cannot be mapped for execution");
  close(memory);
  u8 *stack = mmap(NULL, STACK_BYTES + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack == MAP_FAILED || mprotect(stack + PAGE, STACK_BYTES, PROT_READ | PROT_WRITE) != 0)
    refuse("no memory for the stack");
  run_state.stack = (u64)stack + PAGE + STACK_BYTES;
  run_state.entry = job.entry;
}

#define ALLOW_CALL(number)                                                                         \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/**
 * No new privileges, no files, no core, and only the calls that patching and two running threads
 * need.
 */
static void give_up_privileges(void) {
  const struct {
    int resource;
    rlim_t limit;
  } limits[] = {
      {RLIMIT_CORE, 0},
      {RLIMIT_NPROC, 0},
      {RLIMIT_NOFILE, 0},
      {RLIMIT_MEMLOCK, 0},
      {RLIMIT_CPU, 2 * (job.run_ms / 1000 + 5)},
  };
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
    setrlimit(limits[i].resource, &(struct rlimit){limits[i].limit, limits[i].limit});
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      ALLOW_CALL(SYS_membarrier),
      ALLOW_CALL(SYS_sched_yield),
      ALLOW_CALL(SYS_clock_gettime),
      ALLOW_CALL(SYS_write),
      ALLOW_CALL(SYS_futex),
      ALLOW_CALL(SYS_rt_sigreturn),
      ALLOW_CALL(SYS_rt_sigprocmask),
      ALLOW_CALL(SYS_madvise),
      ALLOW_CALL(SYS_exit),
      ALLOW_CALL(SYS_exit_group),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) refuse("no_new_privs was refused");
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
          SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) != 0)
    refuse("the seccomp filter was refused");
}

static void catch_signals(void) {
  static const int signals[] = {SIGTRAP, SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGSYS, SIGALRM};
  struct sigaction action = {
      .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
    sigaction(signals[i], &action, NULL);
  alarm((unsigned)(job.run_ms / 1000 + 5));
}

int main(int count, char **arguments) {
  if (count != 2) refuse("usage: stress JOB");
  read_job(arguments[1]);
  random_state = job.seed | 1;
  if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0) != 0)
    refuse("this kernel cannot serialize all cores (membarrier)");
  map_memory();
  for (int number = 0; number < (int)job.targets; number++) fill_target(number, 1);
  catch_signals();
  pthread_t runner;
  pthread_barrier_init(&ready, NULL, 2);
  if (pthread_create(&runner, NULL, run_image, NULL) != 0) refuse("no second thread");
  pthread_barrier_wait(&ready);
  give_up_privileges();
  u64 end = now_ns() + job.run_ms * 1000000;
  pthread_barrier_wait(&ready);
  while (now_ns() < end && wrong_results == 0) operate();
  stop = 1;
  pthread_join(runner, NULL);
  finish(wrong_results == 0 ? OK : WRONG, first_wrong);
}
