// Where a shim without a C library begins: an aligned stack, and `begin` with the stack as the kernel
// left it (argument count, arguments, environment; System V ABI, x86-64).
#ifndef JITSTAT_START_H
#define JITSTAT_START_H
#include "sys.h"

__attribute__((used)) static _Noreturn void begin(const u64 *stack);

__asm__(
  ".globl _start\n"
  "_start:\n"
  "  xor %ebp, %ebp\n"
  "  mov %rsp, %rdi\n"
  "  and $-16, %rsp\n"
  "  call begin\n");

#endif
