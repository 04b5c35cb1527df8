// The slices shim: both sides of a comparison in one process, alternated every few microseconds.
//
// A job holds two slots (which side is in which is the writer's draw), each with its own maps and
// packets, and many pairs. A pair is one copy of each slot's image at its own addresses:
//
//   map copies -> write code -> play the scenario once, checking everything
//              -> write code -> play it again; at every test run:
//                   1 execution each, checked | warm-up slices | quads of slices, 0110 or 1001
//
// Whatever is done to both slots is done in an order that a coin of the pair decides. One summary
// a pair and run is printed: quads, median and spread of the log ratios, median ticks of each slot.
#include "sys.h"
#include "start.h"
#include "job.h"
#include "run.h"
#include "copy.h"
#include "helpers.h"
#include "sandbox.h"
#include "clock.h"
#include "slices-report.h"

enum { MAX_SEGMENTS = 256 };
/** Bits of `pair.coins`: slot 1 comes first in ... */
enum {
  COIN_MAP = 1,
  COIN_WRITE = 2,
  COIN_MEMORY = 4,
  COIN_SCRIPT = 8,
  COIN_WARM = 16,
  COIN_QUADS = 32
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
/** `templates`, then `counts` of addresses; the addresses of slot 0 come first. */
struct pair { struct record head; u64 seed, coins, templates[SLOTS], counts[SLOTS], addresses[]; };

static const struct plan *plan;
static const struct record *templates[SLOTS][MAX_TEMPLATES];
static struct { u64 address, bytes; } data[MAX_SEGMENTS];
static u64 data_count, overhead;
/** Each slot's own series of random numbers, so that what the other does changes nothing. */
static u32 random_states[SLOTS];
static u64 done[SLOTS];

static u64 random_word(u64 *state) {
  u64 word = *state += 0x9e3779b97f4a7c15;
  word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
  word = (word ^ word >> 27) * 0x94d049bb133111eb;
  return word ^ word >> 31;
}

static int first_slot(const struct pair *pair, u64 coin) {
  return (pair->coins & coin) != 0;
}

static void begin_slot(int slot, const char *label, u64 executions) {
  where_side = plan->names[slot];
  current_label = label;
  current_repeat = done[slot] + executions;
  random_state = random_states[slot];
}

/** One slice: ticks, without what an empty slice costs. */
static u64 slice(int slot, const struct run *run, u64 executions) {
  u64 entry = copies[slot].addresses[run->entry];
  calling_loop loop = load_run(run, entry);
  begin_slot(slot, run->label, executions);
  u64 ticks = time_loop(loop, executions);
  done[slot] += executions;
  where_iteration = done[slot];
  random_states[slot] = random_state;
  check_run(run, entry);
  if (exit_code != EXIT_OK) report_end();
  return ticks > overhead + 1 ? ticks - overhead : 1;
}

/** Plays a slot's scenario up to its next run and returns that, or NULL at the end. */
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

/** Executions of a slice; tests give the slot that a coin put second some more. */
static u64 executions_of(const struct pair *pair, int slot, const struct run *run) {
  int is_second = slot != first_slot(pair, plan->handicap_coin);
  return run->repeat +
      (plan->handicap_coin != 0 && is_second ? run->repeat * plan->handicap / 1000000 : 0);
}

/** All slices of one test run. */
static void time_run(const struct pair *pair, const struct run *const runs[SLOTS], u64 *random) {
  u64 executions[SLOTS];
  for (int slot = 0; slot < SLOTS; slot++) {
    done[slot] = 0;
    executions[slot] = executions_of(pair, slot, runs[slot]);
  }
  int first = first_slot(pair, COIN_WARM);
  for (int turn = 0; turn < SLOTS; turn++) slice(first ^ turn, runs[first ^ turn], 1);
  for (u64 i = 0; i < plan->warm_slices; i++)
    for (int turn = 0; turn < SLOTS; turn++)
      slice(first ^ turn, runs[first ^ turn], executions[first ^ turn]);
  u64 bits = 0, flip = (u64)first_slot(pair, COIN_QUADS);
  int is_drawn = (pair->coins & COIN_QUADS << 1) != 0;
  for (u64 quad = 0; quad < plan->quads; quad++) {
    if (quad % 64 == 0) bits = random_word(random);
    int outer = (int)(is_drawn ? bits & 1 : flip);
    bits >>= 1;
    for (int i = 0; i < 4; i++) {
      int slot = outer ^ (i == 1 || i == 2);
      ticks_of[slot][2 * quad + (i >= 2)] = slice(slot, runs[slot], executions[slot]);
    }
  }
  report_step((int)plan->quads);
}

/** Zeroed pages again, then first contents. */
static void reset_memory(const struct job *job, const struct pair *pair) {
  for (int turn = 0; turn < SLOTS; turn++) {
    int slot = first_slot(pair, COIN_MEMORY) ^ turn;
    for (u64 i = 0; i < data_count; i++)
      if ((int)(data[i].address >> 33) == slot)
        sys3(__NR_madvise, data[i].address, data[i].bytes, MADV_DONTNEED);
    fill_memory(job, &copies[slot]);
    random_states[slot] = 0x2545f491;
  }
  for (int turn = 0; turn < SLOTS; turn++)
    write_copy(job, &copies[first_slot(pair, COIN_WRITE) ^ turn]);
}

/** The whole scenario on both copies: once with every check, or timed. */
static void play_scenario(
    const struct job *job, const struct pair *pair, int is_timed, u64 *random) {
  const struct record *place[SLOTS] = {copies[0].script, copies[1].script};
  int first = first_slot(pair, COIN_SCRIPT), items = 0;
  for (;;) {
    const struct run *runs[SLOTS];
    for (int turn = 0; turn < SLOTS; turn++)
      runs[first ^ turn] = next_run(job, first ^ turn, &place[first ^ turn], !is_timed);
    if ((runs[0] == NULL) != (runs[1] == NULL))
      refuse("the sides have different numbers of test runs", 0);
    if (runs[0] == NULL) break;
    if (is_timed) {
      if (items++ > 0) put_char(&line, ',');
      time_run(pair, runs, random);
      continue;
    }
    for (int turn = 0; turn < SLOTS; turn++) {
      done[first ^ turn] = 0;
      slice(first ^ turn, runs[first ^ turn], 1);
    }
  }
}

static const char pairs_list[] = "pairs", clocks_list[] = "clock";

static void play_pair(const struct job *job, const struct pair *pair) {
  const u64 *addresses[SLOTS] = {pair->addresses, pair->addresses + pair->counts[0]};
  u64 random = pair->seed;
  for (int turn = 0; turn < SLOTS; turn++) {
    int slot = first_slot(pair, COIN_MAP) ^ turn;
    if (pair->templates[slot] >= MAX_TEMPLATES || templates[slot][pair->templates[slot]] == NULL)
      refuse("a pair names no template", pair->templates[slot]);
    map_copy(job, &copies[slot], templates[slot][pair->templates[slot]], addresses[slot],
        pair->counts[slot]);
  }
  reset_memory(job, pair);
  play_scenario(job, pair, 0, &random);
  reset_memory(job, pair);
  begin_item(pairs_list);
  put_char(&line, '[');
  play_scenario(job, pair, 1, &random);
  put_char(&line, ']');
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
  if (plan == NULL || plan->quads == 0 || plan->quads > MAX_QUADS) refuse("the job has no plan", 0);
}

/** Ticks and nanoseconds of the whole process give the rate; `overhead` in ticks. */
static void report_clock(u64 ticks, u64 ns) {
  begin_item(clocks_list);
  static const char *const names[] = {
      [CLOCK_TSC] = "tsc", [CLOCK_THREAD] = "thread", [CLOCK_COUNTER] = "counter"};
  put(&line, "{\"name\":\"");
  put(&line, names[clock_in_use]);
  put(&line, "\",\"overhead\":");
  put_number(&line, overhead);
  put(&line, ",\"ticks\":");
  put_number(&line, ticks);
  put(&line, ",\"ns\":");
  put_number(&line, ns);
  put_char(&line, '}');
}

static _Noreturn void begin(const u64 *stack) {
  const struct job *job = read_job(read_arguments(stack));
  read_records(job);
  choose_clock(plan->clock);
  if (clock_in_use == CLOCK_COUNTER) {
    open_counter(plan->event_type, plan->event_config);
    acknowledge_fd = counter_fd;
  }
  start(job);
  u64 ticks = ticks_now(), ns = clock_in_use == CLOCK_TSC ? now_ns() : ticks;
  overhead = measure_overhead();
  for (const struct record *record = first_record(job); record != NULL;
      record = next_record(job, record))
    if (record->op == OP_PAIR) play_pair(job, (const struct pair *)record);
  where_side = NULL;
  u64 end = ticks_now();
  report_clock(end - ticks, (clock_in_use == CLOCK_TSC ? now_ns() : end) - ns);
  report_end();
}
