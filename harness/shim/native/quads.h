// Both slots play their scenarios next to each other; at every test run warm-up slices, then quads
// of slices in random order. The including file defines what a test run, a slice and the next run
// are.
#ifndef JITSTAT_QUADS_H
#define JITSTAT_QUADS_H
#include "clock.h"
#include "interrupted.h"
#include "slices-report.h"

/** The test run being timed, by slot, and its executions so far. */
static const struct run *runs[SLOTS];
static u64 done[SLOTS];

/** What a slice without executions costs, in ticks. */
static u64 overhead;
/** Executions of a lead-in; 0 until the warm-up has shown how long they take. */
static u64 lead;

/** Plays a lead-in and some executions of a slot's test run: the ticks of the latter. */
static u64 timed(int slot, u64 executions);

/** Measures `overhead` by `empty_slice`; called after the warm-up. */
static void calibrate(int first);

/** Plays a slot's scenario up to its next run and returns that, or NULL at the end. */
static const struct run *next_run(
    const struct job *job, int slot, const struct record **place, int checks);

static u64 slice(int slot, u64 executions) {
  u64 ticks = timed(slot, executions);
  return ticks > overhead + 1 ? ticks - overhead : 1;
}

enum { CALIBRATIONS = 15, LONGER = 33 };

/** Ticks of slices of 1 and of 33 executions, on a line back to none. */
static s64 empty_slice_of(int slot) {
  static s64 one[CALIBRATIONS], many[CALIBRATIONS];
  for (int i = 0; i < CALIBRATIONS; i++) {
    one[i] = (s64)timed(slot, 1);
    many[i] = (s64)timed(slot, LONGER);
  }
  s64 shorter = median(one, CALIBRATIONS), longer = median(many, CALIBRATIONS);
  return shorter - (longer - shorter) / (LONGER - 1);
}

/** The same for both sides, so that it favours neither. */
static u64 empty_slice(int first) {
  s64 sum = 0;
  for (int turn = 0; turn < SLOTS; turn++) sum += empty_slice_of(first ^ turn);
  return sum > 0 ? (u64)sum / SLOTS : 0;
}

/** Executions of a slice; tests give some more to the slot that a coin put second. */
static u64 executions_of(u64 coins, int slot, u64 repeat) {
  int is_second = slot != first_slot(coins, plan->handicap_coin);
  return repeat + (plan->handicap_coin != 0 && is_second ? repeat * plan->handicap / 1000000 : 0);
}

/**
 * Other work on the CPU interrupts many of the slices longer than LONG_SLICE_NS, and the slower
 * side's more often. So these are timed in pieces of at most PIECE_NS, and a piece that was
 * interrupted is measured again, up to ATTEMPTS times. Of short slices few are interrupted, which the
 * median leaves out.
 */
enum { LONG_SLICE_NS = 40000, PIECE_NS = 100000, ATTEMPTS = 8 };

static u64 piece(int slot, u64 executions) {
  for (int attempt = 1;; attempt++) {
    forget_interruptions();
    u64 ticks = slice(slot, executions);
    if (attempt == ATTEMPTS || !was_interrupted()) return ticks;
  }
}

/** `pieces` is 0 for a short slice. */
static u64 whole_slice(int slot, u64 executions, u64 pieces) {
  if (pieces == 0) return slice(slot, executions);
  u64 ticks = 0, each = (executions + pieces - 1) / pieces;
  for (u64 left = executions; left > 0; left -= each < left ? each : left)
    ticks += piece(slot, each < left ? each : left);
  return ticks;
}

static void time_quad(u64 quad, int outer, const u64 executions[SLOTS], u64 pieces) {
  for (int i = 0; i < 4; i++) {
    int slot = outer ^ (i == 1 || i == 2);
    ticks_of[slot][2 * quad + (i >= 2)] = whole_slice(slot, executions[slot], pieces);
  }
}

/**
 * After the other side's code a few microseconds are slower, more so on one side than on the other
 * (caches, predictors). So executions of about LEAD_NS that are not timed come before each slice.
 */
enum { LEAD_NS = 10000 };

/** Plays warm-up slices and returns how long one takes, in nanoseconds. */
static u64 warm_up(int first, const u64 executions[SLOTS]) {
  for (int turn = 0; turn < SLOTS; turn++) slice(first ^ turn, 1);
  u64 begun = thread_ns();
  for (u64 i = 0; i < plan->warm_slices; i++)
    for (int turn = 0; turn < SLOTS; turn++) slice(first ^ turn, executions[first ^ turn]);
  return (thread_ns() - begun) / (SLOTS * plan->warm_slices);
}

/** Measures all slices of one test run. */
static void time_run(u64 coins, u64 *random) {
  u64 executions[SLOTS];
  for (int slot = 0; slot < SLOTS; slot++)
    executions[slot] = executions_of(coins, slot, runs[slot]->repeat);
  int first = first_slot(coins, COIN_WARM);
  u64 slice_ns = warm_up(first, executions);
  u64 pieces = slice_ns > LONG_SLICE_NS ? slice_ns / PIECE_NS + 1 : 0;
  lead = runs[0]->repeat * LEAD_NS / (slice_ns + 1) + 1;
  calibrate(first);
  u64 bits = 0, flip = (u64)first_slot(coins, COIN_QUADS);
  for (u64 quad = 0; quad < plan->quads; quad++) {
    if (quad % 64 == 0) bits = random_word(random);
    int outer = (int)((coins & QUADS_ARE_DRAWN) != 0 ? bits & 1 : flip);
    bits >>= 1;
    time_quad(quad, outer, executions, pieces);
  }
  lead = 0;
  report_step((int)plan->quads);
}

/** Plays the whole scenario on both slots: timed, or once with every check. */
static void play_scenario(const struct job *job, const struct record *place[SLOTS], u64 coins,
    int is_timed, u64 *random) {
  int first = first_slot(coins, COIN_SCRIPT);
  for (;;) {
    for (int turn = 0; turn < SLOTS; turn++)
      runs[first ^ turn] = next_run(job, first ^ turn, &place[first ^ turn], !is_timed);
    if ((runs[0] == NULL) != (runs[1] == NULL))
      refuse("the sides have different numbers of test runs", 0);
    if (runs[0] == NULL) break;
    done[0] = done[1] = 0;
    if (is_timed) time_run(coins, random);
    else
      for (int turn = 0; turn < SLOTS; turn++) slice(first ^ turn, 1);
  }
}

#endif
