// The kernel's slices shim: both sides loaded into the running kernel by one process, alternated by
// short test runs (BPF_PROG_TEST_RUN with a repeat).
//
// A job holds two slots, each with its own maps and programs, and many pairs. A pair is one load of
// each slot, with up to 63 small programs loaded in front of it, so that the kernel puts it
// somewhere else in its memory:
//
//   load -> play the scenario once with every check, if the pair asks for it
//   load -> play it; at every test run:
//             1 execution each | warm-up slices | what an empty slice costs | quads of slices
//
// In front of every slice comes a test run of the same side that is not timed.
// The kernel's own duration is an average in whole nanoseconds, too coarse for a small change, so
// slices are timed around the system call and the cost of the call is taken off.
#include "sys.h"
#include "start.h"
#include "job.h"
#include "kernel-play.h"
#include "clock.h"
#include "quads.h"

enum { MAX_PAIRS = 1024, MAX_FILLERS = 64, SOCKET_FILTER = 1 };

struct slot { struct record head; u64 number; };
struct pair { struct record head; u64 seed, coins, is_checked; };

static const struct record *slots[SLOTS];
static struct objects loaded[SLOTS];
static int fillers[SLOTS][MAX_FILLERS];
static u64 filler_count[SLOTS], entry_programs[SLOTS];
static u32 entries[MAX_PAIRS][SLOTS];
static s64 overheads[MAX_PAIRS];
static u64 pair_count, overhead_count;

static void begin_slot(int slot, const char *label) {
  where_side = plan->names[slot];
  current_label = label;
  objects = &loaded[slot];
}

static u64 execute(int slot, u64 executions) {
  const struct run *run = runs[slot];
  begin_slot(slot, run->label);
  union bpf_attr attributes = test_run_of(run, executions);
  where_iteration = done[slot];
  u64 begun = ticks_now();
  long result = bpf(BPF_PROG_TEST_RUN, &attributes);
  u64 ticks = ticks_now() - begun;
  done[slot] += executions;
  where_iteration = done[slot];
  check_test_run(run, &attributes, result);
  if (exit_code != EXIT_OK) report_end();
  return ticks;
}

static u64 timed(int slot, u64 executions) {
  if (lead > 0) execute(slot, lead);
  return execute(slot, executions);
}

static void calibrate(int first) {
  overhead = empty_slice(first);
  if (overhead_count < MAX_PAIRS) overheads[overhead_count++] = (s64)overhead;
}

/** Programs that only take up room. */
static void load_fillers(int slot, u64 count) {
  static const struct instruction insns[] = {{0xb7, 0, 0, 0}, {0x95, 0, 0, 0}};
  union bpf_attr attributes = {
      .prog_type = SOCKET_FILTER, .insns = (u64)insns, .insn_cnt = 2, .license = (u64) "GPL"};
  for (filler_count[slot] = 0; filler_count[slot] < count; filler_count[slot]++) {
    long fd = bpf(BPF_PROG_LOAD, &attributes);
    if (fd < 0) refuse_call("a program cannot be loaded", fd);
    fillers[slot][filler_count[slot]] = (int)fd;
  }
}

static const struct record *load_slot(const struct job *job, int slot) {
  begin_slot(slot, NULL);
  const struct record *record = slots[slot];
  while (record != NULL && load_object(job, record)) record = next_record(job, record);
  if (record == NULL || record->op != OP_SCRIPT) refuse("a slot of the job has no scenario", 0);
  return next_record(job, record);
}

static void close_all(const int *descriptors, u64 count) {
  for (u64 i = 0; i < count; i++) sys3(__NR_close, descriptors[i], 0, 0);
}

static void unload_slot(int slot) {
  struct objects *all = &loaded[slot];
  close_all(all->sockets, all->socket_count);
  close_all(all->programs, all->program_count);
  for (u64 i = 0; i < all->map_count; i++) sys3(__NR_close, all->maps[i].fd, 0, 0);
  close_all(fillers[slot], filler_count[slot]);
  all->map_count = all->program_count = all->socket_count = filler_count[slot] = 0;
}

static const struct run *next_run(
    const struct job *job, int slot, const struct record **place, int checks) {
  begin_slot(slot, NULL);
  const struct record *record = *place;
  for (; record != NULL; record = next_record(job, record)) {
    if (record->op == OP_COMPARE && !checks) continue;
    if (!play_between(record)) break;
    if (exit_code != EXIT_OK) report_end();
  }
  if (record == NULL || record->op != OP_RUN) return NULL;
  *place = next_record(job, record);
  entry_programs[slot] = ((const struct run *)record)->program;
  return (const struct run *)record;
}

/** Low half of the address of the entry program, 0 if the kernel does not show it. */
static u32 entry_of(int slot) {
  u64 address = 0;
  struct bpf_prog_info info = {.nr_jited_ksyms = 1, .jited_ksyms = (u64)&address};
  u32 fd = (u32)loaded[slot].programs[entry_programs[slot]];
  union bpf_attr attributes = {
      .info = {.bpf_fd = fd, .info_len = sizeof info, .info = (u64)&info}};
  return bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes) < 0 ? 0 : (u32)address;
}

static const char entries_list[] = "entries";

static void load_both(const struct job *job, u64 coins, u64 *random, const struct record *place[]) {
  for (int turn = 0; turn < SLOTS; turn++) {
    int slot = first_slot(coins, COIN_MAP) ^ turn;
    load_fillers(slot, random_word(random) % MAX_FILLERS);
    place[slot] = load_slot(job, slot);
  }
}

/** Every check of both scenarios, with one execution per run. */
static void check_both(const struct job *job, const struct pair *pair) {
  const struct record *place[SLOTS];
  u64 random = pair->seed;
  load_both(job, pair->coins, &random, place);
  play_scenario(job, place, pair->coins, 0, &random);
  for (int slot = 0; slot < SLOTS; slot++) unload_slot(slot);
}

static void play_pair(const struct job *job, const struct pair *pair) {
  const struct record *place[SLOTS];
  u64 random = pair->seed;
  if (pair_count == MAX_PAIRS) refuse("too many pairs", pair_count);
  load_both(job, pair->coins, &random, place);
  begin_pair();
  play_scenario(job, place, pair->coins, 1, &random);
  end_pair();
  for (int slot = 0; slot < SLOTS; slot++) {
    entries[pair_count][slot] = entry_of(slot);
    unload_slot(slot);
  }
  where_pair = ++pair_count;
}

static void read_records(const struct job *job) {
  for (const struct record *record = first_record(job); record != NULL;
      record = next_record(job, record)) {
    if (record->op == OP_PLAN) plan = (const struct plan *)record;
    if (record->op != OP_SLOT) continue;
    const struct slot *slot = (const struct slot *)record;
    if (slot->number >= SLOTS) refuse("too many slots", slot->number);
    slots[slot->number] = next_record(job, record);
  }
  if (plan == NULL || plan->quads == 0 || plan->quads > MAX_QUADS || plan->warm_slices == 0)
    refuse("the job has no plan", 0);
}

static void report_entries(void) {
  for (u64 pair = 0; pair < pair_count; pair++) {
    begin_item(entries_list);
    put_char(&line, '[');
    put_number(&line, entries[pair][0]);
    put_char(&line, ',');
    put_number(&line, entries[pair][1]);
    put_char(&line, ']');
  }
}

static _Noreturn void begin(const u64 *stack) {
  const struct job *job = read_job(read_arguments(stack));
  begin_kernel(job->watchdog_ms);
  read_records(job);
  choose_clock(plan->clock);
  watch_interruptions();
  struct moment begun = moment_now();
  for (const struct record *record = first_record(job); record != NULL;
      record = next_record(job, record)) {
    const struct pair *pair = (const struct pair *)record;
    if (record->op != OP_PAIR) continue;
    if (pair->is_checked) check_both(job, pair);
    play_pair(job, pair);
  }
  where_side = NULL;
  report_entries();
  report_clock(begun, (u64)median(overheads, (int)overhead_count));
  report_end();
}
