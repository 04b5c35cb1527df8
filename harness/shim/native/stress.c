// The stress shim: one thread runs an image without pause while another fills, replaces and empties
// its tail-call slot by live patching (patch.h). It plays the step lists of `jit/poke/protocols.ts`,
// so that model and machine follow the same table. A target that is freed is filled with int3.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include "enter.h"
#include "patch.h"
#include "stress-job.h"
#include "stress-sandbox.h"

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

/**
 * Waits until the thread that runs the image is not in an execution that began before this call.
 */
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
 * A program that left the slot is freed once every execution that may have been in it has ended.
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

/** Loads a freed program again; waits for one if all others are still being freed. */
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
 * One map operation: a program is put into the slot, perhaps replacing another, or the slot is
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
