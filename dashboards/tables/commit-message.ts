// Ten lines at most for a commit message: permanent facts first (CPU, kernel, command), then what
// changed.
import {isClaim} from '../../results/claims.ts';
import type {Comparison, ComparisonRow, Session} from '../../results/types.ts';
import {fit, mailWidth, wrap} from './ascii.ts';
import {isSimulated, rowName, titleOf} from './facts.ts';
import {changeCell, figurePair, intervalCell, middle} from './figures.ts';
import {headerText} from './header.ts';
import {readable} from './readable.ts';
import type {TableOptions} from './types.ts';

const mostLines = 10;

/** The primary event, then changed events by size, then the first finding if there is room. */
export const commitMessage = (given: Comparison, {session}: TableOptions): string => {
  const comparison = readable(given);
  const host = session?.host;
  const command = session === undefined ? comparison.before.command : commandOf(session);
  const facts = [
    ...(host === undefined
      ? []
      : [`${host.cpu ?? 'unknown CPU'}, Linux ${host.kernel}, perf ${host.perf ?? 'unknown'}`]),
    ...(command === undefined ? [] : [command]),
  ].map((line) => fit(line, mailWidth));
  const head = [...facts, titleOf(comparison), ...wrap(headerText(comparison), '', '  '), ''];
  const room = mostLines - head.length;
  const rows = chosen(comparison.rows)
    .slice(0, Math.max(1, room - 1))
    .map(line);
  const why = comparison.findings[0];
  const left = mostLines - head.length - rows.length;
  const last = why === undefined || left <= 0 ? [] : cut(wrap(why.text, '', ''), left);
  return [...head, ...rows, ...last].slice(0, mostLines).join('\n');
};

/** At most `most` lines, three dots in place of what is left out. */
const cut = (lines: readonly string[], most: number): string[] =>
  lines.length <= most
    ? [...lines]
    : [...lines.slice(0, most - 1), `${lines[most - 1].slice(0, mailWidth - 4)} ...`];

/** What to type to repeat the measurement; for two commands, the command itself. */
const commandOf = ({workload, before, after, plan, comparison}: Session): string | undefined => {
  if (workload === null) return before.command;
  const runs = plan.quads * 2 * plan.runsPerBlock;
  const simulator = comparison?.rows
    .map(({event}) => /^(callgrind|cachegrind)\//.exec(event)?.[1])
    .find((name) => name !== undefined);
  const size =
    runs === 0 && simulator !== undefined
      ? `--source ${simulator}`
      : `-r ${runs} --repeat ${plan.repeat}`;
  return (
    `jitstat ab ${workload} --before ` +
    `${before.variant ?? before.label}` +
    `${after === null ? '' : ` --after ${after.variant ?? after.label}`} ${size}`
  );
};

const chosen = (rows: readonly ComparisonRow[]): ComparisonRow[] => {
  // Simulated counts are listed only if nothing was measured.
  const counted = rows.filter((row) => !isSimulated(row.event));
  const measured =
    counted.length > 0
      ? counted
      : rows.filter((row) => middle(row.before) !== 0 || middle(row.after) !== 0);
  const size = (row: ComparisonRow): number =>
    row.change === null || row.change.ratio <= 0 ? 0 : Math.abs(Math.log(row.change.ratio));
  const changed = measured
    .filter((row) => !row.primary && isClaim(row))
    .sort((a, b) => size(b) - size(a));
  const rest = measured.filter((row) => !row.primary && !changed.includes(row));
  return [...measured.filter((row) => row.primary), ...changed, ...rest];
};

const line = (row: ComparisonRow): string => {
  const [before, after] = figurePair(row).map((text) => text.padStart(9));
  return (
    `${fit(rowName(row), 19).padEnd(19)} ${before} -> ${after} ` +
    `${changeCell(row).padStart(7)} ${intervalCell(row).padStart(12)} ` +
    `${row.verdict}`
  ).trimEnd();
};
