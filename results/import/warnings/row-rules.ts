// Doubts that single rows raise: one rule a doubt, with what its rows have in common and what is
// said of them.
import {max, min} from 'simple-statistics';
import {ratioNote} from '../../events/ratios.ts';
import type {ImportRow, ImportTable, Warning} from '../../types.ts';
import {remembered} from '../repeated-words.ts';

type Said = Pick<Warning, 'text' | 'data'>;

interface RowRule {
  readonly code: string;
  readonly holds: (row: ImportRow) => boolean;
  readonly say: (rows: readonly ImportRow[], table: ImportTable) => readonly Said[];
}

/** Below this percentage of the time an estimate is poor. */
const poor = 20;
const isPartly = ({status, running}: ImportRow): boolean =>
  running !== null && running < 99.995 && status === 'ok';

const share =
  /^(?:% )?(?:of all|frontend cycles idle|backend\s+cycles idle)|^% (?:\w*miss_rate|tma_)/;
/** Above 100 it is the quotient of two events that are not parts of each other, or of estimates. */
const isAbove100 = (value: number | null, unit: string | null): boolean =>
  value !== null && value > 100 && unit !== null && share.test(unit);

const userMode = /:[a-zA-Z]*u[a-zA-Z]*$|\/[a-zA-Z]*u[a-zA-Z]*$/;
const kernelMode = /[:/][a-zA-Z]*k[a-zA-Z]*$/;
const isUserOnly = remembered((event) => userMode.test(event) && !kernelMode.test(event));
const coreKind = /^(cpu_core|cpu_atom|armv8_\w+?_\d)\//;
const isOfCores = remembered((event) => coreKind.test(event));

const mostNamed = 4;
const named = (rows: readonly ImportRow[], figure: 'sem' | 'running'): string =>
  rows
    .slice(0, mostNamed)
    .map((row) => `${row.event} ${row[figure]} %`)
    .join(', ');
const eventsOf = (rows: readonly ImportRow[]): string[] => rows.map(({event}) => event);

/** A large text may have many tables that were counted alike, one after the other. */
let multiplexed: {readonly key: readonly number[]; readonly said: Said} | null = null;

const sayMultiplexed = (rows: number, all: number, least: number, most: number): Said => {
  const key = [rows, all, least, most];
  if (multiplexed?.key.every((one, k) => one === key[k]) === true) return multiplexed.said;
  const range = least === most ? `${least} %` : `${least} % to ${most} %`;
  const text =
    `${rows} of ${all} rows were counted ${range} of the time and ` +
    'scaled up: they are estimates, from different slices of the run';
  const said: Said = {text, data: {rows, least, most}};
  multiplexed = {key, said};
  return said;
};

const rules: readonly RowRule[] = [
  {
    code: 'multiplexed',
    holds: isPartly,
    say: (rows, table) => {
      const shares = rows.map((row) => row.running ?? 0);
      return [sayMultiplexed(rows.length, table.rows.length, min(shares), max(shares))];
    },
  },
  {
    code: 'low-running',
    holds: (row) => isPartly(row) && (row.running ?? 0) < poor,
    say: (rows) => {
      const more = rows.length > mostNamed ? ` and ${rows.length - mostNamed} more` : '';
      const text =
        `counted less than ${poor} % of the time: ${named(rows, 'running')}${more}; scaled up by ` +
        'five or more';
      return [{text, data: {events: eventsOf(rows)}}];
    },
  },
  {
    code: 'ratio-above-100',
    holds: ({metric, metricUnit, metrics}) =>
      metrics === undefined
        ? isAbove100(metric, metricUnit)
        : metrics.some(({value, unit}) => isAbove100(value, unit)),
    say: (rows) =>
      rows.flatMap(({event, metric, metricUnit, metrics}) =>
        (metrics ?? [{value: metric, unit: metricUnit ?? ''}])
          .filter(({value, unit}) => isAbove100(value, unit))
          .map(({value, unit}) => {
            const shown = `${value}${unit.startsWith('%') ? unit : ` % ${unit}`}`;
            const text = `${event}: "${shown}" is not a share of a whole. ${ratioNote(event)}`;
            return {text, data: {event, value}};
          }),
      ),
  },
  {
    code: 'sem-above-100',
    holds: ({sem}) => sem !== null && sem > 100.005,
    say: (rows) => {
      const text =
        'a standard error above 100 % is impossible for a mean of counts: ' +
        `${named(rows, 'sem')}; the value is not the mean, or the mean was cut to a whole number`;
      return [{text, data: {events: eventsOf(rows)}}];
    },
  },
  {
    // Asked for, or forced by perf_event_paranoid.
    code: 'user-only',
    holds: ({event, group}) => group !== true && isUserOnly(event),
    say: (rows, table) => {
      const counts = table.rows.filter(({group}) => group !== true).length;
      const who =
        rows.length === counts ? 'all events count' : `${rows.length} of ${counts} events count`;
      const text = `${who} user mode only (:u): time in the kernel is missing from them`;
      return [{text, data: {events: eventsOf(rows)}}];
    },
  },
  {
    // Two kinds of cores that both counted: the two rows of an event are not parts of one sum.
    code: 'hybrid',
    holds: ({value, event}) => value !== null && isOfCores(event),
    say: (rows) => {
      const pmus = [...new Set(rows.map(({event}) => coreKind.exec(event)?.[1] ?? ''))];
      const text =
        `events of ${pmus.join(' and ')} are scaled to the whole run each: their values must ` +
        'not be added, and comments may divide one by the other';
      return pmus.length < 2 ? [] : [{text, data: {pmus}}];
    },
  },
];

/** The doubts in the order of the rules; the rows of all are gathered in one pass. */
export const rowDoubts = (table: ImportTable): Warning[] => {
  const held: ImportRow[][] = [];
  for (const row of table.rows)
    for (let k = 0; k < rules.length; k++) if (rules[k].holds(row)) (held[k] ??= []).push(row);
  const doubts: Warning[] = [];
  held.forEach((rows, k) => {
    const {code, say} = rules[k];
    for (const {text, data} of say(rows, table)) doubts.push({code, text, data});
  });
  return doubts;
};
