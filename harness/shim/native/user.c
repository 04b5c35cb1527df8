// The user shim: maps images and data where the job says, gives up its privileges, and plays the
// job's scenario.
// It knows no workload, variant or map semantics beyond helpers.h; those are in the records, made
// by `harness/shim/`.
#include "sys.h"
#include "job.h"
#include "enter.h"
#include "helpers.h"
#include "sandbox.h"

enum { OP_SEGMENT = 1, OP_STORE = 2, OP_START = 3, OP_POKE = 4, OP_RUN = 5, OP_COMPARE = 6 };
enum { KIND_PLAIN = 0, KIND_FLOW = 1 };
enum { RETVAL_ANY = 0, RETVAL_32 = 1, RETVAL_64 = 2 };

/** Memory between two guard pages; `access` as in mprotect, from OP_START on. */
struct segment { struct record head; u64 address, bytes, access; };

/** Bytes to write, before or between runs. */
struct store { struct record head; u64 address, bytes; u8 data[]; };

/** Five bytes of code: `before` must be there. */
struct poke { struct record head; u64 address; u8 before[8], after[8]; };

/**
 * Text and expected output follow: a label of `label_bytes` (zero-terminated, padded to 8), then
 * the output.
 */
struct run {
  struct record head;
  u64 kind, entry, context, insns, repeat;
  u64 expects_retval, retval;
  u64 keys, ethertype, packet_bytes, flags;
  u64 output, output_bytes, label_bytes;
  char label[];
};

/** A u32 in memory that must have this value now. */
struct compare { struct record head; u64 address, value; char label[]; };

static void map_guarded(u64 address, u64 bytes) {
  u64 start = address - PAGE, span = ((bytes + PAGE - 1) & ~(PAGE - 1)) + 2 * PAGE;
  long map = sys6(__NR_mmap, (long)start, (long)span, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (address % PAGE != 0 || (u64)map != start) refuse("a memory segment cannot be mapped at", address);
  sys3(__NR_mprotect, address, span - 2 * PAGE, PROT_READ | PROT_WRITE);
}

static void add_segment(const struct segment *segment) {
  map_guarded(segment->address, segment->bytes);
  if ((segment->access & PROT_EXEC) == 0) return;
  u64 end = segment->address + ((segment->bytes + PAGE - 1) & ~(PAGE - 1));
  memset((void *)segment->address, 0xcc, end - segment->address);
  if (segment->address < image_low) image_low = segment->address;
  if (end > image_high) image_high = end;
}

static void start(const struct job *job) {
  map_guarded(job->stack_address, job->stack_bytes);
  run_state.stack = job->stack_address + job->stack_bytes;
  stack_guard = job->stack_address - PAGE;
  for (const struct record *record = first_record(job); record != NULL; record = next_record(job, record)) {
    const struct segment *segment = (const struct segment *)record;
    if (record->op == OP_SEGMENT && segment->access != (PROT_READ | PROT_WRITE))
      sys3(__NR_mprotect, segment->address, segment->bytes, segment->access);
  }
  catch_signals(job->watchdog_ms);
  if ((job->flags & JOB_SANDBOX) != 0) give_up_privileges(job->watchdog_ms);
}

/**
 * The image pages that are writable now, and not executable: pokes of one update mostly lie in one
 * page.
 */
static u64 open_low, open_high;

static void close_pages(void) {
  if (open_low != open_high) sys3(__NR_mprotect, open_low, open_high - open_low, PROT_READ | PROT_EXEC);
  open_low = open_high = 0;
}

static void open_pages(u64 low, u64 high) {
  if (low >= open_low && high <= open_high) return;
  close_pages();
  open_low = low & ~(PAGE - 1);
  open_high = (high + PAGE - 1) & ~(PAGE - 1);
  sys3(__NR_mprotect, open_low, open_high - open_low, PROT_READ | PROT_WRITE);
}

static void play_poke(const struct poke *poke) {
  u8 *code = (u8 *)poke->address;
  open_pages(poke->address, poke->address + 5);
  if (memcmp(code, poke->before, 5) != 0 && report_failure(EXIT_WRONG, NULL)) {
    where_address = poke->address;
    put(&what, "a poke site holds ");
    put_bytes(&what, code, 5);
    put(&what, " instead of ");
    put_bytes(&what, poke->before, 5);
  }
  for (int i = 0; i < 5; i++) code[i] = poke->after[i];
}

static void check_run(const struct run *run) {
  // Kernels keep 32 bits of the return value; a job may ask for all 64.
  u64 retval = run->expects_retval == RETVAL_64 ? run_state.retval : (u32)run_state.retval;
  if (run_state.lost != 0 && report_failure(EXIT_WRONG, run->label)) {
    put(&what, "registers not preserved:");
    for (int i = 0; i < 7; i++) {
      if ((run_state.lost >> i & 1) == 0) continue;
      put_char(&what, ' ');
      put(&what, preserved_names[i]);
    }
    where_address = run->entry;
  }
  if (run->expects_retval != RETVAL_ANY && retval != run->retval && report_failure(EXIT_WRONG, run->label)) {
    put(&what, "returned ");
    put_number(&what, retval);
    put(&what, ", expected ");
    put_number(&what, run->retval);
    where_address = run->entry;
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
    where_address = run->entry;
  }
}

/** A function of its own also for valgrind, which ends a part of its counts where it returns. */
__attribute__((noinline, used)) static void play_run(const struct run *run) {
  void (*loop)(void) = run->kind == KIND_FLOW ? run_flow : run_plain;
  run_state.entry = run->entry;
  run_state.context = run->context;
  run_state.insns = run->insns;
  run_state.keys = run->keys;
  run_state.ethertype = run->ethertype;
  run_state.packet_bytes = run->packet_bytes;
  run_state.flags = run->flags;
  current_label = run->label;
  current_repeat = run->repeat;
  control("enable\n");
  u64 begun = now_ns();
  // The first execution apart: what a wrong image does to the registers may cancel out over an even
  // number.
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
  check_run(run);
  report_run(run->label, (u32)run_state.retval, run->repeat, ns);
  current_label = NULL;
}

static void play_compare(const struct compare *compare) {
  u32 value = *(const u32 *)compare->address;
  if (value == (u32)compare->value || !report_failure(EXIT_WRONG, compare->label)) return;
  put(&what, "holds ");
  put_number(&what, value);
  put(&what, ", expected ");
  put_number(&what, (u32)compare->value);
}

static void play(const struct job *job, const struct record *record) {
  if (record->op != OP_POKE) close_pages();
  switch (record->op) {
    case OP_SEGMENT: return add_segment((const struct segment *)record);
    case OP_STORE: {
      const struct store *store = (const struct store *)record;
      memcpy((void *)store->address, store->data, store->bytes);
      return;
    }
    case OP_START: return start(job);
    case OP_POKE: return play_poke((const struct poke *)record);
    case OP_RUN: return play_run((const struct run *)record);
    case OP_COMPARE: return play_compare((const struct compare *)record);
    default: refuse("the job has an unknown record", record->op);
  }
}

__attribute__((used)) static _Noreturn void begin(const u64 *stack) {
  const struct job *job = read_job(read_arguments(stack));
  for (const struct record *record = first_record(job); record != NULL; record = next_record(job, record)) play(job, record);
  report_end();
}

__asm__(
  ".globl _start\n"
  "_start:\n"
  "  xor %ebp, %ebp\n"
  "  mov %rsp, %rdi\n"
  "  and $-16, %rsp\n"
  "  call begin\n");
