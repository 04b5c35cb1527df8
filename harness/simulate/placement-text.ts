// What placement does to one image: pages, lines and TLB misses, side by side.
import {formatPlacement} from '../../jit/image/placement.ts';
import {formatTlb} from './geometry.ts';
import {functionEvents} from './predict.ts';
import type {CountedCode, Simulated} from './simulate.ts';

/**
 * Runs of programs in one repetition of the scenario: each entry counts, by the caller or by a tail
 * call.
 */
export const programRuns = (code: CountedCode): number => {
  const main = new Set(
    code.image.programs.map(
      (program) => code.image.functions.find((one) => one.program === program.name)?.symbol,
    ),
  );
  return functionEvents(code).reduce(
    (sum, event) => sum + (main.has(event.symbol) ? event.calls + event.tailEntries : 0),
    0,
  );
};

const columns = [
  ['code pages', 'image/code-pages/'],
  ['code lines', 'image/code-lines/'],
  ['data pages', 'image/data-pages/'],
  ['iTLB loads', 'cachegrind/iTLB-loads/'],
  ['iTLB misses', 'cachegrind/iTLB-load-misses/'],
  ['dTLB misses', 'cachegrind/dTLB-load-misses/'],
] as const;

/**
 * One line per placement, all figures per execution of the entry program; the last column is per
 * run of any program.
 */
export const placementTable = (sides: readonly Simulated[], workload: string): string => {
  const [{image, executions, tlb}] = sides;
  const line = (cells: readonly string[]): string =>
    `  ${cells[0].padEnd(22)}${cells
      .slice(1)
      .map((cell) => cell.padStart(12))
      .join('')}`;
  const runs = programRuns(sides[0]) / executions;
  const misses = sides.map((side) => {
    const perRun = side.totals['cachegrind/iTLB-load-misses/'] / programRuns(side);
    return `${formatPlacement(side.image.placement)} ${perRun.toFixed(2)}`;
  });
  return [
    `${workload} ${image.variant}: what placement does, per program execution ` +
      `(${executions} in one repetition)`,
    `pages and lines are exact; TLB misses are a model: ${formatTlb(tlb)}`,
    'iTLB loads missed the first level, iTLB misses the second as well',
    '',
    line(['placement', ...columns.map(([title]) => title)]),
    ...sides.map((side) =>
      line([
        formatPlacement(side.image.placement),
        ...columns.map(([, event]) => (side.totals[event] / executions).toFixed(2)),
      ]),
    ),
    '',
    `Tail calls make ${runs.toFixed(2)} program runs of one execution.`,
    `iTLB misses per program run: ${misses.join(', ')}.`,
    '',
  ].join('\n');
};
