// One effect has one figure: the change that the mail table prints for a row is also printed by the
// other tables, the forest, the cards and the decomposition of the same session, except for the
// number of decimals.
import {expect, test} from 'vitest';
import {reportFiles} from '../../dashboards/page/report-page.ts';
import {contentOf} from '../../dashboards/page/write-report.ts';
import {decomposition} from '../../dashboards/charts/decomposition.ts';
import {forest} from '../../dashboards/charts/forest.ts';
import {changeCell, figurePair} from '../../dashboards/tables/figures.ts';
import {formatComparison} from '../../dashboards/tables/index.ts';
import {compareSamples} from '../../results/compare/samples.ts';
import {realSessions} from '../bench/recorded-sessions.ts';

/** The text with a plain minus sign and without a blank before the percent sign. */
const plain = (text: string): string => text.replaceAll('−', '-').replaceAll(/[\u00a0 ]%/g, '%');

/** What a reader sees of a page. */
const textOf = (page: string): string =>
  page
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&nbsp;', '\u00a0')
    .replaceAll(/[\n ]+/g, ' ');

/** The figure that follows `words`, with its unit. */
const figureAfter = (text: string, words: string): string => {
  const [, figure] = new RegExp(`(?:${words})[ |]+([+-]?[\\d.]+%?)`).exec(plain(text)) ?? [];
  return figure ?? `no figure after '${words}'`;
};

/** Two figures of one kind that agree in the decimals that both have. */
const expectSame = (figure: string, cell: string, where: string): void => {
  const decimals = Math.min(
    ...[figure, cell].map((one) => (one.split('.')[1] ?? '').match(/^\d*/)![0].length),
  );
  expect(figure.endsWith('%'), `${where}: ${figure} for ${cell}`).toBe(cell.endsWith('%'));
  const away = Math.abs(Number.parseFloat(figure) - Number.parseFloat(cell));
  expect(away, `${where}: ${figure} for ${cell}`).toBeLessThanOrEqual(0.5001 * 10 ** -decimals);
};

test.each(['tailcall1', 'flow_dissector'])('%s', async (workload) => {
  const {session, samples} = realSessions().find((one) => one.session.workload === workload)!;
  const {before, after, notCounted} = session;
  const comparison = compareSamples(samples, {before, after: after!, design: 'abba', notCounted});
  const mail = formatComparison(comparison, 'mail', {session});
  const markdown = formatComparison(comparison, 'markdown', {session});
  const chart = forest(comparison)!;
  const changed = comparison.rows.filter(({change}) => change !== null);
  expect(changed.length).toBeGreaterThan(3);
  for (const row of changed) {
    const cell = changeCell(row);
    const name = row.event === 'duration_time' ? 'elapsed' : row.event;
    const line = mail.split('\n').find((one) => one.startsWith(`${name} `))!;
    expect(line.split(/ +/), name).toContain(cell);
    expect(markdown).toContain(` | ${cell} | `);
    expectSame(figureAfter(chart.description, `${row.event}: \\w+,`), cell, `forest, ${name}`);
  }

  const [first] = comparison.rows;
  const cell = changeCell(first);
  expectSame(figureAfter(mail, 'task-clock'), cell, 'first line');
  expectSame(figureAfter(chart.title, 'events changed: task-clock'), cell, 'title of the forest');
  const {files} = await reportFiles({
    sessions: [{session: {...session, comparison}, samples}],
    interactive: false,
  });
  const page = String(await contentOf(files.get('index.html')!));
  expectSame(figureAfter(textOf(page), 'By how much\\? task-clock'), cell, 'card');
  const [side] = figurePair(first);
  expectSame(
    figureAfter(textOf(page), '95% interval [^\\]]*\\]%\\.'),
    Number(side).toFixed(2),
    'card',
  );

  const parts = decomposition(comparison)!;
  expectSame(figureAfter(parts.title, 'Time on the CPU'), cell, 'title of the decomposition');
  const elapsed = changeCell(comparison.rows.find(({event}) => event === 'duration_time')!);
  expectSame(figureAfter(parts.description, 'elapsed time'), elapsed, 'decomposition, elapsed');
});
