// Both slots play their scenarios next to each other; at every test run warm-up slices, then quads
// of slices in random order. The including file defines what a test run, a slice and the next run
// are.
#ifndef JITSTAT_QUADS_H
#define JITSTAT_QUADS_H
#include "slices-report.h"

/** The test run being timed, by slot, and its executions so far. */
static const struct run *runs[SLOTS];
static u64 done[SLOTS];

/** One slice of a slot's test run: its ticks, without what an empty slice costs. */
static u64 slice(int slot, u64 executions);

/** Plays a slot's scenario up to its next run and returns that, or NULL at the end. */
static const struct run *next_run(
    const struct job *job, int slot, const struct record **place, int checks);

/** Executions of a slice; tests give some more to the slot that a coin put second. */
static u64 executions_of(u64 coins, int slot, u64 repeat) {
  int is_second = slot != first_slot(coins, plan->handicap_coin);
  return repeat + (plan->handicap_coin != 0 && is_second ? repeat * plan->handicap / 1000000 : 0);
}

/**
 * Other work on the CPU interrupts many of the slices that are longer than this: quads in which
 * this thread had to wait are then measured again, up to this many times. Short slices are left
 * alone, because interruptions hit few of them and checking costs a part of their length.
 */
enum { LONG_SLICE_NS = 40000, ATTEMPTS = 8, WAITED_NS = 20000 };

static u64 thread_ns(void) {
  struct nanos time = {0, 0};
  sys3(__NR_clock_gettime, 3, &time, 0);
  return (u64)time.seconds * 1000000000u + (u64)time.nanoseconds;
}

/**
 * Nanoseconds during which this thread did not run, from an arbitrary start; two readings show how
 * long it waited.
 */
static u64 not_running_ns(void) {
  return now_ns() - thread_ns();
}

static void time_quad(u64 quad, int outer, const u64 executions[SLOTS]) {
  for (int i = 0; i < 4; i++) {
    int slot = outer ^ (i == 1 || i == 2);
    ticks_of[slot][2 * quad + (i >= 2)] = slice(slot, executions[slot]);
  }
}

/** Measures all slices of one test run. */
static void time_quads(u64 coins, u64 *random) {
  u64 executions[SLOTS];
  for (int slot = 0; slot < SLOTS; slot++)
    executions[slot] = executions_of(coins, slot, runs[slot]->repeat);
  int first = first_slot(coins, COIN_WARM);
  for (int turn = 0; turn < SLOTS; turn++) slice(first ^ turn, 1);
  u64 warm_ns = now_ns();
  for (u64 i = 0; i < plan->warm_slices; i++)
    for (int turn = 0; turn < SLOTS; turn++) slice(first ^ turn, executions[first ^ turn]);
  warm_ns = now_ns() - warm_ns;
  int attempts = warm_ns > SLOTS * plan->warm_slices * LONG_SLICE_NS ? ATTEMPTS : 1;
  u64 bits = 0, flip = (u64)first_slot(coins, COIN_QUADS);
  for (u64 quad = 0; quad < plan->quads; quad++) {
    if (quad % 64 == 0) bits = random_word(random);
    int outer = (int)((coins & QUADS_ARE_DRAWN) != 0 ? bits & 1 : flip);
    bits >>= 1;
    for (int attempt = 0; attempt < attempts; attempt++) {
      u64 before = attempts > 1 ? not_running_ns() : 0;
      time_quad(quad, outer, executions);
      if (attempts > 1 && not_running_ns() - before < WAITED_NS) break;
    }
  }
  report_step((int)plan->quads);
}

/** Plays the whole scenario on both slots: timed by `time_run`, or (NULL) once with every check. */
static void play_scenario(const struct job *job, const struct record *place[SLOTS], u64 coins,
    void (*time_run)(u64 coins, u64 *random), u64 *random) {
  int first = first_slot(coins, COIN_SCRIPT);
  for (;;) {
    for (int turn = 0; turn < SLOTS; turn++)
      runs[first ^ turn] = next_run(job, first ^ turn, &place[first ^ turn], time_run == NULL);
    if ((runs[0] == NULL) != (runs[1] == NULL))
      refuse("the sides have different numbers of test runs", 0);
    if (runs[0] == NULL) break;
    done[0] = done[1] = 0;
    if (time_run != NULL) time_run(coins, random);
    else
      for (int turn = 0; turn < SLOTS; turn++) slice(first ^ turn, 1);
  }
}

#endif
