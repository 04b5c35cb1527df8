// The plain loop on arm64, with the state and the checks of `enter.h`: nine instructions an execution
// around the image's. The flow dissector's loop is not there.
#ifndef JITSTAT_ENTER_ARM_H
#define JITSTAT_ENTER_ARM_H
#include "report.h"

static const char *const preserved_names[] = {
    "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "sp"};

__asm__(
  ".text\n"
  ".macro save_pair first, second\n  stp \\first, \\second, [sp, #-16]!\n.endm\n"
  ".macro restore_pair first, second\n  ldp \\first, \\second, [sp], #16\n.endm\n"
  ".macro state register\n"
  "  movz \\register, :abs_g0_nc:run_state\n"
  "  movk \\register, :abs_g1:run_state\n"
  ".endm\n"
  // The mark of register N is N and the same high bits.
  ".macro mark number\n  mov x\\number, \\number\n  movk x\\number, 0xb0b0, lsl 48\n.endm\n"
  ".macro check number\n"
  "  mov x10, \\number\n  movk x10, 0xb0b0, lsl 48\n"
  "  cmp x\\number, x10\n"
  "  b.eq 9f\n"
  "  orr x11, x11, 1 << (\\number - 19)\n"
  "9:\n"
  ".endm\n"

  ".globl run_plain, loops_begin, loops_end\n"
  ".type run_plain, @function\n"
  ".p2align 6\n"
  "loops_begin:\n"
  "run_plain:\n"
  "  save_pair x19, x20\n  save_pair x21, x22\n  save_pair x23, x24\n"
  "  save_pair x25, x26\n  save_pair x27, x28\n  save_pair x29, x30\n"
  "  state x9\n"
  "  mov x10, sp\n"
  "  str x10, [x9, 40]\n"
  "  ldr x10, [x9, 32]\n"
  "  mov sp, x10\n"
  "  mark 19\n  mark 20\n  mark 21\n  mark 22\n  mark 23\n  mark 24\n"
  "  mark 25\n  mark 26\n  mark 27\n  mark 28\n  mark 29\n"
  ".p2align 5\n"
  "1: ldp x0, x1, [x9, 8]\n"           // context, instructions
  "  ldr x10, [x9]\n"
  "  blr x10\n"
  "  state x9\n"
  "  ldr x10, [x9, 24]\n"
  "  subs x10, x10, 1\n"
  "  str x10, [x9, 24]\n"
  "  b.ne 1b\n"
  "  str x0, [x9, 48]\n"
  "  mov x11, xzr\n"
  "  check 19\n  check 20\n  check 21\n  check 22\n  check 23\n  check 24\n"
  "  check 25\n  check 26\n  check 27\n  check 28\n  check 29\n"
  "  ldr x10, [x9, 32]\n"
  "  cmp sp, x10\n"
  "  b.eq 8f\n"
  "  orr x11, x11, 1 << 11\n"
  "8: str x11, [x9, 56]\n"
  "  ldr x10, [x9, 40]\n"
  "  mov sp, x10\n"
  "  restore_pair x29, x30\n  restore_pair x27, x28\n  restore_pair x25, x26\n"
  "  restore_pair x23, x24\n  restore_pair x21, x22\n  restore_pair x19, x20\n"
  "  ret\n"
  ".size run_plain, .-run_plain\n"
  "loops_end:\n");

void run_flow(void) {
  refuse("arm64 has no loop for the flow dissector", 0);
}

#endif
