// The slices shim: both sides of a comparison in one process, alternated every few microseconds.
//
// A job holds two slots (which side is in which is the writer's draw), each with its own maps and
// packets, and many pairs. A pair is one copy of each slot's image at its own addresses:
//
//   map copies and calling loops -> write code -> play the scenario once, checking everything
//              -> write code -> play it again; at every test run:
//                   1 execution each, checked | warm-up slices | quads of slices, 0110 or 1001
//
// In front of every slice come executions of the same side that are not timed.
//
// Whatever is done to both slots is done in an order that a coin of the pair decides. One summary
// is printed for each pair and run: quads, median and spread of the log ratios, median ticks of
// each slot.
#include "sys.h"
#include "start.h"
#include "job.h"
#include "run.h"
#include "copy.h"
#include "copied-loops.h"
#include "helpers.h"
#include "sandbox.h"
#include "quads.h"

enum { MAX_SEGMENTS = 256 };
/** Two pages at each of `loops`; `counts` of addresses, of which those of slot 0 come first. */
struct pair {
  struct record head;
  u64 seed, coins, templates[SLOTS], loops[SLOTS], counts[SLOTS], addresses[];
};

static const struct record *templates[SLOTS][MAX_TEMPLATES];
static struct { u64 address, bytes; } data[MAX_SEGMENTS];
static u64 data_count;
/** Each slot has its own series of random numbers, unaffected by what the other slot does. */
static u32 random_states[SLOTS];

static void begin_slot(int slot, const char *label, u64 executions) {
  where_side = plan->names[slot];
  current_label = label;
  current_repeat = done[slot] + executions;
  random_state = random_states[slot];
}

static u64 execute(int slot, calling_loop loop, u64 executions) {
  begin_slot(slot, runs[slot]->label, executions);
  run_state.left = executions;
  u64 begun = ticks_now();
  loop();
  u64 ticks = ticks_now() - begun;
  done[slot] += executions;
  where_iteration = done[slot];
  random_states[slot] = random_state;
  return ticks;
}

static u64 timed(int slot, u64 executions) {
  const struct run *run = runs[slot];
  u64 entry = copies[slot].addresses[run->entry], lost = 0;
  calling_loop loop = own_loop(slot, load_run(run, entry));
  if (lead > 0) {
    execute(slot, loop, lead);
    lost = run_state.lost;
  }
  u64 ticks = execute(slot, loop, executions);
  run_state.lost |= lost;
  check_run(run, entry);
  if (exit_code != EXIT_OK) report_end();
  return ticks;
}

/** The first test run of the process speaks for all: they differ by less than a percent of a slice. */
static void calibrate(int first) {
  static int is_calibrated;
  if (!is_calibrated) overhead = empty_slice(first);
  is_calibrated = 1;
}

static const struct run *next_run(
    const struct job *job, int slot, const struct record **place, int checks) {
  const struct copy *copy = &copies[slot];
  begin_slot(slot, NULL, 0);
  const struct record *record = *place;
  for (; record != NULL; record = next_record(job, record)) {
    if (record->op != OP_POKE) close_pages();
    if (record->op == OP_STORE) play_store((const struct store *)record);
    else if (record->op == OP_POKE) poke_copy(copy, (const struct poke *)record);
    else if (record->op == OP_COMPARE && checks) check_value((const struct compare *)record);
    else if (record->op != OP_COMPARE) break;
    if (exit_code != EXIT_OK) report_end();
  }
  close_pages();
  if (record == NULL || record->op != OP_RUN) return NULL;
  *place = next_record(job, record);
  return (const struct run *)record;
}

/** Restores zeroed pages, then the first contents. */
static void reset_memory(const struct job *job, const struct pair *pair) {
  for (int turn = 0; turn < SLOTS; turn++) {
    int slot = first_slot(pair->coins, COIN_MEMORY) ^ turn;
    for (u64 i = 0; i < data_count; i++)
      if ((int)(data[i].address >> 33) == slot)
        sys3(__NR_madvise, data[i].address, data[i].bytes, MADV_DONTNEED);
    fill_memory(job, &copies[slot]);
    random_states[slot] = 0x2545f491;
  }
  for (int turn = 0; turn < SLOTS; turn++)
    write_copy(job, &copies[first_slot(pair->coins, COIN_WRITE) ^ turn]);
}

static void play_pair(const struct job *job, const struct pair *pair) {
  const u64 *addresses[SLOTS] = {pair->addresses, pair->addresses + pair->counts[0]};
  u64 random = pair->seed;
  for (int turn = 0; turn < SLOTS; turn++) {
    int slot = first_slot(pair->coins, COIN_MAP) ^ turn;
    if (pair->templates[slot] >= MAX_TEMPLATES || templates[slot][pair->templates[slot]] == NULL)
      refuse("a pair names no template", pair->templates[slot]);
    map_copy(job, &copies[slot], templates[slot][pair->templates[slot]], addresses[slot],
        pair->counts[slot]);
    copy_loops(slot, pair->loops[slot]);
  }
  reset_memory(job, pair);
  play_scenario(job, (const struct record *[]){copies[0].script, copies[1].script}, pair->coins,
      0, &random);
  reset_memory(job, pair);
  begin_pair();
  play_scenario(job, (const struct record *[]){copies[0].script, copies[1].script}, pair->coins,
      1, &random);
  end_pair();
  where_pair++;
}

static void start(const struct job *job) {
  map_guarded(job->stack_address, job->stack_bytes);
  run_state.stack = job->stack_address + job->stack_bytes;
  stack_guard = job->stack_address - PAGE;
  reserve(plan->region, plan->region_bytes);
  image_low = plan->region;
  image_high = plan->region + plan->region_bytes;
  reset_call = __NR_madvise;
  catch_signals(job->watchdog_ms);
  if ((job->flags & JOB_SANDBOX) != 0) give_up_privileges(job->watchdog_ms);
}

/** Finds plan and templates and maps the data. */
static void read_records(const struct job *job) {
  for (const struct record *record = first_record(job); record != NULL;
      record = next_record(job, record)) {
    const struct template *template = (const struct template *)record;
    const struct segment *segment = (const struct segment *)record;
    if (record->op == OP_PLAN) plan = (const struct plan *)record;
    if (record->op == OP_SEGMENT) {
      if (data_count == MAX_SEGMENTS) refuse("too many memory segments", data_count);
      map_guarded(segment->address, segment->bytes);
      data[data_count].address = segment->address;
      data[data_count++].bytes = page_end(segment->bytes);
    }
    if (record->op != OP_TEMPLATE) continue;
    if (template->slot >= SLOTS || template->number >= MAX_TEMPLATES)
      refuse("too many templates", template->number);
    templates[template->slot][template->number] = next_record(job, record);
  }
  if (plan == NULL || plan->quads == 0 || plan->quads > MAX_QUADS || plan->warm_slices == 0)
    refuse("the job has no plan", 0);
}

static _Noreturn void begin(const u64 *stack) {
  const struct job *job = read_job(read_arguments(stack));
  read_records(job);
  choose_clock(plan->clock);
  watch_interruptions();
  if (clock_in_use == CLOCK_COUNTER) {
    open_counter(plan->event_type, plan->event_config);
    acknowledge_fd = counter_fd;
  }
  start(job);
  struct moment begun = moment_now();
  for (const struct record *record = first_record(job); record != NULL;
      record = next_record(job, record))
    if (record->op == OP_PAIR) play_pair(job, (const struct pair *)record);
  where_side = NULL;
  report_clock(begun, overhead);
  report_end();
}
