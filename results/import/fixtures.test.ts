// Real perf stat outputs by others, with numbers read by others: each must import to exactly those
// numbers.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import type {ImportRow, ImportTable} from '../types.ts';
import {importText} from './index.ts';

const folder = new URL('../../../shared/fixtures/perf-stat/', import.meta.url);
const isHere = existsSync(folder);

interface ExpectedRow {
  readonly event: string | null;
  readonly group?: string;
  readonly header?: boolean;
  readonly value?: number | null;
  readonly unit?: string;
  readonly status?: string | null;
  readonly semPercent?: number | null;
  readonly runningPercent?: number | null;
  readonly metrics?: readonly {readonly value: number | null; readonly text: string}[];
  readonly time?: number;
  readonly aggr?: string;
  readonly runtimeNs?: number | null;
}
interface ExpectedOutput {
  readonly target: string | null;
  readonly runs: number | null;
  readonly elapsed?: {
    readonly value: number;
    readonly sem?: number | null;
    readonly semPercent?: number | null;
  };
  readonly user?: number;
  readonly sys?: number;
  readonly table?: readonly number[];
  readonly rows: readonly ExpectedRow[];
}

/** Both forms as one: rows of one metric each, group and continuation metrics apart from counts. */
const flat = (
  rows: readonly {
    event: string;
    value: number | null;
    unit: string;
    status: string;
    sem: number | null;
    running: number | null;
    metrics: readonly {value: number | null; unit: string}[];
    time?: number;
    aggregate?: string;
  }[],
) =>
  rows.map((row) =>
    JSON.stringify([
      row.event,
      row.value,
      row.unit,
      row.status,
      row.sem,
      row.running,
      row.metrics.map((metric) => [metric.value, metric.unit]),
      row.time ?? null,
      row.aggregate ?? null,
    ]),
  );

const wanted = (rows: readonly ExpectedRow[]) => {
  const merged: {
    event: string;
    value: number | null;
    unit: string;
    status: string;
    sem: number | null;
    running: number | null;
    metrics: {value: number | null; unit: string}[];
    time?: number;
    aggregate?: string;
  }[] = [];
  for (const row of rows) {
    const metrics = (row.metrics ?? []).map((metric) => ({value: metric.value, unit: metric.text}));
    if (row.header === true) continue;
    if (row.event === null && row.group === undefined) {
      // A second metric of the count above, on a separate line.
      merged.at(-1)?.metrics.push(...metrics);
      continue;
    }
    merged.push({
      event: row.event ?? row.group ?? '',
      value: row.value ?? null,
      unit: row.unit ?? '',
      status:
        row.event === null
          ? 'ok'
          : (row.status ?? '')
              .replace('counted', 'ok')
              .replace('not ok', 'not-counted')
              .replace('not supported', 'not-supported'),
      sem: row.semPercent ?? null,
      running: row.runningPercent ?? null,
      metrics,
      ...(row.time === undefined ? {} : {time: row.time}),
      ...(row.aggr === undefined ? {} : {aggregate: row.aggr}),
    });
  }
  return flat(merged);
};

const got = (rows: readonly ImportRow[]) =>
  flat(
    rows.map((row) => ({
      ...row,
      metrics:
        row.metrics ?? (row.metricUnit === null ? [] : [{value: row.metric, unit: row.metricUnit}]),
    })),
  );

const compare = (output: ExpectedOutput, table: ImportTable): void => {
  expect(got(table.rows)).toEqual(wanted(output.rows));
  expect(table.command).toBe(output.target);
  expect(table.runs).toBe(output.runs);
  expect(table.elapsed?.seconds).toBe(output.elapsed?.value);
  if (output.elapsed?.semPercent !== null && output.elapsed?.semPercent !== undefined)
    expect(table.elapsed?.sem).toBe(output.elapsed.semPercent);
  if (output.elapsed?.sem !== null) expect(table.elapsed?.semSeconds).toBe(output.elapsed?.sem);
  expect(table.user).toBe(output.user);
  expect(table.sys).toBe(output.sys);
  if (output.table !== undefined)
    expect(table.samples.find((series) => series.event === 'elapsed')?.values).toEqual(
      output.table,
    );
};

const expectedFiles = isHere
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.expected.json'))
      .sort()
  : [];
const negative = /^(016|040|053)-/;

describe.skipIf(!isHere)(
  'fixtures with expected numbers (skipped if the shared fixtures are absent)',
  () => {
    for (const name of expectedFiles) {
      test(name.replace('.expected.json', ''), () => {
        const outputs = (
          JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as {outputs: ExpectedOutput[]}
        ).outputs;
        const document = importText(
          readFileSync(new URL(name.replace('.expected.json', ''), folder), 'utf8'),
          name,
        );
        expect(document.tables.length).toBe(outputs.length);
        outputs.forEach((output, i) => compare(output, document.tables[i]));
        const unread = document.warnings.filter((warning) => warning.code === 'not-understood');
        if (negative.test(name)) expect(unread.length).toBeGreaterThan(0);
        else expect(unread).toEqual([]);
      });
    }
  },
);
