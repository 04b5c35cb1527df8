// The list of exports: one line each.
import {benchfmt} from './benchfmt.ts';
import {bmf} from './bmf.ts';
import {csv} from './csv.ts';
import {githubBenchmark} from './github-benchmark.ts';
import {junit} from './junit.ts';
import {openmetrics} from './openmetrics.ts';
import type {Export} from './rows.ts';
import {stepSummary} from './step-summary.ts';

export type {Export, ExportInput} from './rows.ts';

export const exports: readonly Export[] = [
  csv,
  benchfmt,
  bmf,
  githubBenchmark,
  junit,
  openmetrics,
  stepSummary,
];
