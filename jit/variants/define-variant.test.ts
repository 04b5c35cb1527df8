// Variants from users' files: messages name what is missing or wrong.
import {expect, test} from 'vitest';
import {assemble} from '../x86/assemble-form.ts';
import {rax} from '../x86/registers.ts';
import {checkVariant, defineVariant} from './define-variant.ts';
import {unwindNop5Push} from './list/unwind-nop5-push.ts';
import {v618} from './list/v618.ts';
import {pushUsed} from './prologue-steps.ts';
import type {Variant} from './variant.ts';

const without = (field: keyof Variant): unknown => {
  const {[field]: _left, ...rest} = v618;
  return rest;
};

test.each([
  ['nothing', null, 'A variant is an object.'],
  ['a missing field', without('habits'), "The variant's habits is missing."],
  [
    'a missing field inside another',
    {...v618, layout: {...v618.layout, bmi2: undefined}},
    "The variant's layout.bmi2 is missing.",
  ],
  ['a field of another kind', {...v618, direct: 'none'}, 'direct is of type string, not a list.'],
  ['a step that is none', {...v618, prologue: [null]}, 'prologue[0] is not a step'],
  ['a step without a function', {...v618, direct: [{step: 'x'}]}, 'it has a name and write().'],
  ['no landing', {...v618, prologue: [pushUsed]}, 'the step `landing` once.'],
])('%s is refused', (_what, given, message) => {
  expect(() => defineVariant(given as Variant)).toThrow(
    expect.objectContaining({name: 'Refusal', message: expect.stringContaining(message)}),
  );
});

test('a variant does not inherit the proofs of the one it is made from', () => {
  expect(defineVariant({...v618, name: 'mine'}).provenAgainst).toEqual([]);
});

test.each([
  [
    'R6 to R9 are lost',
    unwindNop5Push,
    /rbx holds caller's rbx, not own rbx \(and \d+ more faults\)/,
  ],
  [
    'a step throws',
    {
      ...v618,
      direct: [
        {
          step: 'x',
          write: () => {
            throw new Error('my own fault.');
          },
        },
      ],
    },
    /cannot be followed: my own fault/,
  ],
  [
    'an operation throws',
    {
      ...v618,
      prologue: v618.prologue.map((step) =>
        step === pushUsed
          ? step
          : {
              ...step,
              ops: () => {
                throw new Error('no bytes');
              },
            },
      ),
    },
    /cannot be written: no bytes/,
  ],
  [
    'an operation pushes more than it declares',
    {
      ...v618,
      prologue: v618.prologue.map((step) =>
        step === pushUsed
          ? {
              ...step,
              ops: () => [{bytes: assemble('push r64', rax), adds: [], undo: () => []}],
            }
          : step,
      ),
    },
    /the prologue pushes 3 values, not 2 as declared/,
  ],
])('the check says what is wrong: %s', (_what, variant, message) => {
  expect(() => checkVariant(variant as Variant)).toThrow(message);
});
