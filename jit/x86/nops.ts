// No-operations of 1 to 11 bytes, as Linux fills gaps with them (P6 forms; from 9 bytes on with
// segment prefixes, 6.x).
import {assemble, at, at32, at8} from './assemble-form.ts';
import type {MemoryOperand} from './assemble-form.ts';
import {prefixBytes} from './forms.ts';
import {rax} from './registers.ts';

const indexed = (memory: MemoryOperand): MemoryOperand => ({
  ...memory,
  index: {register: rax, scale: 1},
});
const {data16, cs} = prefixBytes;
const longest = assemble('nop r/m32', indexed(at32(rax, 0)));

/** By length in bytes. */
const single: readonly (readonly number[])[] = [
  [],
  assemble('nop'),
  assemble('xchg ax, ax'),
  assemble('nop r/m32', at(rax)),
  assemble('nop r/m32', at8(rax, 0)),
  assemble('nop r/m32', indexed(at8(rax, 0))),
  assemble('nop r/m16', indexed(at8(rax, 0))),
  assemble('nop r/m32', at32(rax, 0)),
  longest,
  [cs, ...longest],
  [data16, cs, ...longest],
  [data16, data16, cs, ...longest],
];

export const [, , nop2, nop3, nop4, nop5] = single;

/** Nops that fill `count` bytes: as many of the longest as fit, then one for the rest. */
export const nops = (count: number, longestNop: 8 | 11): readonly number[] => {
  if (count <= longestNop) return single[count];
  return [...single[longestNop], ...nops(count - longestNop, longestNop)];
};
