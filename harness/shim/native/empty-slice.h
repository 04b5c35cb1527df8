// One slice in user space, and what one without executions costs.
#ifndef JITSTAT_EMPTY_SLICE_H
#define JITSTAT_EMPTY_SLICE_H
#include "clock.h"
#include "enter.h"
#include "robust.h"

/** `count` executions; ticks from before the loop to after it. */
static u64 time_loop(void (*loop)(void), u64 count) {
  run_state.left = count;
  u64 begun = ticks_now();
  loop();
  return ticks_now() - begun;
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
