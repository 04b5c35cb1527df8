// The history of a store: every series with its levels, change points, spike rates and marks,
// recomputed from all sessions.
import {eventInfo} from '../events/events.ts';
import {aaRates, aaTables} from '../rows/calibration-rows.ts';
import type {Session} from '../types.ts';
import {seriesOf} from './gather.ts';
import {marksOf} from './series-marks.ts';
import {readNightBriefs} from './nights.ts';
import {readNotes} from './notes.ts';
import {measuredOf} from './points.ts';
import type {IndexedSession} from './session-briefs.ts';
import {readMeasured} from './session-briefs.ts';
import {analysePoints, changeRule} from './series.ts';
import type {History, MarkedNight, Note} from './types.ts';

export interface HistoryOptions {
  readonly workload?: string;
  readonly event?: string;
  readonly machine?: string;
  /**
   * Includes sessions measured by hand; they are also used if there are no nightly sessions.
   */
  readonly all?: boolean;
  /** Least size of a change point by event, as a fraction; else the event table's margin. */
  readonly minSizes?: Readonly<Record<string, number>>;
}

/** Reads the store, by way of its index, and builds its history. */
export const readHistory = (store: string, options: HistoryOptions = {}): History => {
  const {sessions, problems} = readMeasured(store, options);
  const nightly = sessions.filter(({measured}) => measured.night !== undefined);
  const {notes, problems: noteProblems} = readNotes(store);
  const {nights, problems: nightProblems} = readNightBriefs(store, 'refused');
  return {
    ...historyOf(
      options.all === true || nightly.length === 0 ? sessions : nightly,
      notes,
      nights,
      options,
    ),
    problems: [...problems, ...noteProblems, ...nightProblems],
  };
};

/** From sessions (oldest first), notes and nights to series. Pure. */
export const buildHistory = (
  sessions: readonly Session[],
  notes: readonly Note[],
  nights: readonly MarkedNight[],
  options: HistoryOptions = {},
): History =>
  historyOf(
    sessions.map((session) => ({
      measured: measuredOf(session, options.event),
      aa: aaTables(session),
    })),
    notes,
    nights,
    options,
  );

const historyOf = (
  sessions: readonly IndexedSession[],
  notes: readonly Note[],
  nights: readonly MarkedNight[],
  options: HistoryOptions,
): History => ({
  schema: 'jitstat/history/1',
  rule: changeRule,
  series: seriesOf(sessions.map(({measured}) => measured)).map((raw) => {
    const {hosts: _hosts, ...named} = raw;
    const minSize = options.minSizes?.[raw.event] ?? eventInfo(raw.event).margin;
    return {
      ...named,
      ...analysePoints(raw.points, raw, minSize),
      marks: marksOf(raw, notes, nights),
      minSize,
    };
  }),
  aa: aaRates(sessions.flatMap(({aa}) => aa)),
  notes,
  problems: [],
});
