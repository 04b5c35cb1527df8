// The job: one binary block with a header and records, written by `harness/shim/job.ts`, given as a
// file or appended to the executable.
#ifndef JITSTAT_JOB_H
#define JITSTAT_JOB_H
#include <asm/fcntl.h>
#include <linux/mman.h>
#include "report.h"

#define JOB_MAGIC 0x317461747374696aUL /* the bytes "jitstat1" */

/** All fields little endian. `bytes` counts header and records. */
struct job {
  u64 magic;
  u64 bytes;
  u64 flags;
  u64 watchdog_ms;
  u64 stack_address;
  u64 stack_bytes;
};
enum { JOB_SANDBOX = 1, JOB_DUMP = 2, JOB_GO_ON = 4 };

/** `bytes` includes this header and the padding to a multiple of 8. */
struct record {
  u32 op;
  u32 bytes;
};

static int control_fd = -1, acknowledge_fd = -1;

static int number_from(const char **text) {
  int value = 0;
  while (**text >= '0' && **text <= '9') value = value * 10 + (*(*text)++ - '0');
  return value;
}

/** `[JOB] [--result-fd N] [--control FD,FD]`; returns the path of the job or NULL. */
static const char *read_arguments(const u64 *stack) {
  const char *path = NULL;
  const char *const *argument = (const char *const *)stack + 2;
  for (; *argument != NULL; argument++) {
    const char *value = argument[1];
    if (same_text(*argument, "--result-fd") && value != NULL) {
      result_fd = number_from(&value);
      argument++;
    } else if (same_text(*argument, "--control") && value != NULL) {
      control_fd = number_from(&value);
      if (*value == ',') value++;
      acknowledge_fd = number_from(&value);
      argument++;
    } else {
      path = *argument;
    }
  }
  if (sys3(__NR_fcntl, result_fd, F_GETFD, 0) < 0) result_fd = -1;
  return path;
}

/**
 * Maps the job: the whole file at `path`, or what is appended to this executable (job, then its
 * length and the magic).
 */
static const struct job *read_job(const char *path) {
  long fd = sys_open(path != NULL ? path : "/proc/self/exe", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) refuse("the job file cannot be opened: error", (u64)-fd);
  long end = sys3(__NR_lseek, fd, 0, 2);
  u64 start = 0, bytes = end > 0 ? (u64)end : 0;
  if (path == NULL) {
    u64 trailer[2] = {0, 0};
    sys6(__NR_pread64, fd, (long)trailer, sizeof trailer, end - (long)sizeof trailer, 0, 0);
    if (trailer[1] != JOB_MAGIC || trailer[0] > bytes)
      refuse("no job was given and none is appended to this executable", 0);
    bytes = trailer[0];
    start = (u64)end - sizeof trailer - bytes;
  }
  u64 skew = start % PAGE;
  long map =
      sys6(__NR_mmap, 0, (long)(bytes + skew), PROT_READ, MAP_PRIVATE, fd, (long)(start - skew));
  if (map < 0 && map > -4096) refuse("the job file cannot be mapped: error", (u64)-map);
  sys3(__NR_close, fd, 0, 0);
  const struct job *job = (const struct job *)(map + (long)skew);
  if (bytes < sizeof *job || job->magic != JOB_MAGIC || job->bytes != bytes)
    refuse("this is not a job for this shim", 0);
  return job;
}

static const struct record *first_record(const struct job *job) {
  return (const struct record *)(job + 1);
}

/** The record after this one, or NULL at the end. */
static const struct record *next_record(const struct job *job, const struct record *record) {
  const u8 *next = (const u8 *)record + record->bytes;
  if (record->bytes < sizeof *record) refuse("a record of the job has no length", 0);
  return next + sizeof *record <= (const u8 *)job + job->bytes ? (const struct record *)next : NULL;
}

/**
 * Tells `perf stat --control` to count (`enable`) or to stop, and waits for its answer, `ack` with
 * a newline and a zero.
 */
static void control(const char *command) {
  char answer[5];
  if (control_fd < 0) return;
  sys3(__NR_write, control_fd, command, length_of(command));
  for (size_t got = 0; got < sizeof answer;) {
    long bytes = sys3(__NR_read, acknowledge_fd, answer + got, sizeof answer - got);
    if (bytes <= 0) break;
    got += (size_t)bytes;
  }
}

#endif
