// Runs one command that may be wrong or hostile, within limits, and leaves no process of it behind.
//
//   confine SECONDS MEMORY_MIB OUTPUT_MIB FOLDER COMMAND...
//
// The command gets its own process tree, network and System V IPC if the system allows it (user
// namespaces), may write files in FOLDER only (Landlock, Linux 5.13), gains no privileges, and a
// seccomp filter refuses what reaches beyond its own processes. It ends when its first process
// ends, when the time is up, or when this program or its caller dies. One line on descriptor 3 says
// how it ended: `exit N`, `signal N`, `timeout`, `processes N` or `failed WHAT`. Not defended: it
// can read what the user can read.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "confine-refusals.h"

enum { MOST_PROCESSES = 256, POLL_MS = 2 };

static long seconds, memory_mib, output_mib;

static void report(const char *word, long number) {
  if (number >= 0) dprintf(REPORT, "%s %ld\n", word, number);
  else dprintf(REPORT, "%s\n", word);
}

static void limit(int resource, rlim_t most) {
  struct rlimit now;
  if (getrlimit(resource, &now)) return;
  if (now.rlim_max < most) most = now.rlim_max;
  struct rlimit next = {most, most};
  setrlimit(resource, &next);
}

static void set_limits(void) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_AS, (rlim_t)memory_mib << 20);
  limit(RLIMIT_FSIZE, (rlim_t)output_mib << 20);
  limit(RLIMIT_CPU, (rlim_t)seconds + 1);
  limit(RLIMIT_NOFILE, 256);
  limit(RLIMIT_MEMLOCK, 0);
}

static int write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t wrote = write(file, text, strlen(text));
  close(file);
  return wrote < 0 ? -1 : 0;
}

/* A user namespace first, since it gives the right to make the others. */
static void isolate(void) {
  char line[64];
  uid_t user = getuid();
  gid_t group = getgid();
  int others = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC;
  if (unshare(CLONE_NEWUSER | others)) {
    if (unshare(others)) errno = 0;
    return;
  }
  write_file("/proc/self/setgroups", "deny");
  snprintf(line, sizeof line, "%u %u 1", user, user);
  write_file("/proc/self/uid_map", line);
  snprintf(line, sizeof line, "%u %u 1", group, group);
  write_file("/proc/self/gid_map", line);
}

static _Noreturn void run_command(char **argv, int channel) {
  set_limits();
  if (nice(5) == -1) errno = 0;
  write_file("/proc/self/oom_score_adj", "1000");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail("no_new_privs");
  refuse_writes();
  int listener = refuse_calls();
  /* The descriptor is closed by exec, so the other side says when it has taken it. */
  char taken;
  if (write(channel, &listener, sizeof listener) < 0 || read(channel, &taken, 1) < 0)
    fail("channel");
  fcntl(REPORT, F_SETFD, FD_CLOEXEC);
  execvp(argv[0], argv);
  fail(argv[0]);
}

/* The command's filter asks here before it makes a process or thread; each one counts. */
static int allow_process(int listener) {
  struct seccomp_notif asked;
  memset(&asked, 0, sizeof asked);
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked)) return 0;
  struct seccomp_notif_resp answer = {.id = asked.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0;
}

/* The listener's number in the command's process comes through the channel; -1 if that fails. */
static int take_listener(pid_t command, int channel) {
  int number = -1, process = (int)syscall(SYS_pidfd_open, command, 0);
  if (read(channel, &number, sizeof number) != sizeof number) return -1;
  int listener = (int)syscall(SYS_pidfd_getfd, process, number, 0);
  if (write(channel, "", 1) < 0) return -1;
  return listener;
}

/* The first process of the namespace: when it ends, the kernel ends all others in it. */
static _Noreturn void first_process(char **argv) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();
  int channel[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel)) fail("socketpair");
  pid_t command = fork();
  if (command < 0) fail("fork");
  if (command == 0) run_command(argv, channel[0]);
  int listener = take_listener(command, channel[1]), status = 0, started = 1;
  for (pid_t ended = 0; ended != command;) {
    struct pollfd asked = {listener, POLLIN, 0};
    if (listener >= 0 && poll(&asked, 1, POLL_MS) > 0 && asked.revents & POLLIN)
      started += allow_process(listener);
    if (started > MOST_PROCESSES) {
      report("processes", MOST_PROCESSES);
      _exit(0);
    }
    while ((ended = waitpid(-1, &status, listener >= 0 ? WNOHANG : 0)) > 0 && ended != command) {}
  }
  if (WIFSIGNALED(status)) report("signal", WTERMSIG(status));
  else report("exit", WEXITSTATUS(status));
  _exit(0);
}

/*
 * Without a namespace orphans come to us, the nearest subreaper; ends them until there are none
 * left.
 */
static void end_orphans(void) {
  for (int round = 0; round < 1000; round++) {
    char path[64], line[4096];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    FILE *list = fopen(path, "re");
    if (list == NULL) return;
    int found = 0;
    while (fgets(line, sizeof line, list) != NULL)
      for (char *at = strtok(line, " \n"); at != NULL; at = strtok(NULL, " \n"), found++)
        kill(atoi(at), SIGKILL);
    fclose(list);
    while (waitpid(-1, NULL, WNOHANG) > 0) {}
    if (!found) return;
    nanosleep(&(struct timespec){0, 2000000}, NULL);
  }
}

static volatile sig_atomic_t first;

static void on_end(int number) {
  if (number == SIGALRM) report("timeout", -1);
  if (first > 0) kill(first, SIGKILL);
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  seconds = atol(argv[1]);
  memory_mib = atol(argv[2]);
  output_mib = atol(argv[3]);
  folder = argv[4];
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  struct sigaction action = {.sa_handler = on_end};
  const int ends[] = {SIGALRM, SIGTERM, SIGINT, SIGHUP};
  for (int i = 0; i < 4; i++) sigaction(ends[i], &action, NULL);
  isolate();
  first = fork();
  if (first < 0) fail("fork");
  if (first == 0) {
    for (int i = 0; i < 4; i++) signal(ends[i], SIG_DFL);
    first_process(argv + 5);
  }
  alarm((unsigned)seconds);
  while (waitpid(first, NULL, 0) < 0 && errno == EINTR) {}
  end_orphans();
  return 0;
}
