// The kernel shim: plays a workload in the running kernel through bpf(2): maps, programs, slot
// updates, test runs, checks.
// Everything it makes is a descriptor, so the end of the process cleans up. Records:
// `harness/shim/kernel-job.ts`.
#include "sys.h"
#include "start.h"
#include "job.h"
#include "kernel-play.h"

/**
 * `duration` is an average in whole nanoseconds; our own clock gives the fraction if it agrees with
 * it.
 */
static u64 run_ns(u64 duration, u64 repeat, u64 wall) {
  u64 least = duration * repeat, most = least + repeat - 1;
  return wall < least ? least : wall > most ? most : wall;
}

/** No-operations that a QEMU plugin recognises (`qemu-plugin.c`): a test run begins or ends. */
#ifdef __x86_64__
#define MARK(edge)                                                                                 \
  __asm__ volatile(".byte 0x0f, 0x1f, 0x84, 0x00, " edge ", 0x74, 0x73, 0x6a" ::: "memory")

static u64 ticks_now(void) {
  u32 low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (u64)high << 32 | low;
}
#else
/** The number is moved to the register that is always zero. */
#define MARK(edge) __asm__ volatile("movz xzr, 0x6a70 + " edge ::: "memory")

static u64 ticks_now(void) {
  u64 ticks;
  __asm__ volatile("isb\n mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
}
#endif

static void play_run(const struct run *run) {
  union bpf_attr attributes = test_run_of(run, run->repeat);
  current_label = run->label;
  control("enable\n");
  u64 begun = now_ns();
  MARK("1");
  u64 first_tick = ticks_now();
  long result = bpf(BPF_PROG_TEST_RUN, &attributes);
  u64 ticks = ticks_now() - first_tick;
  MARK("2");
  u64 wall = now_ns() - begun;
  control("disable\n");
  where_iteration = run->repeat;
  check_test_run(run, &attributes, result);
  begin_run(run->label, attributes.test.retval, run->repeat,
      run_ns(attributes.test.duration, run->repeat, wall), ticks);
  end_run();
  current_label = NULL;
}

static _Noreturn void begin(const u64 *stack) {
  const struct job *job = read_job(read_arguments(stack));
  begin_kernel(job->watchdog_ms);
  for (const struct record *record = first_record(job); record != NULL;
      record = next_record(job, record)) {
    if (record->op == OP_RUN) play_run((const struct run *)record);
    else if (!load_object(job, record) && !play_between(record))
      refuse("the job has an unknown record", record->op);
  }
  report_end();
}
