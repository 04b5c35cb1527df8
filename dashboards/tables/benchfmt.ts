// The Go benchmark format that benchstat reads: one line per run if the runs are known, else one
// per side with its mean.
import type {Comparison, Samples} from '../../results/types.ts';
import {ascii} from './ascii.ts';
import type {TableOptions} from './types.ts';

/**
 * `benchstat -col /side FILE` compares the sides. An op is one run of the process; task-clock goes
 * as `ns/op`, other events under their own name.
 */
export const benchfmt = (comparison: Comparison, {session, samples}: TableOptions): string => {
  const {before, after} = comparison;
  const host = session?.host;
  const name = benchmarkName(before.workload ?? before.command ?? before.label);
  return [
    ...(host === undefined
      ? []
      : [`cpu: ${ascii(host.cpu ?? 'unknown')}`, `kernel: ${ascii(host.kernel)}`]),
    `before: ${ascii(before.variant ?? before.label)}`,
    `after: ${ascii(after.variant ?? after.label)}`,
    '',
    ...(samples === undefined || samples === null
      ? meanLines(comparison, name)
      : runLines(samples, name)),
  ].join('\n');
};

const benchmarkName = (words: string): string => {
  const parts = ascii(words)
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '');
  return `Benchmark${parts.map((part) => part[0].toUpperCase() + part.slice(1)).join('') || 'Run'}`;
};

const sides = ['before', 'after'] as const;

const measure = (event: string, unit: string, value: number): string => {
  if (event === 'task-clock' && unit === 'msec') return `${number(value * 1e6)} ns/op`;
  return `${number(value)} ${unit === '' ? event : `${event}-${unit}`}/op`.replaceAll(
    /(?<=\S) (?=\S+ )/g,
    '_',
  );
};

const number = (value: number): string => String(Number(value.toPrecision(12)));

const meanLines = (comparison: Comparison, name: string): string[] =>
  sides.map((side) => {
    const measures = comparison.rows.flatMap((row) =>
      row[side].mean === null ? [] : [measure(row.event, row.unit, row[side].mean)],
    );
    return (
      `${name}/side=${side} ` +
      `${Math.max(1, ...comparison.rows.map((row) => row[side].n ?? 1))} ${measures.join(' ')}`
    );
  });

const runLines = (samples: Samples, name: string): string[] => {
  const lines: string[] = [];
  for (let run = 0; run < samples.runs; run++) {
    if (samples.warmup[run] === 1) continue;
    const measures = samples.events.flatMap((series) =>
      Number.isNaN(series.value[run])
        ? []
        : [measure(series.event, series.unit, series.value[run])],
    );
    if (measures.length > 0)
      lines.push(`${name}/side=${sides[samples.side[run]]} 1 ${measures.join(' ')}`);
  }
  return lines;
};
