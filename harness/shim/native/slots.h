// Jobs of two slots: which side is in which, how much a pair measures, and the coins that decide
// who is treated first.
#ifndef JITSTAT_SLOTS_H
#define JITSTAT_SLOTS_H
#include "job.h"

enum { SLOTS = 2 };
/** Bits of `pair.coins`: slot 1 comes first in ... */
enum {
  COIN_MAP = 1,
  COIN_WRITE = 2,
  COIN_MEMORY = 4,
  COIN_SCRIPT = 8,
  COIN_WARM = 16,
  COIN_QUADS = 32,
  /** Each quad of slices draws its own order. */
  QUADS_ARE_DRAWN = 64,
};

/** `handicap` in parts per million: more executions for the slot that a coin put second (tests). */
struct plan {
  struct record head;
  u64 region, region_bytes, quads, warm_slices, clock, handicap, handicap_coin;
  /** With CLOCK_COUNTER: `type` and `config` of perf_event_open(2). */
  u64 event_type, event_config;
  /** Zero-terminated names of the slots' sides, 16 bytes each. */
  char names[SLOTS][16];
};

static const struct plan *plan;

static int first_slot(u64 coins, u64 coin) {
  return (coins & coin) != 0;
}

static u64 random_word(u64 *state) {
  u64 word = *state += 0x9e3779b97f4a7c15;
  word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
  word = (word ^ word >> 27) * 0x94d049bb133111eb;
  return word ^ word >> 31;
}

#endif
