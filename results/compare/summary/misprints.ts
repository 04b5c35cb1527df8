// Tables of a perf that prints the last run's counts, or the sum of all runs, instead of the mean.
import type {Finding, ImportTable, SideName} from '../../types.ts';
import {finding} from '../findings.ts';

/** Which of the two a table prints, as the importer recognised it; null if neither. */
export const misprintOf = (table: ImportTable): 'last-run' | 'sum' | null => {
  const codes = table.warnings.map((warning) => warning.code);
  if (codes.some((code) => code.includes('prints-sum'))) return 'sum';
  return codes.some((code) => code.includes('last-run')) ? 'last-run' : null;
};

/** Why there is no verdict on a row, if one of the tables is misprinted. */
export const misprintReason = (tables: readonly ImportTable[]): string | null => {
  const kinds = new Set(tables.map(misprintOf));
  if (kinds.has('last-run')) return 'this perf prints the last run, not the mean';
  return kinds.has('sum') ? 'this perf prints sums, without a standard error of the mean' : null;
};

/**
 * The table with its printed sums divided by the number of runs. Elapsed time is a mean in every
 * version. Without a known number of runs the sums stay.
 */
export const withMeans = (table: ImportTable): ImportTable => {
  const {runs} = table;
  if (misprintOf(table) !== 'sum' || runs === null) return table;
  return {
    ...table,
    rows: table.rows.map((row) =>
      row.value === null ? row : {...row, value: row.value / runs, sem: null},
    ),
  };
};

/** One finding per side, or one for both if they say the same. */
export const misprintFindings = (before: ImportTable, after: ImportTable): Finding[] => {
  const [left, right] = [findingOf(before, 'before'), findingOf(after, 'after')];
  const isSame =
    left?.code === 'printed-sums' && right?.code === left.code && before.runs === after.runs;
  if (isSame) return [finding('printed-sums', {side: 'before and after', runs: before.runs ?? 0})];
  return [left, right].filter((found) => found !== null);
};

const findingOf = (table: ImportTable, side: SideName): Finding | null => {
  const kind = misprintOf(table);
  if (kind === null) return null;
  if (kind === 'sum' && table.runs !== null)
    return finding('printed-sums', {side, runs: table.runs});
  const warning = table.warnings.find(({code}) => /last-run|prints-sum/.test(code));
  const what = warning?.text ?? 'perf did not print means';
  return finding('printed-wrong', {side, what}, {side, code: warning?.code});
};
