// Every chart of the gallery against its reviewed picture; the same bytes twice; no picture wider
// than asked; warnings are errors.
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {strip} from '../charts/index.ts';
import {widths} from '../charts/types.ts';
import {cases} from '../testdata/cases.ts';
import {gallery} from '../testdata/gallery.ts';
import {inlineSvg, renderSvg, standaloneSvg} from './svg.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../testdata/svg');
/** JITSTAT_UPDATE_GOLDENS=1 rewrites the pictures; look at each before keeping it. */
const update = process.env['JITSTAT_UPDATE_GOLDENS'] === '1';
const charts = [...gallery()];

describe('each chart', () => {
  test.each(charts)('%s is its reviewed picture', async (name, chart) => {
    const svg = await standaloneSvg(chart, widths.wide);
    const file = join(folder, `${name}.svg`);
    if (update) {
      mkdirSync(folder, {recursive: true});
      writeFileSync(file, svg);
    }
    expect(existsSync(file)).toBe(true);
    expect(svg).toBe(readFileSync(file, 'utf8'));
  });

  test.each(charts)(
    '%s fits both widths, has a title, a description and numbers',
    async (_name, chart) => {
      for (const width of [widths.wide, widths.narrow]) {
        const svg = await inlineSvg(chart, width);
        expect(Number(/<svg [^>]*?width="([\d.]+)"/.exec(svg)?.[1])).toBeLessThanOrEqual(width);
        expect(svg).not.toMatch(/NaN|Infinity|undefined|\[object/);
      }
      expect(chart.title).toMatch(/\S/);
      expect(chart.description).toMatch(/\S/);
      expect(chart.rows.length).toBeGreaterThan(0);
    },
  );
});

test('the same chart gives the same bytes, whatever was drawn before', async () => {
  const [[, first], [, second]] = charts;
  const once = await standaloneSvg(first, widths.wide);
  await standaloneSvg(second, widths.wide);
  expect(await standaloneSvg(first, widths.wide)).toBe(once);
});

test('100,000 runs: every spike is drawn, in less than a megabyte', async () => {
  const {session, samples} = cases.manyRuns();
  const row = session.comparison!.rows[0];
  const chart = strip(row, samples, {before: 'v58', after: 'rfc1'}, 'strip')!;
  const svg = await inlineSvg(chart, widths.wide);
  expect(chart.rows.length).toBe(100_000);
  expect(svg.length).toBeLessThan(1_000_000);
  expect(svg.split('fill="#cf3f2b" stroke-width="2"').length - 1).toBe(
    row.spikes.before.length + row.spikes.after.length,
  );
});

test('a field that does not exist is an error, not an empty chart', async () => {
  const wrong = {
    data: {values: [{a: 1}]},
    mark: 'point',
    encoding: {x: {field: 'b', type: 'quantitative'}},
  };
  await expect(renderSvg(wrong)).rejects.toThrow(/Vega/);
});

test('text of the data cannot become markup', async () => {
  const [[, chart]] = charts;
  const svg = await standaloneSvg(
    {...chart, title: '<script>alert(1)</script> & "q"', description: '"><script>'},
    widths.wide,
  );
  expect(svg).not.toContain('<script>');
});
