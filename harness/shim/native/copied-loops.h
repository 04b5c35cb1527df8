// A calling loop for each slot of a pair, at an address of its own.
//
// A loop that calls both sides in turn is an indirect call of two targets, and some CPUs predict that
// more slowly than a call that always goes to the same place, as in whole runs; how much more differs
// between the sides. So every pair gets fresh copies of the loops, at the same offset in their page.
#ifndef JITSTAT_COPIED_LOOPS_H
#define JITSTAT_COPIED_LOOPS_H
#include "arch.h"
#include "memory.h"
#include "run.h"
#include "slots.h"

/** Pages of a copy: the loops may cross the end of one. */
enum { LOOP_BYTES = 2 * PAGE };

/** The loops as copied for each slot. */
static u64 copied_loops[SLOTS];

static void copy_loops(int slot, u64 page) {
  u64 begin = (u64)loops_begin, bytes = (u64)loops_end - begin;
  copied_loops[slot] = page + (begin & (PAGE - 1));
  sys3(__NR_mprotect, page, LOOP_BYTES, PROT_READ | PROT_WRITE);
  memset((void *)page, FILL, LOOP_BYTES);
  memcpy((void *)copied_loops[slot], loops_begin, bytes);
  code_written(page, page + LOOP_BYTES);
  sys3(__NR_mprotect, page, LOOP_BYTES, PROT_READ | PROT_EXEC);
}

/** The slot's own copy of a loop. */
static calling_loop own_loop(int slot, calling_loop loop) {
  u64 offset = (u64)loop - (u64)loops_begin;
  return offset < (u64)(loops_end - loops_begin) ? (calling_loop)(copied_loops[slot] + offset) : loop;
}

#endif
