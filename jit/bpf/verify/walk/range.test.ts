// Ranges hold the numbers they stand for, whatever is computed and compared; and branches that only
// bounds show to be dead are dead to the walk, as they are to the kernel.
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {linuxContextFields} from '../context-fields.ts';
import {verify} from '../verify.ts';
import {variants} from '../../../variants/list/index.ts';
import {aluResult, jumpTaken} from '../../word/arithmetic.ts';
import {assemble} from '../../text/assemble.ts';
import {aluBits, classes, jumpBits} from '../../word/insn.ts';
import {rangeResult} from './range-alu.ts';
import {rangeOutcome, rangesAfter} from './range-branch.ts';
import {
  bitsOf,
  boundsOf,
  rangeOfNumber,
  signExtended,
  unknownRange,
  zeroExtended,
} from './range.ts';
import type {Range} from './range.ts';
import {covers, join, packet} from './values.ts';

const {add, sub, mul, and, or, xor, lsh, rsh, arsh} = aluBits;
const operations = [add, sub, mul, and, or, xor, lsh, rsh, arsh] as const;
const {jeq, jne, jgt, jge, jlt, jle, jset, jsgt, jsge, jslt, jsle} = jumpBits;
const jumps = [jeq, jne, jgt, jge, jlt, jle, jset, jsgt, jsge, jslt, jsle] as const;
const edges = [0n, 1n, 0x7fn, 0xffn, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 1n << 63n];
const numbers = fc.oneof(
  fc.constantFrom(...edges, ...edges.map((edge) => BigInt.asUintN(64, -edge))),
  fc.bigInt({min: 0n, max: 255n}),
  fc.bigInt({min: 0n, max: (1n << 64n) - 1n}),
);
const widths = fc.constantFrom<32 | 64>(32, 64);

const holds = (range: Range, number: bigint): boolean =>
  ([32, 64] as const).every((width) => {
    const {umin, umax, smin, smax} = boundsOf(range, width);
    const {value, mask} = bitsOf(range, width);
    const [low, signed] = [BigInt.asUintN(width, number), BigInt.asIntN(width, number)];
    return (
      umin <= low && low <= umax && smin <= signed && signed <= smax && (low & ~mask) === value
    );
  });

/** `range` after a comparison that is true or false of the numbers. */
const compared = (
  [a, b]: readonly [Range, Range],
  [x, y]: readonly [bigint, bigint],
  {jump, width}: {readonly jump: number; readonly width: 32 | 64},
): readonly [Range, Range] => {
  const taken = jumpTaken(jump | (width === 32 ? classes.jmp32 : classes.jmp), x, y);
  const outcome = rangeOutcome(jump, width, a, b);
  if (outcome !== undefined) expect(outcome).toBe(taken);
  return rangesAfter(jump, width, taken, a, b);
};

const step = fc.record({
  operation: fc.constantFrom(...operations),
  jump: fc.constantFrom(...jumps),
  width: widths,
  other: numbers,
  exact: fc.boolean(),
});

test('what is known holds after any comparisons and arithmetic', () => {
  fc.assert(
    fc.property(numbers, fc.array(step, {minLength: 1, maxLength: 12}), (start, steps) => {
      let number = start;
      let range = unknownRange;
      for (const {operation, jump, width, other, exact} of steps) {
        const right = exact ? rangeOfNumber(other) : unknownRange;
        const [left, second] = compared([range, right], [number, other], {jump, width});
        expect(holds(left, number) && holds(second, other)).toBe(true);
        const result = rangeResult(operation, width, left, second);
        const code = operation | (width === 64 ? classes.alu64 : classes.alu);
        number = aluResult(code, number, other, 0, 0);
        range = result ?? unknownRange;
        expect(holds(range, number)).toBe(true);
        for (const bytes of [1, 2, 4]) {
          expect(holds(zeroExtended(range, bytes), BigInt.asUintN(8 * bytes, number))).toBe(true);
          expect(holds(signExtended(range, bytes), BigInt.asIntN(8 * bytes, number))).toBe(true);
        }
      }
    }),
    {numRuns: 300, seed: 7},
  );
});

/** R9 is never written: a program is refused if its read counts as reached. */
const dead = 'r0 = r9; exit';
const {rules} = variants.find(({name}) => name === 'v618')!;
const walked = (source: string): void => {
  verify(assemble(source, {name: 'p', type: 'sched_cls'}), rules, {
    mapAddress: () => 0n,
    mapValueAddress: () => 0n,
    helperAddressMinusCallBase: (id) => id,
    contextFields: linuxContextFields,
  });
};
const time = 'call 5; r6 = r0; r0 = 0';
const spilled = `${time}; *(u64 *)(r10 - 8) = r6`;

test.each([
  ['a lower bound', `${time}; if r6 < 3 goto out; if r6 == 2 goto bad`],
  ['a signed bound', `${time}; if r6 s> -1 goto out; if r6 s> 5 goto bad`],
  ['a bound of the lower half', `${time}; if w6 > 9 goto out; if w6 == 10 goto bad`],
  ['two registers', `${time}; r7 = 2; if r6 < 3 goto out; if r6 == r7 goto bad`],
  ['a bit that is set', `${time}; r6 |= 4; if r6 == 3 goto bad`],
  ['a mask and a difference', `${time}; r6 &= 7; r6 -= 8; if r6 s>= 0 goto bad`],
  ['a shift', `${time}; r6 >>= 60; r6 += 1; if r6 > 16 goto bad`],
  ['a sign that is extended', `${time}; w6 = w6; r6 <<= 32; r6 s>>= 62; if r6 s> 1 goto bad`],
  ['a copy', `${time}; r7 = r6; if r6 > 4 goto out; if r7 == 9 goto bad`],
  [
    'a copy in the stack',
    `${spilled}; if r6 > 4 goto out; r7 = *(u64 *)(r10 - 8); if r7 == 9 goto bad`,
  ],
  ['a part of a spill', `${spilled}; r7 = *(u32 *)(r10 - 8); r7 >>= 32; if r7 != 0 goto bad`],
])('a branch is dead by %s', (_, source) => {
  const program = `${source}; out: exit\nbad: ${dead}`;
  expect(() => walked(program)).not.toThrow();
  expect(() => walked(`${time}; if r6 == 1 goto bad; out: exit\nbad: ${dead}`)).toThrow(
    'R9 !read_ok',
  );
});

test('an address in the packet or the stack is followed as one that may be in the stack', () => {
  const inStack = {kind: 'frame', frame: 0, offset: -68, last: -68} as const;
  const either = join(packet, inStack);
  expect(either).toEqual({...inStack, unsure: true});
  expect(covers(either, packet) && covers(either, inStack)).toBe(true);
  expect(covers(inStack, either)).toBe(false);
});
