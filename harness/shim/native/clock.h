// The clock of slices: the time-stamp counter between fences if it is invariant, else the thread's
// CPU clock, or a counter of an event in place of time; and its entry in the report.
#ifndef JITSTAT_CLOCK_H
#define JITSTAT_CLOCK_H
#include "arch.h"
#include "counter.h"
#include "report.h"

enum { CLOCK_BEST = 0, CLOCK_TSC = 1, CLOCK_THREAD = 2, CLOCK_COUNTER = 3 };
static int clock_in_use = CLOCK_THREAD;

static void choose_clock(u64 wanted) {
  clock_in_use = wanted != CLOCK_BEST ? (int)wanted : has_invariant_tsc() ? CLOCK_TSC : CLOCK_THREAD;
}

/** CLOCK_THREAD_CPUTIME_ID in nanoseconds. */
static u64 thread_ns(void) {
  struct nanos time = {0, 0};
  sys3(__NR_clock_gettime, 3, &time, 0);
  return (u64)time.seconds * 1000000000u + (u64)time.nanoseconds;
}

static inline u64 ticks_now(void) {
  if (clock_in_use == CLOCK_TSC) return read_tsc();
  if (clock_in_use == CLOCK_COUNTER) return counted();
  return thread_ns();
}

/** One moment on both clocks: two of them give the rate of the ticks. */
struct moment { u64 ticks, ns; };

static struct moment moment_now(void) {
  u64 ticks = ticks_now();
  return (struct moment){ticks, clock_in_use == CLOCK_TSC ? now_ns() : ticks};
}

static const char clocks_list[] = "clock";

/** Ticks and nanoseconds of the whole process give the rate; `overhead` in ticks. */
static void report_clock(struct moment begun, u64 overhead) {
  struct moment ended = moment_now();
  begin_item(clocks_list);
  static const char *const names[] = {
      [CLOCK_TSC] = "tsc", [CLOCK_THREAD] = "thread", [CLOCK_COUNTER] = "counter"};
  put(&line, "{\"name\":\"");
  put(&line, names[clock_in_use]);
  put(&line, "\",\"overhead\":");
  put_number(&line, overhead);
  put(&line, ",\"ticks\":");
  put_number(&line, ended.ticks - begun.ticks);
  put(&line, ",\"ns\":");
  put_number(&line, ended.ns - begun.ns);
  put_char(&line, '}');
}

#endif
