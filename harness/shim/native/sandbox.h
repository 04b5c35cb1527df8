// What the user shim gives up before it runs an image, and what it says when the image misbehaves.
//
// An image may be wrong or hostile. Before its first instruction: no new privileges, no core, no
// files, no processes, a seccomp filter that leaves five calls (each with its arguments checked),
// and a watchdog. Every fault, refused call and timeout ends in one handler on a separate stack,
// which names the failure and ends the process. Not defended: the image shares the shim's memory
// and may forge the line the shim prints.
#ifndef JITSTAT_SANDBOX_H
#define JITSTAT_SANDBOX_H
#include <asm/sigcontext.h>
#include <asm/signal.h>
#include <asm/siginfo.h>
#include <asm/ucontext.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/seccomp.h>
#include "arch.h"
#include "enter.h"
#include "job.h"

/** Lowest and highest address of executable image pages. */
static u64 image_low = ~0UL, image_high;
static u64 stack_guard;
/**
 * A further call that some shims need: madvise, to get zeroed pages again. Refused in all others.
 */
static int reset_call = -1;
/** The run that is being played, for the handler. */
static const char *current_label;
static u64 current_repeat;

static u8 signal_stack[16384] __attribute__((aligned(16)));

static const struct { int number; const char *name; } signals[] = {
  {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGILL, "SIGILL"},   {SIGFPE, "SIGFPE"},
  {SIGTRAP, "SIGTRAP"}, {SIGSYS, "SIGSYS"}, {SIGALRM, "SIGALRM"}, {SIGXCPU, "SIGXCPU"},
};
#define SIGNALS (sizeof signals / sizeof signals[0])

static void name_fault(int number, const siginfo_t *info, const struct fault *fault) {
  for (size_t i = 0; i < SIGNALS; i++)
    if (signals[i].number == number) put(&what, signals[i].name);
  if (number == SIGSYS) {
    put(&what, ": the sandbox refused system call ");
    put_number(&what, (u64)(u32)info->si_syscall);
  } else if (number == SIGSEGV && fault->access != NULL) {
    int overflow = fault->address >= stack_guard && fault->address < stack_guard + PAGE;
    if (overflow) put(&what, ": stack overflow");
    put(&what, ": ");
    put(&what, fault->access);
    put_hex(&what, fault->address);
  } else if (number == SIGSEGV) {
    put(&what, ": general protection fault");
  }
}

static _Noreturn void on_signal(int number, siginfo_t *info, void *data) {
  struct fault fault =
      fault_of((const struct sigcontext *)&((struct ucontext *)data)->uc_mcontext);
  int hang = number == SIGALRM || number == SIGXCPU;
  if (report_failure(hang ? EXIT_HANG : EXIT_CRASH, current_label)) {
    where_address = fault.at;
    where_iteration = current_repeat - run_state.left;
    if (hang) put(&what, "no end within the time allowed");
    else name_fault(number, info, &fault);
  }
  report_end();
}

static void unreachable_restorer(void) {
  sys_exit(EXIT_CRASH);
}

static void catch_signals(u64 watchdog_ms) {
  stack_t stack = {.ss_sp = signal_stack, .ss_flags = 0, .ss_size = sizeof signal_stack};
  sys3(__NR_sigaltstack, &stack, 0, 0);
  struct {
    void (*handler)(int, siginfo_t *, void *);
    u64 flags;
    void (*restorer)(void);
    u64 mask;
  } action = {on_signal, SA_SIGINFO | SA_ONSTACK | SA_RESTORER, unreachable_restorer, ~0UL};
  for (size_t i = 0; i < SIGNALS; i++)
    sys6(__NR_rt_sigaction, signals[i].number, (long)&action, 0, 8, 0, 0);
  u64 none = 0;
  sys6(__NR_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, 8, 0, 0);
  struct {
    s64 interval[2], value[2];
  } timer = {{0, 0}, {(s64)(watchdog_ms / 1000), (s64)(watchdog_ms % 1000 * 1000)}};
  sys3(__NR_setitimer, 0, &timer, 0);
}

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define IF_EQUAL(value, skip_else) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip_else)
#define TRAP BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOW(argument) (u32)(offsetof(struct seccomp_data, args) + 8 * (argument))
#define HIGH(argument) (LOW(argument) + 4)

static void limit_resources(u64 watchdog_ms) {
  const u64 limits[][2] = {{RLIMIT_CORE, 0}, {RLIMIT_NPROC, 0}, {RLIMIT_NOFILE, 0},
      {RLIMIT_MEMLOCK, 0}, {RLIMIT_FSIZE, 64 << 20}, {RLIMIT_CPU, watchdog_ms / 1000 + 2}};
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
    u64 limit[2] = {limits[i][1], limits[i][1] + (limits[i][0] == RLIMIT_CPU)};
    sys6(__NR_prlimit64, 0, (long)limits[i][0], (long)limit, 0, 0, 0);
  }
}

static void give_up_privileges(u64 watchdog_ms) {
  limit_resources(watchdog_ms);
  const struct sock_filter filter[] = {
      LOAD(offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (u32)OWN_ARCH, 1, 0),
      TRAP,
      LOAD(offsetof(struct seccomp_data, nr)),
      IF_EQUAL(__NR_exit_group, 1),
      ALLOW,
      IF_EQUAL(__NR_clock_gettime, 1),
      ALLOW,
      // write: to the result, to perf, and to stderr if there is no result descriptor
      IF_EQUAL(__NR_write, 5),
      LOAD(LOW(0)),
      IF_EQUAL((u32)(result_fd < 0 ? 2 : result_fd), 1),
      ALLOW,
      IF_EQUAL((u32)(control_fd < 0 ? result_fd : control_fd), 1),
      ALLOW,
      // read: perf's answer, or a counter
      LOAD(offsetof(struct seccomp_data, nr)),
      IF_EQUAL(__NR_read, 4),
      LOAD(LOW(0)),
      IF_EQUAL((u32)acknowledge_fd, 1),
      ALLOW,
      TRAP,
      // madvise, where a shim resets memory: only to drop pages
      IF_EQUAL((u32)reset_call, 3),
      LOAD(LOW(2)),
      IF_EQUAL(MADV_DONTNEED, 1),
      ALLOW,
      LOAD(offsetof(struct seccomp_data, nr)),
      // mprotect: only image pages, never writable and executable at once
      IF_EQUAL(__NR_mprotect, 17),
      LOAD(HIGH(0)),
      IF_EQUAL(0, 15),
      LOAD(HIGH(1)),
      IF_EQUAL(0, 13),
      LOAD(LOW(0)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (u32)image_low, 0, 11),
      BPF_STMT(BPF_ST, 0),
      LOAD(LOW(1)),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, (u32)(image_high - image_low), 8, 0),
      BPF_STMT(BPF_LDX | BPF_MEM, 0),
      BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, (u32)image_high, 5, 0),
      LOAD(LOW(2)),
      IF_EQUAL(PROT_READ | PROT_WRITE, 1),
      ALLOW,
      IF_EQUAL(PROT_READ | PROT_EXEC, 1),
      ALLOW,
      TRAP,
  };
  const struct sock_fprog program = {
      sizeof filter / sizeof filter[0], (struct sock_filter *)filter};
  if (sys6(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0) < 0)
    refuse("no_new_privs was refused", 0);
  // Without SPEC_ALLOW, kernels before 5.16 slow down memory accesses in every process that has a
  // filter.
  long refused =
      sys3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
  if (refused < 0) refuse("the seccomp filter was refused: error", (u64)-refused);
}

#endif
