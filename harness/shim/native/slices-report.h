// What the slices shim prints for one test run of one pair: quads, median and spread of the log
// ratios, median ticks of each slot.
#ifndef JITSTAT_SLICES_REPORT_H
#define JITSTAT_SLICES_REPORT_H
#include "report.h"
#include "robust.h"
#include "slots.h"

enum { MAX_QUADS = 1024 };

static u64 ticks_of[SLOTS][2 * MAX_QUADS];
static s64 values[2 * MAX_QUADS];

static void put_signed(s64 value) {
  if (value < 0) put_char(&line, '-');
  put_number(&line, (u64)(value < 0 ? -value : value));
}

static u64 median_ticks(int slot, int count) {
  for (int i = 0; i < count; i++) values[i] = (s64)ticks_of[slot][i];
  return (u64)median(values, count);
}

static u64 limited(u64 ticks) {
  return ticks < 0xffffffff ? ticks : 0xffffffff;
}

static const char pairs_list[] = "pairs";
static u64 steps_reported;

/** A pair is a list of its steps; a failure in the middle keeps what was measured before. */
static void begin_pair(void) {
  begin_item(pairs_list);
  put_char(&line, '[');
  is_inner_open = 1;
  steps_reported = 0;
}

static void end_pair(void) {
  put_char(&line, ']');
  is_inner_open = 0;
}

/** `[quads, median, MAD, ticks of slot 0, of slot 1]`, logs of slot 1 / slot 0 in 1e-9. */
static void report_step(int quads) {
  for (int i = 0; i < quads; i++)
    values[i] = log_ratio(limited(ticks_of[0][2 * i]), limited(ticks_of[0][2 * i + 1]),
                          limited(ticks_of[1][2 * i]), limited(ticks_of[1][2 * i + 1]));
  s64 middle = median(values, quads);
  for (int i = 0; i < quads; i++)
    values[i] = values[i] > middle ? values[i] - middle : middle - values[i];
  s64 spread = median(values, quads);
  if (steps_reported++ > 0) put_char(&line, ',');
  put_char(&line, '[');
  put_number(&line, (u64)quads);
  put_char(&line, ',');
  put_signed(middle);
  put_char(&line, ',');
  put_signed(spread);
  for (int slot = 0; slot < SLOTS; slot++) {
    put_char(&line, ',');
    put_number(&line, median_ticks(slot, 2 * quads));
  }
  put_char(&line, ']');
}

#endif
