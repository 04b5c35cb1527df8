// The clock of slices: the time-stamp counter between fences if it is invariant, else the thread's
// CPU clock, or a counter of an event in place of time; what an empty slice costs; and the robust
// figures of many slices, in whole numbers because the shims use no floating point.
#ifndef JITSTAT_CLOCK_H
#define JITSTAT_CLOCK_H
#include <cpuid.h>
#include "counter.h"
#include "enter.h"
#include "report.h"

enum { CLOCK_BEST = 0, CLOCK_TSC = 1, CLOCK_THREAD = 2, CLOCK_COUNTER = 3 };
static int clock_in_use = CLOCK_THREAD;

/** Bit 8 of edx, CPUID leaf 0x80000007: the counter runs at one rate in all power states. */
static int is_tsc_invariant(void) {
  u32 eax, ebx, ecx, edx;
  return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) != 0 && (edx >> 8 & 1) != 0;
}

static void choose_clock(u64 wanted) {
  clock_in_use = wanted != CLOCK_BEST ? (int)wanted : is_tsc_invariant() ? CLOCK_TSC : CLOCK_THREAD;
}

static inline u64 ticks_now(void) {
  if (clock_in_use == CLOCK_TSC) {
    u32 low, high;
    __asm__ volatile("lfence\n rdtsc\n lfence" : "=a"(low), "=d"(high) : : "memory");
    return (u64)high << 32 | low;
  }
  if (clock_in_use == CLOCK_COUNTER) return counted();
  struct nanos time = {0, 0};
  sys3(__NR_clock_gettime, 3, &time, 0);
  return (u64)time.seconds * 1000000000u + (u64)time.nanoseconds;
}

/** `count` executions; ticks from before the loop to after it. */
static u64 time_loop(void (*loop)(void), u64 count) {
  run_state.left = count;
  u64 begun = ticks_now();
  loop();
  return ticks_now() - begun;
}

static void sort(s64 *values, int count) {
  for (int gap = count / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
    for (int i = gap; i < count; i++) {
      s64 value = values[i];
      int at = i;
      for (; at >= gap && values[at - gap] > value; at -= gap) values[at] = values[at - gap];
      values[at] = value;
    }
}

/** Sorts the values and returns their median. */
static s64 median(s64 *values, int count) {
  sort(values, count);
  return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/** Logarithm to base 2 with 32 fractional bits, by repeated squaring. */
static s64 log2_of(u64 value) {
  int whole = 63 - __builtin_clzll(value);
  u64 x = value << (63 - whole);
  s64 result = (s64)whole << 32;
  for (int bit = 31; bit >= 0; bit--) {
    unsigned __int128 square = (unsigned __int128)x * x;
    if ((square >> 127) != 0) result |= 1LL << bit;
    x = (u64)(square >> ((square >> 127) != 0 ? 64 : 63));
  }
  return result;
}

/** Natural logarithm of (c d) / (a b), halved, in units of 1e-9; arguments from 1 to 2^32 - 1. */
static s64 log_ratio(u64 a, u64 b, u64 c, u64 d) {
  s64 twice = log2_of(c * d) - log2_of(a * b);
  return (s64)(((__int128)twice * 346573590) >> 32);
}

void empty_program(void);
__asm__(".text\n.globl empty_program\n.type empty_program, @function\n.p2align 6\n"
        "empty_program:\n  ret\n"
        ".size empty_program, .-empty_program\n");

enum { CALIBRATIONS = 201, LONGER = 101 };

/**
 * Ticks of a slice without executions: slices of 1 and of 101 executions of a `ret`, on a line back
 * to none.
 */
static u64 measure_overhead(void) {
  static s64 one[CALIBRATIONS], many[CALIBRATIONS];
  run_state.entry = (u64)empty_program;
  for (int i = 0; i < CALIBRATIONS; i++) {
    one[i] = (s64)time_loop(run_plain, 1);
    many[i] = (s64)time_loop(run_plain, LONGER);
  }
  s64 short_slice = median(one, CALIBRATIONS), long_slice = median(many, CALIBRATIONS);
  s64 overhead = short_slice - (long_slice - short_slice) / (LONGER - 1);
  return overhead > 0 ? (u64)overhead : 0;
}

#endif
