// The list of exports: one line each.
import {benchfmt} from './benchfmt.ts';
import {bmf} from './bmf.ts';
import {csv} from './csv.ts';
import {githubBenchmark} from './github-benchmark.ts';
import {junit} from './junit.ts';
import {openmetrics} from './openmetrics.ts';
import type {Export} from './rows.ts';
import {stepSummary} from './step-summary.ts';
import {visibleTexts} from '../visible.ts';

export type {Export} from './rows.ts';

const list: readonly Export[] = [
  csv,
  benchfmt,
  bmf,
  githubBenchmark,
  junit,
  openmetrics,
  stepSummary,
];

export const exportNames: readonly string[] = list.map(({name}) => name);

/** Each gets its input with visible texts only. */
export const exports: readonly Export[] = list.map((one) => ({
  ...one,
  write: (input) => one.write(visibleTexts(input)),
}));
