// Where the verifier walk may end a path: a number that decides something keeps states apart, one
// that decides nothing lets them meet.
import {expect, test} from 'vitest';
import {run, tail, text} from '../../testdata/verifying.ts';

/** So many instructions that a state is kept at the next place where paths meet. */
const far = 'r0 = 0; '.repeat(8);

/** The path through `first` is followed before the one through `second`; they meet, then `use`. */
const twoPaths = (first: string, second: string, use: string): string => `
  r6 = r1
  r7 = *(u32 *)(r1 + 0)
  r8 = *(u32 *)(r1 + 4)
  ${far}
  ${second}
  if r7 == 3 goto meet
  ${first}
meet:
  ${far}
  ${use}
  r0 = 5
  exit
yes:
  r0 = 77
  exit`;

const bufferOf = (size: string): string =>
  `*(u64 *)(r10 - 8) = 0; r1 = r6; r2 = 0; r3 = r10; r3 += -16; r4 = ${size}; call 26; ` +
  'r0 = *(u64 *)(r10 - 8); if r0 != 0 goto yes';
const lookup = 'r1 = map data ll; r2 = r10; r2 += -8; call 1; if r0 == 0 goto yes';

// prettier-ignore
const deciding = [
  ['a register', 'r9 = 2', 'r9 = 1', 'if r9 == 1 goto yes'],
  ['a sum', 'r9 = 2', 'r9 = 1', 'r9 += r9; r9 += 1; if r9 == 3 goto yes'],
  ['half of it', 'r9 = 2', 'r9 = 1', 'w9 <<= 1; w9 = w9; if w9 == 2 goto yes'],
  ['a number that is spilled', 'r9 = 2', 'r9 = 1',
    '*(u64 *)(r10 - 8) = r9; r0 = *(u8 *)(r10 - 8); if r0 == 1 goto yes'],
  ['a slot', '*(u64 *)(r10 - 8) = 2', '*(u64 *)(r10 - 8) = 1',
    'r0 = *(u32 *)(r10 - 8); if r0 == 1 goto yes'],
  ['a zero', 'r9 = 0', 'r9 = 1',
    '*(u8 *)(r10 - 3) = r9; r0 = *(u8 *)(r10 - 3); if r0 != 0 goto yes'],
  ['a copy', 'r9 = r7', 'r9 = r8', 'if r7 > 5 goto +1; if r9 > 5 goto yes'],
  ['what it is compared with', 'r9 = 2', 'r9 = 9', 'if r8 >= r9 goto +1; if r8 > 5 goto yes'],
  ['an address', 'r9 = -8', 'r9 = -16',
    '*(u64 *)(r10 - 8) = 0; r3 = r10; r3 += r9; *(u64 *)(r3 + 0) = 1; ' +
    'r0 = *(u64 *)(r10 - 8); if r0 == 0 goto yes'],
  ['a size', 'r9 = 8', 'r9 = 16', bufferOf('r9')],
  ['a key', '*(u32 *)(r10 - 8) = 0', '*(u32 *)(r10 - 8) = 5', lookup],
] as const;

test.each(deciding)('%s that decides keeps paths apart', (_, first, second, use) => {
  expect(text(twoPaths(first, second, use)).join('\n')).toContain('r0 = 77');
  // Without the second path the branch is dead: it is the number that opens it.
  expect(text(twoPaths(first, first, use)).join('\n')).not.toContain('r0 = 77');
});

test('the slot of a tail call is not one constant if paths differ', () => {
  const slots = (second: string): number =>
    run(twoPaths('r9 = 2', second, `${tail('r3 = r9')}; if r8 == 7 goto yes`)).descriptors.length;
  expect([slots('r9 = 2'), slots('r9 = 1')]).toEqual([1, 0]);
});

test('a number that grows in a loop without a bound, and decides after it', () => {
  const source = (start: number): string => `
    r6 = r1
    r8 = ${start}
  again:
    ${far}
    r7 = *(u32 *)(r6 + 0)
    if r7 == 7 goto out
    r8 += 1
    goto again
  out:
    if r8 == 3 goto yes
    r0 = 5
    exit
  yes:
    r0 = 77
    exit`;
  expect(text(source(0)).join('\n')).toContain('r0 = 77');
});

test('loops in loops, with a number that decides nothing on each path', () => {
  const source = `
    r6 = r1
    r8 = 0
    r9 = 0
  outer:
    r5 = r10
    r5 += -344
    r7 = 0
  inner:
    r2 = *(u64 *)(r5 + 0)
    if r2 == 0 goto next
    r9 += 1
    if r2 s> 5 goto next
    r9 += 300
  next:
    ${far}
    r5 += 16
    r7 += 1
    if r7 != 20 goto inner
    r8 += 1
    if r8 != 13 goto outer
    r0 = r9
    exit`;
  expect(run(source).functions[0].stackDepth).toBe(344);
});
