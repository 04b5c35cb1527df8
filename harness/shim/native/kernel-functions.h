// Kernel functions (kfuncs) that programs may call, as Linux 6.18 answers in a test run.
#ifndef JITSTAT_KERNEL_FUNCTIONS_H
#define JITSTAT_KERNEL_FUNCTIONS_H
#include "enter.h"

#ifdef __x86_64__
/**
 * Ends the program with a value, from whatever function it is in:
 *
 *     run_state.stack -> | return address | old rbp | stack | saved registers | <- rsp at a call
 *                                         ^ rbp of the main program
 *
 * Each function's rbp leads to its caller's. That of the main program, which saves all registers
 * because it calls this, is at a known place; its rsp is above the frame of the function it called.
 */
__asm__(
  ".text\n"
  ".globl bpf_throw\n"
  ".type bpf_throw, @function\n"
  "bpf_throw:\n"
  "  mov %rdi, %rax\n"
  "  mov run_state+32, %rdx\n"
  "  sub $16, %rdx\n"
  "  lea 8(%rsp), %rcx\n"
  "1: cmp %rdx, %rbp\n"
  "  je 2f\n"
  "  lea 16(%rbp), %rcx\n"
  "  mov (%rbp), %rbp\n"
  "  jmp 1b\n"
  "2: mov %rcx, %rsp\n"
  "  pop %r15\n  pop %r14\n  pop %r13\n  pop %rbx\n  pop %r12\n"
  "  leave\n"
  "  ret\n"
  ".size bpf_throw, .-bpf_throw\n");
#endif

/** A test run is alone on its CPU. */
void bpf_preempt_disable(void) {}
void bpf_preempt_enable(void) {}
void bpf_rcu_read_lock(void) {}
void bpf_rcu_read_unlock(void) {}

/** As in the kernel: the value that `next` gave last, and the first that it will not give. */
struct numbers { int current, end; };

int bpf_iter_num_new(struct numbers *numbers, int start, int end) {
  enum { MOST = 8 * 1024 * 1024 };
  numbers->current = numbers->end = 0;
  if (start > end) return -E_INVAL;
  if ((long)end - (long)start > MOST) return -E_2BIG;
  numbers->current = start - 1;
  numbers->end = end;
  return 0;
}

int *bpf_iter_num_next(struct numbers *numbers) {
  if ((long)numbers->current + 1 >= numbers->end) {
    numbers->current = numbers->end = 0;
    return NULL;
  }
  numbers->current++;
  return &numbers->current;
}

void bpf_iter_num_destroy(struct numbers *numbers) {
  numbers->current = numbers->end = 0;
}

#endif
