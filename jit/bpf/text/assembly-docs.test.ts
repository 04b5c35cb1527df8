// docs/assembly.md is held to what the assembler does: the two columns of a row mean the same, the
// example assembles.
import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {assemble} from './assemble.ts';

const text = readFileSync(new URL('../../../docs/assembly.md', import.meta.url), 'utf8');
const maps = ['NAME', 'stages'].map(
  (name) => ({name, type: 'array', keyBytes: 4, valueBytes: 16, maxEntries: 1}) as const,
);
const frame = (statement: string) => `${statement}\nr0 = 0\ndone: exit\nf: exit`;
const build = (source: string) => assemble(source, {name: 'p', type: 'sched_cls', maps}).insns;

const rows = [...text.matchAll(/^\| ([^|]+?) \| (`.*) \|(.*)\|$/gm)]
  .map(([, what, clang, conformance]) => [what, quoted(clang), quoted(conformance)] as const)
  .filter(([what]) => what !== 'operators' && what !== 'conditions');

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
}

describe('docs/assembly.md', () => {
  test.each(rows)('%s', (_what, clang, conformance) => {
    const meant = clang.map((each) => build(frame(each)));
    conformance.forEach((each, index) => expect(build(frame(each))).toEqual(meant[index]));
    expect(meant.length).toBeGreaterThan(0);
  });

  test('has all rows', () => expect(rows.length).toBeGreaterThan(18));

  test.each(
    quoted(/^\| operators \|(.*?) \| `add/m.exec(text)![1].replaceAll('\\|', '|'))[0].split(' '),
  )('operator %s', (operator) => {
    expect(build(frame(`r1 ${operator} r2`))).toHaveLength(32);
  });

  test.each(quoted(/^\| conditions \|(.*?)\| `jeq/m.exec(text)![1])[0].split(' '))(
    'condition %s',
    (condition) => {
      expect(build(frame(`if r1 ${condition} r2 goto done`))).toHaveLength(32);
    },
  );

  test('the example', () => {
    const example = /```asm\n\.program entry\n([^`]+)```/.exec(text)![1];
    expect(
      assemble(example, {name: 'entry', type: 'sched_cls', maps}).functions.map(({name}) => name),
    ).toEqual(['entry', 'twice']);
  });
});
