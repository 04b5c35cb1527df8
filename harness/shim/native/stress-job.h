// The stress shim's job: its form, how it is read, and the memory it needs.
#ifndef JITSTAT_STRESS_JOB_H
#define JITSTAT_STRESS_JOB_H
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
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
 * The job, as `harness/poke/stress.ts` writes it; the code follows. `bypass` is 0 if the variant
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
/** The code from the job, to load a freed target again. */
static u8 *pristine;

/** Ends the shim: it cannot play this job here. */
static void refuse(const char *what);

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

/**
 * Maps the code twice, with guard pages around the executable view and around the image's stack.
 */
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
#endif
