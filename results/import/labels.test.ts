// Every rule of what names a table, and every kind of line that does not, has an example that is
// read otherwise without it.
import {expect, test} from 'vitest';
import {labelRules} from './label-rules.ts';
import {chatter, isChatter, newChatterTest} from './label-words.ts';
import {labelOf} from './labels.ts';

test.each(labelRules.map((rule) => [rule.name, rule] as const))(
  '%s',
  (name, {example, label, lasts}) => {
    const read = (off?: ReadonlySet<string>) => {
      const found = labelOf(example, off);
      return [found.label, found.lasts];
    };
    expect(read()).toEqual([label, lasts]);
    expect(read(new Set([name]))).not.toEqual([label, lasts]);
  },
);

test.each(chatter.map(({name, example}) => [name, example] as const))(
  'names nothing: %s',
  (name, example) => {
    expect(isChatter(example)).toBe(true);
    expect(newChatterTest(new Set([name]))(example)).toBe(false);
  },
);
