// Every rule of where a piece goes has an example whose tables are others without it.
import {expect, test} from 'vitest';
import {cleanLines} from './envelope/index.ts';
import {readPerfText} from './perf-text.ts';
import {rules} from './table-rules.ts';

test.each(rules.map(({name, example, labels}) => [name, example, labels] as const))(
  '%s',
  (name, example, labels) => {
    const labelsWithout = (off: ReadonlySet<string>): (string | null)[] =>
      readPerfText(cleanLines(example), '.', off).tables.map(({table}) => table.label);
    expect(labelsWithout(new Set())).toEqual(labels);
    expect(labelsWithout(new Set([name]))).not.toEqual(labels);
  },
);
