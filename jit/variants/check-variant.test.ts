// Every variant, every kind of frame: exits and tail calls lose nothing, except in the proposal that
// was withdrawn.
import {expect, test} from 'vitest';
import {sampleFrames, violationsOf} from './check-variant.ts';
import {stackPicture} from './derive.ts';
import {findVariant, variants} from './list/index.ts';
import {rfc1} from './list/rfc1.ts';
import {pushUsed} from './prologue-steps.ts';
import {bumpCount, checkCount, target, unwind} from './tail-steps.ts';

const violations = (variant: (typeof variants)[number]): Set<string> =>
  new Set(sampleFrames(variant).flatMap((frame) => violationsOf(variant, frame)));

test.each(
  variants
    .filter(({name}) => name !== 'unwind-nop5-push')
    .map((variant) => [variant.name, variant] as const),
)('%s gives everything back', (_name, variant) => {
  expect(violations(variant)).toEqual(new Set());
});

test('unwind-nop5-push as posted loses R6 to R9 when a slot is empty, and nothing else', () => {
  expect(violations(findVariant('unwind-nop5-push'))).toEqual(
    new Set(
      ['rbx', 'r13', 'r14', 'r15'].map(
        (name) => `direct tail call that misses: ${name} holds caller's ${name}, not own ${name}`,
      ),
    ),
  );
});

test.each([
  [
    'a prologue that forgets to save',
    {...rfc1, prologue: rfc1.prologue.filter((step) => step !== pushUsed)},
    /an exit leaves own rbx/,
  ],
  [
    'a tail call without unwinding',
    {...rfc1, direct: [checkCount, bumpCount, target]},
    /the target finds \d+ values on the stack/,
  ],
  [
    'unwinding without a bypass',
    {...rfc1, direct: [checkCount, bumpCount, unwind, target]},
    /misses: the stack became/,
  ],
  [
    'a register saved and left to leave',
    {
      ...rfc1,
      prologue: rfc1.prologue.map((step) =>
        step === pushUsed ? {...pushUsed, exit: 'leave' as const} : step,
      ),
    },
    /an exit leaves own rbx in rbx/,
  ],
])('the check finds %s', (_what, variant, message) => {
  expect([...violations(variant)].join('\n')).toMatch(message);
});

test('an unknown variant is refused with the list', () => {
  expect(() => findVariant('v59')).toThrow(
    expect.objectContaining({
      name: 'Refusal',
      hint: expect.stringContaining('v58, rfc1, rfc1-aligned'),
    }),
  );
});

// Facts sheet, section 3: rbp - 552 in v58 with 512 bytes of stack, rbp - rsd - 8 and - 16
// elsewhere.
test.each([
  ['v58', 512, -552],
  ['rfc1', 16, -24],
  ['v510', 16, -24],
  ['v61', 0, -8],
  ['v618', 16, -32],
] as const)('%s with %i bytes of stack keeps its counter at rbp%i', (name, stackDepth, offset) => {
  const frame = {
    ...sampleFrames(findVariant(name)).find((each) => each.hasTailCall)!,
    stackDepth,
    stackBytes: stackDepth,
  };
  expect(stackPicture(findVariant(name), frame).find(({slot}) => slot === 'counter')?.offset).toBe(
    offset,
  );
});
