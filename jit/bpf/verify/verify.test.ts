import {describe, expect, test} from 'vitest';
import {Refusal} from '../../refusal.ts';
import {run, text} from '../testdata/verifying.ts';

test('paths through one function after another come together where each returns', () => {
  const calls = Array.from({length: 40}, () => 'r1 = r6\ncall two').join('\n');
  const source =
    `r6 = r1\n${calls}` +
    `\nexit\n.func two\nr0 = *(u32 *)(r1 + 0)\nif r0 > 9 goto big\nr0 = 0\nexit\nbig: r0 = 1\nexit`;
  expect(run(source).functions).toHaveLength(2);
});

describe('stack', () => {
  test.each([
    ['a copy of the frame pointer', 'r2 = r10; r2 += -24; *(u8 *)(r2 + 0) = 1; r0 = 0; exit', [24]],
    [
      'an index',
      'r2 = r10; r2 += -32; r3 = *(u32 *)(r1 + 0); r3 &= 7; r2 += r3; *(u8 *)(r2 + 0) = 1; r0 = 0; exit',
      [32],
    ],
    [
      'an argument of a helper',
      'r2 = r10; r2 += -4; *(u32 *)(r2 + 0) = 0; r1 = map data ll; call 1; r0 = 0; exit',
      [4],
    ],
    [
      'a frame that the callee writes to',
      'r1 = r10; r1 += -40; call f; r0 = 0; exit\nf: *(u64 *)(r1 + 0) = 1; r0 = 0; exit',
      [40, 0],
    ],
  ])('%s', (_, source, depths) => {
    expect(run(source).functions.map(({stackDepth}) => stackDepth)).toEqual(depths);
  });
  test.each([
    ['r2 = r10; r2 += 8; *(u64 *)(r2 + 0) = 1; r0 = 0; exit', 'invalid stack off=8 size=8'],
    ['r2 = r10; r2 += -508; *(u64 *)(r2 - 8) = 1; r0 = 0; exit', 'invalid stack off=-516 size=8'],
    ['r2 = r10; *(u32 *)(r10 - 8) = r2; r0 = 0; exit', 'invalid size of register spill'],
    ['r2 = r10; *(u64 *)(r10 - 12) = r2; r0 = 0; exit', 'invalid size of register spill'],
    [
      'r2 = r10; r2 &= -8; *(u64 *)(r2 - 8) = 1; r0 = 0; exit',
      'same insn cannot be used with different pointers',
    ],
    ['r0 = r10; call f; exit\nf: r0 = r10; exit', 'cannot return stack pointer to the caller'],
    [
      'r1 = r10; r1 += -8; call f; exit\nf: *(u64 *)(r1 + 0) = r10; r0 = 0; exit',
      'cannot spill pointers to stack into stack frame of the caller',
    ],
    ['r10 = 1; r0 = 0; exit', 'frame pointer is read only'],
    ['r10 = *(u32 *)(r1 + 0); r0 = 0; exit', 'frame pointer is read only'],
    ['r2 = r10; *(u32 *)(r1 + 48) = r2; r0 = 0; exit', 'cannot be stored in the context'],
  ])('refused: %s', (source, message) => {
    expect(() => run(source)).toThrow(message);
  });
  test.each([
    ['R10 is written in dead code only', 'r0 = 0; if r0 == 0 goto out; r10 = 1; out: exit'],
    [
      "a function spills a pointer into its caller's stack",
      'r1 = r10; r1 += -8; *(u64 *)(r10 - 8) = 5; call f; exit\n' +
        'f: *(u64 *)(r10 - 8) = r1; r1 = *(u64 *)(r10 - 8); r0 = *(u64 *)(r1 + 0); exit',
    ],
  ])('accepted: %s', (_, source) => {
    expect(() => run(source)).not.toThrow();
  });
  test('a context pointer comes back whole from the stack', () => {
    expect(
      text('*(u64 *)(r10 - 8) = r1; r2 = *(u64 *)(r10 - 8); r0 = *(u32 *)(r2 + 0); exit')[2],
    ).toBe('r0 = *(u32 *)(r2 + 112)');
  });
});

test('every refusal is a Refusal with a hint', () => {
  for (const source of [
    'r0 = r5; exit',
    'call f; exit\nf: call f; exit',
    'r0 = *(u32 *)(r1 + 1000); exit',
  ]) {
    try {
      run(source);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
      expect((error as Refusal).hint).not.toBe('');
    }
  }
});
