// The page of a size report says the numbers of its report, leads to files that are there, and
// shows names from outside as text.
import {expect, test} from 'vitest';
import {contentOf} from '../page/write-report.ts';
import {hostileSizes, sizeDocuments} from '../testdata/sizes.ts';
import {sizePageFiles} from './size-page.ts';
import type {SizeDocument} from './index.ts';

const write = async (documents: readonly SizeDocument[]) => {
  const files = await sizePageFiles(documents);
  return new Map(
    await Promise.all(
      [...files].map(async ([name, one]) => [name, String(await contentOf(one))] as const),
    ),
  );
};

/** Cells of the table that follows a heading, a row a list. */
const tableAfter = (page: string, heading: string): readonly (readonly string[])[] => {
  const from = page.indexOf(`>${heading}</h`);
  expect(from, heading).toBeGreaterThan(0);
  const body = page.slice(page.indexOf('<tbody>', from), page.indexOf('</tbody>', from));
  return body
    .split('</tr>')
    .slice(0, -1)
    .map((row) => [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => textOf(cell)));
};

const textOf = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

const number = (text: string): number => Number(text.replaceAll(',', '').replace('−', '-'));

test('figures are those of the report', async () => {
  const [{report, programs}] = sizeDocuments.many;
  const files = await write(sizeDocuments.many);
  const page = files.get('index.html')!;
  const text = textOf(page);
  expect(text).toContain('400 programs of 7 objects with 87,800 BPF instructions');
  const [, before, after] = /([\d,]+) → ([\d,]+) bytes, all programs/.exec(text)!;
  expect([before, after].map(number)).toEqual([report.sums.before, report.sums.after]);
  expect(text).toContain(`${report.grew.programs} grew, ${report.shrank.programs} shrank`);
  const figures = (rows: readonly (readonly string[])[], from: number) =>
    rows.map((row) => row.slice(from, from + 3).map(number));
  const expected = (list: readonly {before: number; after: number}[]) =>
    list.map(({before, after}) => [before, after, after - before]);
  expect(figures(tableAfter(page, 'Bytes by step'), 1)).toEqual(expected(report.steps!));
  expect(figures(tableAfter(page, 'By folder'), 2)).toEqual(expected(report.folders));
  const bytes = report.largest.shrank.map(({before, after}) => ({
    before: before.bytes,
    after: after.bytes,
  }));
  expect(bytes).toHaveLength(10);
  expect(figures(tableAfter(page, 'Shrank most'), 1)).toEqual(expected(bytes));
  expect(tableAfter(page, 'Grew most')[0][0]).toContain(report.largest.grew[0].program);
  expect(tableAfter(page, 'Refused: 2\u00a0programs')).toEqual([
    ['map type ringbuf not loaded, for example old.o', '1'],
    ['arena rfc1 refuses, for example new.o probe', '1'],
  ]);

  const chart = JSON.parse(files.get('charts/size-changes.json')!);
  expect(chart.title).toBe(
    `${report.grew.programs}\u00a0programs grew, ${report.shrank.programs} shrank`,
  );
  expect(chart.rows).toHaveLength(programs.length);
  const sum = chart.rows.reduce((all: number, {change}: {change: number}) => all + change, 0);
  expect(sum).toBe(report.sums.after - report.sums.before);
  expect(files.get('programs.csv')!.trimEnd().split('\n')).toHaveLength(1 + 400 + 2);
});

test('a chart without changes is left out, and so are steps that a side does not name', async () => {
  const same = await write(sizeDocuments.same);
  expect([...same.keys()]).toEqual(['programs.csv', 'index.html']);
  expect(same.get('index.html')).not.toContain('Largest changes');
  expect(textOf(same.get('index.html')!)).toContain('from 6,450 to 6,450 bytes, no change.');
  expect([...(await write(sizeDocuments.one)).keys()].join()).not.toContain('size-changes');
  const noSteps = await write(sizeDocuments['no steps']);
  expect(noSteps.get('index.html')).toContain('One side names no steps of its code.');
  expect([...noSteps.keys()].filter((name) => name.includes('size-steps'))).toEqual([]);
});

test.each(Object.entries(sizeDocuments))('%s: every link leads somewhere', async (_, documents) => {
  const files = await write(documents);
  const page = files.get('index.html')!;
  for (const [, href] of page.matchAll(/href="([^"]+)"/g)) {
    if (href.startsWith('#')) expect(page).toContain(`id="${href.slice(1)}"`);
    else if (!href.startsWith('data:')) expect([...files.keys()]).toContain(href);
  }
});

test('names from outside are text', async () => {
  const files = await write(hostileSizes('<img src=x onerror=alert(1)>"\'\u001b[2J\u202e'));
  expect(files.size).toBe(15);
  for (const [name, text] of files) {
    if (/html|svg/.test(name)) expect(text, name).not.toContain('<img');
    expect(text, name).not.toMatch(/[\u001b\u202e]/);
  }
  expect(files.get('index.html')).toContain('&lt;img src=x onerror=alert(1)&gt;');
});
