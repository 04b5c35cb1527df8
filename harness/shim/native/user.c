// The user shim: maps images and data where the job says, gives up its privileges, and plays the
// job's scenario. It knows nothing of workloads, variants or maps beyond helpers.h; those are in
// the records, written by `harness/shim/`.
#include "sys.h"
#include "start.h"
#include "job.h"
#include "run.h"
#include "memory.h"
#include "helpers.h"
#include "kernel-functions.h"
#include "show.h"
#include "sandbox.h"

enum { OP_SEGMENT = 1, OP_STORE = 2, OP_START = 3, OP_POKE = 4, OP_RUN = 5, OP_COMPARE = 6 };

/** Five bytes of code: `before` must be there. */
struct poke { struct record head; u64 address; u8 before[8], after[8]; };

static void add_segment(const struct segment *segment) {
  map_guarded(segment->address, segment->bytes);
  if ((segment->access & PROT_EXEC) == 0) return;
  u64 end = segment->address + page_end(segment->bytes);
  memset((void *)segment->address, FILL, end - segment->address);
  if (segment->address < image_low) image_low = segment->address;
  if (end > image_high) image_high = end;
}

static void start(const struct job *job) {
  map_guarded(job->stack_address, job->stack_bytes);
  run_state.stack = job->stack_address + job->stack_bytes;
  stack_guard = job->stack_address - PAGE;
  for (const struct record *record = first_record(job); record != NULL;
      record = next_record(job, record)) {
    const struct segment *segment = (const struct segment *)record;
    if (record->op != OP_SEGMENT || segment->access == (PROT_READ | PROT_WRITE)) continue;
    if ((segment->access & PROT_EXEC) != 0)
      code_written(segment->address, segment->address + segment->bytes);
    sys3(__NR_mprotect, segment->address, segment->bytes, segment->access);
  }
  catch_signals(job->watchdog_ms);
  if ((job->flags & JOB_SANDBOX) != 0) give_up_privileges(job->watchdog_ms);
}

/** A separate function, also because valgrind ends a part of its counts when it returns. */
__attribute__((noinline, used)) static void play_run(const struct run *run) {
  calling_loop loop = load_run(run, run->entry);
  current_label = run->label;
  current_repeat = run->repeat;
  control("enable\n");
  u64 begun = now_ns();
  // The first execution is run apart: what a wrong image does to the registers may cancel out over
  // an even number.
  run_state.left = 1;
  current_repeat = 1;
  loop();
  u64 lost = run_state.lost;
  current_repeat = run->repeat;
  if (run->repeat > 1) {
    run_state.left = run->repeat - 1;
    loop();
    run_state.lost |= lost;
  }
  u64 ns = now_ns() - begun;
  control("disable\n");
  where_iteration = run->repeat;
  check_run(run, run->entry);
  begin_run(run->label, (u32)run_state.retval, run->repeat, ns, 0);
  show_run(run);
  end_run();
  current_label = NULL;
}

static void play(const struct job *job, const struct record *record) {
  if (record->op != OP_POKE) close_pages();
  switch (record->op) {
    case OP_SEGMENT: return add_segment((const struct segment *)record);
    case OP_STORE: return play_store((const struct store *)record);
    case OP_START: return start(job);
    case OP_POKE: {
      const struct poke *poke = (const struct poke *)record;
      return write_poke(poke->address, poke->before, poke->after);
    }
    case OP_RUN: return play_run((const struct run *)record);
    case OP_COMPARE: return check_value((const struct compare *)record);
    default: refuse("the job has an unknown record", record->op);
  }
}

static _Noreturn void begin(const u64 *stack) {
  const struct job *job = read_job(read_arguments(stack));
  for (const struct record *record = first_record(job); record != NULL;
      record = next_record(job, record))
    play(job, record);
  report_end();
}
