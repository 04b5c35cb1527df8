// Whether this thread was interrupted by other work, without a system call: those change what the
// branch predictor knows, and with it the time of the slice that follows.
//
// rseq(2) lets a thread name a section of code, and the kernel forgets the name when it takes the CPU
// away while the thread runs elsewhere. This section is never entered, so a name that is gone means
// that the thread was interrupted.
#ifndef JITSTAT_INTERRUPTED_H
#define JITSTAT_INTERRUPTED_H
#include <linux/rseq.h>
#include "sys.h"

enum { SECTION_SIGNATURE = 0x53053053 };

void section_begin(void);
void section_abort(void);
// The kernel checks the signature in front of the address to continue at.
__asm__(".text\n.p2align 2\n"
        ".globl section_begin, section_abort\n"
        "section_begin:\n  nop\n"
        ".p2align 2\n"
        "  .long 0x53053053\n"
        "section_abort:\n  nop\n");

static struct rseq thread_area;
static struct rseq_cs section;

/** Kernels without rseq(2) refuse; then nothing counts as an interruption. */
static void watch_interruptions(void) {
  section.start_ip = (u64)section_begin;
  section.post_commit_offset = 1;
  section.abort_ip = (u64)section_abort;
  sys6(__NR_rseq, (long)&thread_area, 32, 0, SECTION_SIGNATURE, 0, 0);
}

static inline void forget_interruptions(void) {
  *(volatile u64 *)&thread_area.rseq_cs = (u64)&section;
}

static inline int was_interrupted(void) {
  return *(volatile u64 *)&thread_area.rseq_cs == 0;
}

#endif
