// Go benchmark format, for benchstat: one line a run if raw runs are known, else one a side.
import type {EventSeries, Samples} from '../types.ts';
import type {ExportWriter, ExportInput, ExportRow} from './rows.ts';
import {exportRows, namesOf} from './rows.ts';

export const benchfmt: ExportWriter = {
  what: 'Go benchmark text: benchstat -col /variant compares the sides',
  needsRuns: true,
  write: (input) => {
    const nameOf = namesOf(input);
    return input.sessions.map((one) => block(one, nameOf(one.session))).join('\n');
  },
};

const block = ({session, samples}: ExportInput['sessions'][number], workload: string): string => {
  const rows = exportRows(session).map((row) => ({...row, workload}));
  const config = [
    `session: ${session.id}`,
    `machine: ${session.host.name}`,
    `cpu: ${session.host.cpu ?? 'unknown'}`,
    `kernel: ${session.host.kernel}`,
    'goos: linux',
    'goarch: amd64',
  ];
  const sides = [...new Map(rows.map((row) => [row.side, row])).values()];
  const lines =
    samples === null
      ? sides.map((side) =>
          line(
            side,
            rows
              .filter((row) => row.side === side.side)
              .map(({stats, event, unit}) => [stats.mean ?? NaN, event, unit]),
          ),
        )
      : sides.flatMap((side) =>
          runsOf(samples, side.side).map((run) =>
            line(
              side,
              samples.events.map((series) => [series.value[run], series.event, series.unit]),
            ),
          ),
        );
  return `${[...config, ...lines].join('\n')}\n`;
};

/** Measured runs of a side; warm-up left out. */
const runsOf = (samples: Samples, side: ExportRow['side']): number[] =>
  [...samples.side.keys()].filter(
    (run) => samples.warmup[run] === 0 && samples.side[run] === (side === 'before' ? 0 : 1),
  );

const line = (
  row: ExportRow,
  values: readonly (readonly [number, EventSeries['event'], string])[],
): string => {
  const executions = row.info.executions ?? 1;
  const pairs = values
    .filter(([value]) => Number.isFinite(value))
    .map(([value, event, unit]) => measure(value, executions, event, unit));
  const [name, repeat] = row.workload.split('/repeat=');
  return [
    `Benchmark${capital(word(name))}${repeat === undefined ? '' : `/repeat=${repeat}`}` +
      `/variant=${word(row.label)}`,
    executions,
    ...pairs,
  ].join(' ');
};

/**
 * Per operation: a program execution if their number is known, else a run. Times become ns/op, as
 * benchstat scales them.
 */
const measure = (value: number, executions: number, event: string, unit: string): string => {
  if (event.endsWith('-per-execution')) return `${value} ${event}`;
  if (unit === 'msec')
    return `${(value * 1e6) / executions} ${event === 'task-clock' ? 'ns/op' : `${event}-ns/op`}`;
  return `${value / executions} ${event}${unit === '' ? '' : `-${unit}`}/op`;
};

/** Without blanks and marks of names; a number after the last `-` would be read as GOMAXPROCS. */
const word = (text: string): string => text.replace(/[\s/=]+/g, '_').replace(/-(?=\d+$)/, '_');

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
