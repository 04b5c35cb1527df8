// The list of exports: one line each, and its name in names.ts.
import {benchfmt} from './benchfmt.ts';
import {bmf} from './bmf.ts';
import {csv} from './csv.ts';
import {githubBenchmark} from './github-benchmark.ts';
import {junit} from './junit.ts';
import type {ExportName} from './names.ts';
import {exportNames} from './names.ts';
import {openmetrics} from './openmetrics.ts';
import type {Export, ExportWriter} from './rows.ts';
import {stepSummary} from './step-summary.ts';
import {visibleTexts} from '../visible.ts';

export type {Export} from './rows.ts';

const byName: Readonly<Record<ExportName, ExportWriter>> = {
  csv,
  benchfmt,
  bmf,
  'github-benchmark': githubBenchmark,
  junit,
  openmetrics,
  'step-summary': stepSummary,
};

/** Each gets its input with visible texts only. */
export const exports: readonly Export[] = exportNames.map((name) => {
  const one = byName[name];
  return {...one, name, write: (input) => one.write(visibleTexts(input))};
});
