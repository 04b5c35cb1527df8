// Every kind of text that is named as not understood has an example, which nothing else names.
import {expect, test} from 'vitest';
import {kinds} from './not-understood-kinds.ts';
import {newCountTest} from './not-understood.ts';

test.each(kinds.map(({name, example, of}) => [name, example, of === 'line'] as const))(
  '%s',
  (name, example) => {
    expect(newCountTest()(example, true)).toBe(true);
    expect(newCountTest(new Set([name]))(example, true)).toBe(false);
  },
);

test.each(['We lost 31337 packets (0.01%) in that run.', 'Fixes #31337: foo_bar', '12 monkeys'])(
  'prose is not a count: %s',
  (text) => expect(newCountTest()(text, true)).toBe(false),
);
