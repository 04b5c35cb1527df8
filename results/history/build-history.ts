// The history of a store: every series with its levels, change points, spike rates and marks,
// recomputed from all sessions.
import {eventInfo} from '../events/events.ts';
import {aaRates} from '../rows/calibration-rows.ts';
import type {SessionEntry} from '../store/session.ts';
import {walkSessions} from '../store/session.ts';
import type {Session} from '../types.ts';
import {seriesOf} from './gather.ts';
import {marksOf} from './series-marks.ts';
import {readNights} from './nights.ts';
import {readNotes} from './notes.ts';
import type {Measured} from './points.ts';
import {measuredOf} from './points.ts';
import {analysePoints, changeRule} from './series.ts';
import type {History, Night, Note} from './types.ts';

export interface HistoryOptions {
  readonly workload?: string;
  readonly event?: string;
  readonly machine?: string;
  /**
   * Takes in sessions measured by hand as well; without nightly sessions they are all there is and
   * are taken anyway.
   */
  readonly all?: boolean;
  /** Least size of a change point by event, as a fraction; else the event table's margin. */
  readonly minSizes?: Readonly<Record<string, number>>;
}

/** Reads the store and builds its history. */
export const readHistory = (store: string, options: HistoryOptions = {}): History => {
  const problems: {path: string; text: string}[] = [];
  const damaged: {path: string; text: string}[] = [];
  const measured: Measured[] = [];
  const calibrating: CalibrationSession[] = [];
  const byHand: SessionEntry[] = [];
  const take = (entry: SessionEntry): void => {
    try {
      const {session} = entry;
      measured.push(measuredOf(session, options.event));
      calibrating.push(...calibrationPart(session));
    } catch (error) {
      damaged.push({
        path: entry.folder,
        text:
          error instanceof Error ? error.message.replace(`${entry.folder}/`, '') : String(error),
      });
    }
  };
  for (const entry of walkSessions(store, problems)) {
    const {host, workload, night} = entry.head;
    if (
      !host.name.startsWith(options.machine ?? '') ||
      (options.workload !== undefined && workload !== options.workload)
    )
      continue;
    if (night === undefined && options.all !== true) byHand.push(entry);
    else take(entry);
  }
  if (measured.length === 0 && damaged.length === 0) byHand.forEach(take);
  const {notes, problems: noteProblems} = readNotes(store);
  const {nights, problems: nightProblems} = readNights(store);
  return {
    ...historyOf(measured, calibrating, notes, nights, options),
    problems: [...problems, ...damaged, ...noteProblems, ...nightProblems],
  };
};

/** From sessions (oldest first), notes and nights to series. Pure. */
export const buildHistory = (
  sessions: readonly Session[],
  notes: readonly Note[],
  nights: readonly Night[],
  options: HistoryOptions = {},
): History =>
  historyOf(
    sessions.map((session) => measuredOf(session, options.event)),
    sessions,
    notes,
    nights,
    options,
  );

const historyOf = (
  measured: readonly Measured[],
  calibrating: readonly CalibrationSession[],
  notes: readonly Note[],
  nights: readonly Night[],
  options: HistoryOptions,
): History => ({
  schema: 'jitstat/history/1',
  rule: changeRule,
  series: seriesOf(measured).map((raw) => {
    const {hosts: _hosts, ...named} = raw;
    const minSize = options.minSizes?.[raw.event] ?? eventInfo(raw.event).margin;
    return {
      ...named,
      ...analysePoints(raw.points, raw, minSize),
      marks: marksOf(raw, notes, nights),
      minSize,
    };
  }),
  aa: aaRates(calibrating),
  notes,
  problems: [],
});

/** What is kept of a session for its A/A. */
type CalibrationSession = Pick<Session, 'workload' | 'before' | 'comparison'>;

const calibrationPart = ({workload, before, comparison}: Session): CalibrationSession[] =>
  comparison === null || ((comparison.aa ?? null) === null && !comparison.sameImage)
    ? []
    : [
        {
          workload,
          before,
          comparison: comparison.sameImage
            ? comparison
            : {...comparison, rows: [], findings: [], notCounted: []},
        },
      ];
