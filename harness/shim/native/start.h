// The start of a shim without a C library: aligns the stack and calls `begin` with the stack as the
// kernel left it (argument count, arguments, environment; System V ABI of x86-64, AAPCS64).
#ifndef JITSTAT_START_H
#define JITSTAT_START_H
#include "sys.h"

__attribute__((used)) static _Noreturn void begin(const u64 *stack);

#ifdef __x86_64__
__asm__(
  ".globl _start\n"
  "_start:\n"
  "  xor %ebp, %ebp\n"
  "  mov %rsp, %rdi\n"
  "  and $-16, %rsp\n"
  "  call begin\n");
#else
__asm__(
  ".globl _start\n"
  "_start:\n"
  "  mov x29, xzr\n"
  "  mov x0, sp\n"
  "  bl begin\n");
#endif

#endif
