// What is denied to a confined command: system calls by a filter, writes outside its folder by
// Landlock.
#ifndef JITSTAT_CONFINE_REFUSALS_H
#define JITSTAT_CONFINE_REFUSALS_H
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The descriptor on which a run reports how it ended. */
enum { REPORT = 3 };

/* The command may write here only. */
static const char *folder;

static _Noreturn void fail(const char *what) {
  dprintf(REPORT, "failed %s: %s\n", what, strerror(errno));
  _exit(1);
}

/* System calls that a compiler does not need, or that reach beyond its own processes. */
static const int refused[] = {
    SYS_socket,
    SYS_connect,
    SYS_bind,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_acct,
    SYS_quotactl,
    SYS_open_by_handle_at,
    SYS_io_uring_setup,
    SYS_mknod,
    SYS_mknodat,
    SYS_pidfd_getfd,
    SYS_shmget,
    SYS_msgget,
    SYS_semget,
    SYS_mq_open,
};
enum { REFUSED = sizeof refused / sizeof refused[0] };

/* Returns the descriptor on which requests for new processes arrive, or -1. */
static int refuse_calls(void) {
  struct sock_filter filter[REFUSED * 2 + 20];
  int n = 0;
  filter[n++] =
      (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  filter[n++] =
      (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  /* The x32 numbers would go around the list. */
  filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  /* The flags of clone3 are in memory, where a filter cannot see them: libc falls back to clone. */
  filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
  for (int i = 0; i < REFUSED; i++) {
    filter[n++] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)refused[i], 0, 1);
    filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  }
  filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3);
  filter[n++] =
      (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args));
  filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
      CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC, 0, 3);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fork, 1, 0);
  filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_vfork, 0, 1);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {(unsigned short)n, filter};
  unsigned flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  int listener = (int)syscall(
      SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  if (listener >= 0) return listener;
  /* Before Linux 5.5, or inside another such filter: processes are not counted. */
  filter[n - 2] = filter[n - 1];
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program)) fail("seccomp");
  return -1;
}

/* Landlock's numbers, since the headers of older systems lack them. */
enum {
  CREATE_RULESET = 444,
  ADD_RULE = 445,
  RESTRICT_SELF = 446,
  PATH_BENEATH = 1,
  REFER = 13,
  TRUNCATE = 14
};

static void allow_beneath(int ruleset, const char *path, uint64_t rights) {
  struct {
    uint64_t rights;
    int32_t parent;
  } __attribute__((packed)) rule = {rights, open(path, O_PATH | O_CLOEXEC)};
  if (rule.parent < 0) return;
  syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0);
  close(rule.parent);
}

/* Takes away every right that changes files; FOLDER and a few devices get some of them back. */
static void refuse_writes(void) {
  long version = syscall(CREATE_RULESET, NULL, 0, 1);
  if (version < 1) return;
  uint64_t write_file = 1 << 1, changes = write_file;
  for (int bit = 4; bit <= 12; bit++) changes |= 1u << bit;
  if (version >= 2) changes |= 1u << REFER;
  if (version >= 3) changes |= 1u << TRUNCATE;
  int ruleset = (int)syscall(CREATE_RULESET, &changes, sizeof changes, 0);
  if (ruleset < 0) return;
  allow_beneath(ruleset, folder, changes);
  uint64_t device = version >= 3 ? write_file | 1u << TRUNCATE : write_file;
  const char *devices[] = {"/dev/null", "/dev/zero", "/dev/full"};
  for (int i = 0; i < 3; i++) allow_beneath(ruleset, devices[i], device);
  syscall(RESTRICT_SELF, ruleset, 0);
  close(ruleset);
}

#endif
