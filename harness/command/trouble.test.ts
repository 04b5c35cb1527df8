// Errors from every folder that the user can fix, and one that is our own.
import {expect, test} from 'vitest';
import {findVariant} from '../../jit/variants/list/index.ts';
import {StoreError, UserError} from '../../results/error.ts';
import {report} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {troubleOf} from './trouble.ts';

const thrownBy = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

test.each([
  ['a refusal of jit', thrownBy(() => findVariant('v16')), expect.stringContaining('v61')],
  ['an error of results', new UserError('The file is empty.', 'Name another.'), 'Name another.'],
  ['a store that cannot be written', new StoreError('The disk is full.', 'Free it.'), 'Free it.'],
])('%s has a message and a hint', (_what, error, hint) => {
  expect(troubleOf(error)).toMatchObject({message: expect.stringMatching(/\w/), hint});
});

test('what a tool said is shown between message and hint, each on its own line', () => {
  const io = recordingIo();
  report(
    io,
    new UserError('It does not compile.', 'Fix it.', ['x.c:1: error', '\u001b[31mforged']),
  );
  expect(io.stderr()).toBe(
    'jitstat: It does not compile.\n    x.c:1: error\n    \\u001b[31mforged\n  hint: Fix it.\n',
  );
});

test('our own failure is not the user’s to fix', () => {
  expect(troubleOf(new TypeError('x is not a function'))).toBeNull();
  expect(troubleOf('a string')).toBeNull();
});
