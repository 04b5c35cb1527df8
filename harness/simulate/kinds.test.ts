// Kinds of instructions, one row each, in objdump's AT&T text.
import {expect, test} from 'vitest';
import {kindOf} from './kinds.ts';

const rows: readonly (readonly [text: string, branch: number, loads: number, stores: number])[] = [
  ['push %rbp', 0, 0, 1],
  ['pushq $0x0', 0, 0, 1],
  ['pop %rbx', 0, 1, 0],
  ['leave', 0, 1, 0],
  ['leaveq', 0, 1, 0],
  ['ret', 1, 1, 0],
  ['retq', 1, 1, 0],
  ['call 0x401000', 1, 0, 1],
  ['callq 0x401000', 1, 0, 1],
  ['jmp 0x5000000b', 1, 0, 0],
  ['jmpq *%rcx', 1, 0, 0],
  ['ja 0x50000020', 1, 0, 0],
  ['nopl 0x0(%rax,%rax,1)', 0, 0, 0],
  ['nopw 0x0(%rax,%rax,1)', 0, 0, 0],
  ['xchg %ax,%ax', 0, 0, 0],
  ['mov %rsp,%rbp', 0, 0, 0],
  ['mov -0x224(%rbp),%eax', 0, 1, 0],
  ['mov %eax,-0x224(%rbp)', 0, 0, 1],
  ['movb $0x7,-0x1(%rbp)', 0, 0, 1],
  ['movzbq 0x0(%rdi),%rax', 0, 1, 0],
  ['movabs $0xffff888812345678,%rsi', 0, 0, 0],
  ['movsbq 0x0(%rdi),%rsi', 0, 1, 0],
  ['cmp %edx,0x24(%rsi)', 0, 1, 0],
  ['cmpq $0x21,(%rax)', 0, 1, 0],
  ['test %rcx,%rcx', 0, 0, 0],
  ['addq $0x1,(%rax)', 0, 1, 1],
  ['add %rsi,0x0(%rdi)', 0, 1, 1],
  ['lock add %esi,0x0(%rdi)', 0, 1, 1],
  ['lock xadd %rsi,0x0(%rdi)', 0, 1, 1],
  ['xchg %eax,0x4(%rdi)', 0, 1, 1],
  ['lock cmpxchg %rdx,0x0(%rdi)', 0, 1, 1],
  ['mov 0xd0(%rsi,%rdx,8),%rcx', 0, 1, 0],
  ['mov %rcx,(%rsp)', 0, 0, 1],
  ['lea 0x8(%rdi),%rax', 0, 0, 0],
  ['add $0x0,%rsp', 0, 0, 0],
  ['lfence', 0, 0, 0],
  ['endbr64', 0, 0, 0],
  ['shlx %rdx,%rsi,%rsi', 0, 0, 0],
];

test.each(rows)('%s', (text, branch, loads, stores) =>
  expect(kindOf(text)).toEqual({branch, loads, stores}),
);
