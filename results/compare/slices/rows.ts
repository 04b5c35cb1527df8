// The rows of a slices session: the workload and each step of its scenario, with verdicts by the
// rules of every other row.
import {eventInfo} from '../../events/events.ts';
import {describe} from '../../samples/side-stats.ts';
import type {Estimate} from '../../stats/hodges-lehmann.ts';
import {isClaim} from '../../claims.ts';
import type {Comparison, ComparisonRow, SideStats} from '../../types.ts';
import type {RowDraft} from '../quads/row.ts';
import {marginFor} from '../context.ts';
import {conclude} from '../quads/verdict.ts';
import {averageOf, averageP} from './average.ts';
import {fewestProcesses} from './slices-answer.ts';
import type {ProcessFigures, StepFigures} from './process.ts';
import {processFigures} from './process.ts';
import type {SliceProcess} from './types.ts';

/** The row of the whole workload: what one repetition of the scenario costs, per execution. */
export const slicesEvent = 'slices/ns-per-execution/';
/** The row of an event that was counted instead of time. */
export const countedEvent = (event: string): string => `slices/${event}/`;
/** The row of one step, by the label of its test run. */
const stepEvent = (label: string): string => `slices/ns-per-execution,${label}/`;

export interface SliceRowsOptions {
  readonly level: number;
  readonly labels: readonly string[];
  readonly margins?: Readonly<Record<string, number>>;
  /** Share of the table's error budget that these rows may spend. */
  readonly share: number;
  /** The workload's row is the table's primary event. */
  readonly primary: boolean;
}

/** Rows and the A/A judged by the same rules. A changed A/A withholds every verdict. */
export const sliceRows = (
  processes: readonly SliceProcess[],
  options: SliceRowsOptions,
): {readonly rows: readonly ComparisonRow[]; readonly aa: Comparison['aa']} => {
  const aaRows = rowsOf(
    processes.filter(({aa}) => aa),
    options,
  );
  const changed = aaRows.filter(isClaim);
  const aaProcesses = processes.filter(({aa, event}) => aa && event === undefined).length;
  return {
    rows: rowsOf(
      processes.filter(({aa}) => !aa),
      options,
      changed.map(({event}) => event),
    ),
    aa:
      aaProcesses === 0
        ? null
        : {
            changed: changed.length,
            rows: aaRows.length,
            quads: aaProcesses,
            events: changed.map(({event}) => event),
          },
  };
};

const rowsOf = (
  processes: readonly SliceProcess[],
  options: SliceRowsOptions,
  changed: readonly string[] = [],
): readonly ComparisonRow[] => {
  const {labels} = options;
  const of = (event: string | undefined): readonly ProcessFigures[] =>
    processes.filter((one) => one.event === event).map(processFigures);
  const figures = of(undefined);
  if (figures.length === 0) return [];
  const events = [...new Set(processes.flatMap(({event}) => event ?? []))];
  const whole = (one: ProcessFigures): StepFigures => ({
    logRatio: one.logRatio,
    beforeNs: one.beforeNs / labels.length,
    afterNs: one.afterNs / labels.length,
  });
  // A scenario of one step has one row: the workload's.
  const steps = labels.length === 1 ? [] : labels;
  const drafts = [
    draft(slicesEvent, figures.map(whole), options),
    ...steps.map((label, step) =>
      draft(
        stepEvent(label),
        figures.map((one) => one.steps[step]),
        options,
      ),
    ),
    ...events.map((event) => draft(countedEvent(event), of(event).map(whole), options)),
  ];
  return conclude(drafts, {
    level: options.level,
    primary: slicesEvent,
    share: options.share,
    spikes: () => ({before: [], after: []}),
    ...(changed.length === 0
      ? {}
      : {withheld: `the A/A next to it shows a change in ${changed.join(', ')}`}),
  }).map((row) => inProcesses({...row, primary: options.primary && row.primary}));
};

/** The units of these rows are processes, not quads: what would settle a row is said in words. */
const inProcesses = ({quadsNeeded, ...row}: ComparisonRow): ComparisonRow =>
  quadsNeeded === undefined
    ? row
    : {...row, reason: `${row.reason}; about ${quadsNeeded} processes of slices would settle it`};

const draft = (
  event: string,
  figures: readonly StepFigures[],
  options: SliceRowsOptions,
): RowDraft => {
  const info = eventInfo(event);
  const values = figures.map(({logRatio}) => logRatio);
  const interval = (level: number): Estimate | null =>
    values.length < 2 ? null : averageOf(values, level);
  const isEnough = values.length >= fewestProcesses;
  const side = (ns: (one: StepFigures) => number): SideStats => ({
    ...describe(Float64Array.from(figures, ns)),
    running: null,
  });
  return {
    event,
    unit: info.unit,
    kind: info.kind,
    before: side(({beforeNs}) => beforeNs),
    after: side(({afterNs}) => afterNs),
    estimate: interval(options.level),
    equivalence: interval(2 * options.level - 1),
    direction: Math.sign(averageOf(values, options.level).value),
    p: isEnough ? averageP(values) : null,
    units: values.length,
    margin: marginFor(options.margins, event) ?? info.margin,
    mustClear: 0,
    note: isEnough
      ? null
      : `${values.length} process${values.length === 1 ? '' : 'es'}: at least ${fewestProcesses} are needed`,
    warnings: [],
  };
};
