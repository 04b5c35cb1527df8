// One test run of an image: its record, how the loop is set up for it, and the checks of its
// results. Shared by the shims that run images in user space.
#ifndef JITSTAT_RUN_H
#define JITSTAT_RUN_H
#include "enter.h"
#include "job.h"

enum { KIND_PLAIN = 0, KIND_FLOW = 1 };
enum { RETVAL_ANY = 0, RETVAL_32 = 1, RETVAL_64 = 2 };

/**
 * Text and expected output follow: a label of `label_bytes` (zero-terminated, padded to 8), then
 * the output. In a slices job `entry` is the number of a function and `repeat` the executions of a
 * slice.
 */
struct run {
  struct record head;
  u64 kind, entry, context, insns, repeat;
  u64 expects_retval, retval;
  u64 keys, ethertype, packet_bytes, flags;
  /** What the report shows of the run's output; see `show.h`. */
  u64 shows;
  u64 output, output_bytes, label_bytes;
  char label[];
};

/** A u32 in memory that must have this value now. */
struct compare { struct record head; u64 address, value; char label[]; };

typedef void (*calling_loop)(void);

/** Everything the loop reads except the number of executions. */
static calling_loop load_run(const struct run *run, u64 entry) {
  run_state.entry = entry;
  run_state.context = run->context;
  run_state.insns = entry;
  run_state.keys = run->keys;
  run_state.ethertype = run->ethertype;
  run_state.packet_bytes = run->packet_bytes;
  run_state.flags = run->flags;
  return run->kind == KIND_FLOW ? run_flow : run_plain;
}

/** Registers, return value and output after the last execution. */
static void check_run(const struct run *run, u64 entry) {
  // Kernels keep 32 bits of the return value; a job may ask for all 64.
  u64 retval = run->expects_retval == RETVAL_64 ? run_state.retval : (u32)run_state.retval;
  if (run_state.lost != 0 && report_failure(EXIT_WRONG, run->label)) {
    put(&what, "registers not preserved:");
    for (size_t i = 0; i < sizeof preserved_names / sizeof preserved_names[0]; i++) {
      if ((run_state.lost >> i & 1) == 0) continue;
      put_char(&what, ' ');
      put(&what, preserved_names[i]);
    }
    where_address = entry;
  }
  if (run->expects_retval != RETVAL_ANY && retval != run->retval &&
      report_failure(EXIT_WRONG, run->label)) {
    put(&what, "returned ");
    put_number(&what, retval);
    put(&what, ", expected ");
    put_number(&what, run->retval);
    where_address = entry;
  }
  const u8 *got = (const u8 *)run->output, *expected = (const u8 *)run->label + run->label_bytes;
  for (u64 i = 0; i < run->output_bytes; i++) {
    if (got[i] == expected[i]) continue;
    if (!report_failure(EXIT_WRONG, run->label)) return;
    put(&what, "output byte ");
    put_number(&what, i);
    put(&what, " is ");
    put_bytes(&what, got + i, 1);
    put(&what, ", expected ");
    put_bytes(&what, expected + i, 1);
    where_address = entry;
  }
}

static void check_value(const struct compare *compare) {
  u32 value = *(const u32 *)compare->address;
  if (value == (u32)compare->value || !report_failure(EXIT_WRONG, compare->label)) return;
  put(&what, "holds ");
  put_number(&what, value);
  put(&what, ", expected ");
  put_number(&what, (u32)compare->value);
}

#endif
