// What the stress shim gives up before it runs foreign code.
#ifndef JITSTAT_STRESS_SANDBOX_H
#define JITSTAT_STRESS_SANDBOX_H
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include "stress-job.h"

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
#endif
