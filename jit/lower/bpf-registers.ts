// Which x86-64 register each BPF register lives in (the kernel's assignment, unchanged from 2014 to
// 6.18).
import {r10, r11, r13, r14, r15, r8, rax, rbp, rbx, rcx, rdi, rdx, rsi} from '../x86/registers.ts';

/**
 * R0 to R10 and AX, the scratch register that verifier rewrites use. Other numbers do not exist.
 */
export const machineRegister: readonly number[] = [
  rax,
  rdi,
  rsi,
  rdx,
  rcx,
  r8,
  rbx,
  r13,
  r14,
  r15,
  rbp,
  r10,
];

/** The emitter's own scratch register. */
export const scratch = r11;
