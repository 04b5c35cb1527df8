// The sixteen general registers of x86-64 by number, and the two parts of a number that an
// instruction stores separately.

export const rax = 0;
export const rcx = 1;
export const rdx = 2;
export const rbx = 3;
export const rsp = 4;
export const rbp = 5;
export const rsi = 6;
export const rdi = 7;
export const r8 = 8;
export const r9 = 9;
export const r10 = 10;
export const r11 = 11;
export const r12 = 12;
export const r13 = 13;
export const r14 = 14;
export const r15 = 15;

/** The three bits that go into ModRM or the opcode. */
export const low = (register: number): number => register & 7;

/** The fourth bit, which goes into REX: 1 for r8 to r15. */
export const high = (register: number): number => register >> 3;
