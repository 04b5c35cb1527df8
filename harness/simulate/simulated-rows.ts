// Simulated counts as rows of their own: exact, for one repetition of the scenario, never mixed
// with measured rows.
import {exactRow} from '../../results/compare/quads/exact.ts';
import type {ComparisonRow, ExtraRows, Finding, Warning} from '../../results/types.ts';
import {formatTlb} from './geometry.ts';
import type {Simulated} from './simulate.ts';
import {plural} from '../../results/wording.ts';

/**
 * Misses depend on the simulated geometry: a model that can compare two sides, but does not
 * forecast a CPU's counts.
 */
const modelWarning = ({tlb}: Simulated): Warning => ({
  code: 'simulated-model',
  text:
    `misses come from a model: 32 KiB 8-way L1, 8 MiB LL, TLBs ${formatTlb(tlb)}, a small ` +
    'branch predictor',
});

const isModel = (event: string): boolean => event.includes('misses') || event.includes('TLB');

/** Rows of both sides' totals with what they mean per program execution. */
export const simulatedRows = (before: Simulated, after: Simulated): ExtraRows => {
  const rows = Object.keys(before.totals).map((event) => simulatedRow(event, before, after));
  return {rows, findings: simulatedFinding(before, after)};
};

const simulatedRow = (event: string, before: Simulated, after: Simulated): ComparisonRow => {
  const [from, to] = [before.totals[event], after.totals[event]];
  return exactRow(event, from, to, {
    reason:
      from === to
        ? 'the same in both simulations'
        : `simulated: ${difference(to - from)} in one repetition`,
    warnings: isModel(event) ? [modelWarning(before)] : [],
    perExecution: {before: from / before.executions, after: to / after.executions},
  });
};

/** `+84` or `-39`; averages over repetitions keep two decimals. */
const difference = (value: number): string =>
  `${value >= 0 ? '+' : ''}${Number.isInteger(value) ? value : value.toFixed(2)}`;

const headline = [
  'callgrind/instructions/',
  'callgrind/branches/',
  'callgrind/loads/',
  'callgrind/stores/',
] as const;

const touched = ['image/code-pages/', 'image/code-lines/', 'image/data-pages/'] as const;

const rounded = (value: number): string => String(Number(value.toFixed(2)));

const simulatedFinding = (before: Simulated, after: Simulated): readonly Finding[] => {
  const words = headline.map(
    (event) => `${difference(after.totals[event] - before.totals[event])} ${event.split('/')[1]}`,
  );
  const perExecution = [...headline, ...touched].map(
    (event) =>
      `${rounded(before.totals[event] / before.executions)} -> ` +
      `${rounded(after.totals[event] / after.executions)} ` +
      `${event.split('/')[1].replace('-', ' ')}`,
  );
  return [
    {
      code: 'simulated-counts',
      text:
        `Simulated, exact for this code: ${words.join(', ')} in one repetition of the scenario ` +
        `(${plural(after.executions, 'program execution')}). ` +
        `Per program execution: ${perExecution.join(', ')}.`,
      data: Object.fromEntries(
        headline.map((event) => [event, after.totals[event] - before.totals[event]]),
      ),
    },
  ];
};
