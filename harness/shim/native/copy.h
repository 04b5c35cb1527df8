// Copies of an image: its functions at addresses that the job draws for each pair, with every
// reference to a function of the same copy, or to the shim, computed again.
#ifndef JITSTAT_COPY_H
#define JITSTAT_COPY_H
#include "arch.h"
#include "memory.h"
#include "slots.h"

enum {
  OP_TEMPLATE = 3, OP_FUNCTION = 4, OP_REFERENCE = 5, OP_POINTER = 6, OP_SCRIPT = 7, OP_POKE = 8,
  OP_RUN = 9, OP_COMPARE = 10, OP_PAIR = 11, OP_PLAN = 12, OP_SEGMENT = 1, OP_STORE = 2,
};
enum { MAX_TEMPLATES = 64, MAX_FUNCTIONS = 4096, JUMP = 0xe9 };
#define OUTSIDE (~0UL)

/**
 * The image of one slot, compiled for addresses of one remainder modulo 16. Its functions,
 * references, pointers and first contents follow, then OP_SCRIPT and the scenario.
 */
struct template { struct record head; u64 slot, number; };
struct function { struct record head; u64 bytes; u8 code[]; };
/** Four bytes at `offset` of a function: the distance from their end to `target` + `addend`. */
struct reference { struct record head; u64 function, offset, target, addend; };
/** A u64 in memory that holds the address of a function. */
struct pointer { struct record head; u64 address, function; };
/** Five bytes of code. A jump has a target function (or OUTSIDE = plain bytes) and an addend. */
struct patch { u64 target, addend; u8 bytes[8]; };
struct poke { struct record head; u64 function, offset; struct patch before, after; };

/** A copy that is mapped now. */
struct copy {
  const struct record *first, *script;
  const u64 *addresses;
  u64 count;
  const struct function *functions[MAX_FUNCTIONS];
};
static struct copy copies[SLOTS];

static void span_of(const struct copy *copy, u64 number, u64 *low, u64 *high) {
  *low = copy->addresses[number] & ~(PAGE - 1);
  *high = page_end(copy->addresses[number] + copy->functions[number]->bytes);
}

/** Takes a template's functions; the pages become writable and hold FILL. */
static void map_copy(const struct job *job, struct copy *copy, const struct record *first,
                     const u64 *addresses, u64 count) {
  copy->first = first;
  copy->addresses = addresses;
  copy->count = 0;
  const struct record *record = first;
  for (; record != NULL && record->op != OP_SCRIPT; record = next_record(job, record)) {
    if (record->op != OP_FUNCTION) continue;
    if (copy->count == count || count > MAX_FUNCTIONS)
      refuse("a pair has no address for a function", 0);
    copy->functions[copy->count++] = (const struct function *)record;
  }
  if (record == NULL || copy->count != count) refuse("a template of the job has no scenario", 0);
  copy->script = next_record(job, record);
  for (u64 i = 0; i < count; i++) {
    u64 low, high;
    span_of(copy, i, &low, &high);
    sys3(__NR_mprotect, low, high - low, PROT_READ | PROT_WRITE);
    memset((void *)low, FILL, high - low);
  }
}

static u64 target_of(const struct copy *copy, u64 target, u64 addend) {
  return target == OUTSIDE ? addend : copy->addresses[target] + addend;
}

/** Writes code as it was compiled, with this copy's addresses; then the pages are executable. */
static void write_copy(const struct job *job, const struct copy *copy) {
  u64 low, high;
  for (u64 i = 0; i < copy->count; i++) {
    span_of(copy, i, &low, &high);
    sys3(__NR_mprotect, low, high - low, PROT_READ | PROT_WRITE);
    memcpy((void *)copy->addresses[i], copy->functions[i]->code, copy->functions[i]->bytes);
  }
  for (const struct record *record = copy->first; record->op != OP_SCRIPT;
      record = next_record(job, record)) {
    if (record->op != OP_REFERENCE) continue;
    const struct reference *reference = (const struct reference *)record;
    u64 at = copy->addresses[reference->function] + reference->offset;
    s32 distance = (s32)(target_of(copy, reference->target, reference->addend) - (at + 4));
    memcpy((void *)at, &distance, sizeof distance);
  }
  for (u64 i = 0; i < copy->count; i++) {
    span_of(copy, i, &low, &high);
    code_written(low, high);
    sys3(__NR_mprotect, low, high - low, PROT_READ | PROT_EXEC);
  }
}

/** First contents of maps, and `bpf_func` of every program. */
static void fill_memory(const struct job *job, const struct copy *copy) {
  for (const struct record *record = copy->first; record->op != OP_SCRIPT;
      record = next_record(job, record)) {
    if (record->op == OP_STORE) play_store((const struct store *)record);
    if (record->op != OP_POINTER) continue;
    const struct pointer *pointer = (const struct pointer *)record;
    *(u64 *)pointer->address = copy->addresses[pointer->function];
  }
}

static void write_patch(const struct copy *copy, const struct patch *patch, u64 at, u8 *bytes) {
  memcpy(bytes, patch->bytes, 5);
  if (patch->target == OUTSIDE) return;
  s32 distance = (s32)(target_of(copy, patch->target, patch->addend) - (at + 5));
  bytes[0] = JUMP;
  memcpy(bytes + 1, &distance, sizeof distance);
}

static void poke_copy(const struct copy *copy, const struct poke *poke) {
  u64 at = copy->addresses[poke->function] + poke->offset;
  u8 before[5], after[5];
  write_patch(copy, &poke->before, at, before);
  write_patch(copy, &poke->after, at, after);
  write_poke(at, before, after);
}

#endif
