// What differs between x86-64 and arm64 when code is written, run and timed. No variant writes arm64
// code: there the shims prove counters in a machine whose counts are known
// (`harness/testing/pmu-box.ts`).
#ifndef JITSTAT_ARCH_H
#define JITSTAT_ARCH_H
#include <asm/sigcontext.h>
#include <linux/audit.h>
#include "sys.h"
#ifdef __x86_64__
#include <cpuid.h>
#endif

/**
 * Where the code was, and which address it accessed; `access` is NULL if it was not a memory
 * access.
 */
struct fault { u64 at, address; const char *access; };

#ifdef __x86_64__

/** A byte that ends any code that jumps to it: int3. */
enum { FILL = 0xcc, OWN_ARCH = AUDIT_ARCH_X86_64 };
enum { PAGE_FAULT = 14, FAULT_WRITES = 2, FAULT_FETCHES = 16 };

static inline struct fault fault_of(const struct sigcontext *context) {
  const char *access = context->err & FAULT_FETCHES ? "jump to "
      : context->err & FAULT_WRITES                 ? "write to "
                                                    : "read of ";
  return (struct fault){
      context->rip, context->cr2, context->trapno == PAGE_FAULT ? access : NULL};
}

/** Bit 8 of edx in CPUID leaf 0x80000007: the counter runs at one rate in all power states. */
static inline int has_invariant_tsc(void) {
  u32 eax, ebx, ecx, edx;
  return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) != 0 && (edx >> 8 & 1) != 0;
}

static inline u64 read_tsc(void) {
  u32 low, high;
  __asm__ volatile("lfence\n rdtsc\n lfence" : "=a"(low), "=d"(high) : : "memory");
  return (u64)high << 32 | low;
}

static inline u64 read_pmc(u32 counter) {
  u32 low, high;
  __asm__ volatile("lfence\n rdpmc\n lfence" : "=a"(low), "=d"(high) : "c"(counter));
  return (u64)high << 32 | low;
}

/** Makes instruction fetches see what was written before. */
static inline void code_written(u64 low, u64 high) {
  (void)low;
  (void)high;
}

#else

/** Four zeros are `udf #0`. */
enum { FILL = 0, OWN_ARCH = (int)AUDIT_ARCH_AARCH64 };

static inline struct fault fault_of(const struct sigcontext *context) {
  return (struct fault){context->pc, context->fault_address, "access to "};
}

/** The architecture's counter ticks every 10 ns and more: the thread's clock is finer. */
static inline int has_invariant_tsc(void) {
  return 0;
}

static inline u64 read_tsc(void) {
  return 0;
}

/** Never called: the kernel shows such a counter only to those who open an event for it. */
static inline u64 read_pmc(u32 counter) {
  (void)counter;
  return 0;
}

enum { SMALLEST_LINE = 16 };

/**
 * Cleans data caches to where instructions are fetched from, then invalidates the instruction
 * cache.
 */
static inline void code_written(u64 low, u64 high) {
  for (u64 at = low; at < high; at += SMALLEST_LINE)
    __asm__ volatile("dc cvau, %0" : : "r"(at) : "memory");
  __asm__ volatile("dsb ish" : : : "memory");
  for (u64 at = low; at < high; at += SMALLEST_LINE)
    __asm__ volatile("ic ivau, %0" : : "r"(at) : "memory");
  __asm__ volatile("dsb ish\n isb" : : : "memory");
}

#endif
#endif
