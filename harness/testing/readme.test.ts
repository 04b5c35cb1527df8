// README: its table and its picture come from recorded sessions, its figures from
// docs/statistics.md and the posted tables.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {forest} from '../../dashboards/charts/forest.ts';
import {widths} from '../../dashboards/charts/types.ts';
import {standaloneSvg} from '../../dashboards/render/svg.ts';
import {formatComparison} from '../../dashboards/tables/index.ts';
import {playedTypes} from '../../jit/program-kinds.ts';
import {compareSamples} from '../../results/compare/samples.ts';
import {compareTables} from '../../results/compare/summary/tables.ts';
import {flowWith, flowWithout, found} from '../../results/testdata/thread.ts';
import {realSessions} from '../bench/recorded-sessions.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');

const recorded = (workload: string) => {
  const {session, samples} = realSessions().find((one) => one.session.workload === workload)!;
  const {before, after, notCounted} = session;
  const comparison = compareSamples(samples, {before, after: after!, design: 'abba', notCounted});
  return {session, comparison};
};

test('the annotated table comes from a recorded session', () => {
  const {session, comparison} = recorded('tailcall1');
  const table = formatComparison(comparison, 'mail', {session});
  const indented = table
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
  expect(readme.includes(indented), table).toBe(true);
});

test('the picture comes from a recorded session', async () => {
  const {comparison} = recorded('flow_dissector');
  await expect(await standaloneSvg(forest(comparison)!, widths.wide)).toMatchFileSnapshot(
    join(root, 'docs/flow_dissector-forest.svg'),
  );
  expect(readme).toContain('](docs/flow_dissector-forest.svg)');
  const [low, high] = [comparison.rows[0].change!.low!, comparison.rows[0].change!.high!].map(
    (ratio) => Math.round(100 * (ratio - 1)),
  );
  expect(readme.replaceAll('\n', ' ')).toContain(`grew by ${low} to ${high} %`);
});

test('false claims next to other tools are those of docs/statistics.md', () => {
  const row = (page: string, begin: string): string[] =>
    page
      .split('\n')
      .find((line) => line.startsWith(`| ${begin}`))!
      .split('|')
      .slice(2, 6)
      .map((cell) => cell.trim());
  for (const begin of ['measured in quads', 'one side after the other, drift'])
    expect(row(readme, begin)).toEqual(row(read('docs/statistics.md'), begin));
});

test('the answers to the thread follow from its tables', () => {
  const executions = 12e6;
  const comparison = compareTables(flowWithout, flowWith, {
    before: {label: 'Without', executions},
    after: {label: 'With', executions},
  });
  const section = readme.slice(
    readme.indexOf('## The thread'),
    readme.indexOf('## What it cannot'),
  );
  const percents = found(comparison, 'clock-not-code')!.text.match(/[+-]\d+\.\d+ %/g)!;
  expect(percents).toHaveLength(5);
  for (const percent of percents)
    expect(section).toContain(percent.replace('+6.45', '6.45').replace('-', '−'));
  const {size, base, perExecution} = found(comparison, 'one-run-spike')!.data as Record<
    'size' | 'base' | 'perExecution',
    number
  >;
  expect(section).toContain(
    `${(size / 1e6).toFixed(2)} M misses over a base of about ${base.toFixed(0)}`,
  );
  expect(section).toContain(`${perExecution.toFixed(3)} per program execution`);
});

test('every type of program that can be played is named', () => {
  const section = readme.slice(readme.indexOf('## What it cannot do yet'));
  for (const type of playedTypes) expect(section).toContain(`\`${type}\``);
});

test('every document is reachable from README or from one it links to', () => {
  const seen = new Set<string>();
  const visit = (page: string): void => {
    if (seen.has(page)) return;
    seen.add(page);
    const folder = page.includes('/') ? `${page.slice(0, page.lastIndexOf('/'))}/` : '';
    for (const [, target] of read(page).matchAll(/\]\(([\w./-]+\.md)(?:#[^)]*)?\)/g))
      visit(join(folder, target));
  };
  visit('README.md');
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'docs/commands.md',
      'docs/tables.md',
      'docs/ecosystem.md',
      'docs/index.md',
    ]),
  );
});
