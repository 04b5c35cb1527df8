// Memory of a job: segments between guard pages, contents, and image pages that are either writable
// or executable.
#ifndef JITSTAT_MEMORY_H
#define JITSTAT_MEMORY_H
#include "job.h"

/** Memory between two guard pages; `access` as in mprotect, from the start of the scenario on. */
struct segment { struct record head; u64 address, bytes, access; };

/** Bytes to write, before or between runs. */
struct store { struct record head; u64 address, bytes; u8 data[]; };

static u64 page_end(u64 address) {
  return (address + PAGE - 1) & ~(PAGE - 1);
}

static void reserve(u64 start, u64 bytes) {
  long map = sys6(__NR_mmap, (long)start, (long)bytes, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (start % PAGE != 0 || (u64)map != start) refuse("a memory segment cannot be mapped at", start);
}

static void map_guarded(u64 address, u64 bytes) {
  reserve(address - PAGE, page_end(bytes) + 2 * PAGE);
  sys3(__NR_mprotect, address, page_end(bytes), PROT_READ | PROT_WRITE);
}

static void play_store(const struct store *store) {
  memcpy((void *)store->address, store->data, store->bytes);
}

/**
 * The image pages that are writable, and not executable, now: the pokes of one update are mostly in
 * one page.
 */
static u64 open_low, open_high;

static void close_pages(void) {
  if (open_low != open_high)
    sys3(__NR_mprotect, open_low, open_high - open_low, PROT_READ | PROT_EXEC);
  open_low = open_high = 0;
}

static void open_pages(u64 low, u64 high) {
  if (low >= open_low && high <= open_high) return;
  close_pages();
  open_low = low & ~(PAGE - 1);
  open_high = page_end(high);
  sys3(__NR_mprotect, open_low, open_high - open_low, PROT_READ | PROT_WRITE);
}

/** Five bytes of code, written only over `before`. */
static void write_poke(u64 address, const u8 *before, const u8 *after) {
  u8 *code = (u8 *)address;
  open_pages(address, address + 5);
  if (memcmp(code, before, 5) != 0 && report_failure(EXIT_WRONG, NULL)) {
    where_address = address;
    put(&what, "a poke site holds ");
    put_bytes(&what, code, 5);
    put(&what, " instead of ");
    put_bytes(&what, before, 5);
  }
  for (int i = 0; i < 5; i++) code[i] = after[i];
}

#endif
