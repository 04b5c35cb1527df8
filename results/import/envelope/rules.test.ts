// Every rule of the envelope: its example comes out right, and does not with the rule switched off.
import {expect, test} from 'vitest';
import {textRules} from './encodings.ts';
import {cleanLines, lineRules} from './index.ts';

const rules: readonly {name: string; example: readonly [string, string]}[] = [
  ...textRules,
  ...lineRules,
];

test('names are unique', () =>
  expect(new Set(rules.map(({name}) => name)).size).toBe(rules.length));

test.each(rules.map(({name, example}) => [name, example] as const))(
  '%s',
  (name, [before, after]) => {
    expect(cleanLines(before).text).toBe(after);
    expect(cleanLines(before, new Set([name])).text).not.toBe(after);
  },
);

test.each(rules.map(({name, example}) => [name, example] as const))(
  '%s: what needs no undoing stays as it is',
  (_name, [, after]) => expect(cleanLines(after).text).toBe(after),
);
