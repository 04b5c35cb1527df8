// The history of a store: every series with its levels, change points, spike rates and marks, recomputed from all sessions.
import {eventInfo} from '../events.ts';
import {aaRates} from '../rows/calibration.ts';
import {listSessions} from '../store/session.ts';
import type {Session} from '../types.ts';
import {marksOf} from './marks.ts';
import {readNights} from './nights.ts';
import {readNotes} from './notes.ts';
import {seriesOf} from './points.ts';
import {analysePoints, changeRule} from './series.ts';
import type {History, Night, Note} from './types.ts';

export interface HistoryOptions {
  readonly workload?: string;
  readonly event?: string;
  readonly machine?: string;
  /** Takes in sessions measured by hand as well; without nightly sessions they are all there is and are taken anyway. */
  readonly all?: boolean;
  /** Least size of a change point by event, as a fraction; else the event table's margin. */
  readonly minSizes?: Readonly<Record<string, number>>;
}

/** Reads the store and builds its history. */
export const readHistory = (store: string, options: HistoryOptions = {}): History => {
  const {entries, problems} = listSessions(store);
  const {notes, problems: noteProblems} = readNotes(store);
  const {nights, problems: nightProblems} = readNights(store);
  const wanted = entries.filter(({head}) => head.host.name.startsWith(options.machine ?? '') && (options.workload === undefined || head.workload === options.workload));
  const nightly = wanted.filter(({head}) => head.night !== undefined);
  const sessions: Session[] = [];
  const damaged: {path: string; text: string}[] = [];
  for (const entry of options.all === true || nightly.length === 0 ? wanted : nightly) {
    try {
      sessions.push(entry.session);
    } catch (error) {
      damaged.push({path: entry.folder, text: error instanceof Error ? error.message.replace(`${entry.folder}/`, '') : String(error)});
    }
  }
  return {...buildHistory(sessions, notes, nights, options), problems: [...problems, ...damaged, ...noteProblems, ...nightProblems]};
};

/** From sessions (oldest first), notes and nights to series. Pure. */
export const buildHistory = (sessions: readonly Session[], notes: readonly Note[], nights: readonly Night[], options: HistoryOptions = {}): History => ({
  schema: 'jitstat/history/1',
  rule: changeRule,
  series: seriesOf(sessions).filter(({event}) => options.event === undefined || event === options.event).map((raw) => {
    const {sessions: _sessions, ...named} = raw;
    const minSize = options.minSizes?.[raw.event] ?? eventInfo(raw.event).margin;
    return {...named, ...analysePoints(raw.points, raw, minSize), marks: marksOf(raw, notes, nights), minSize};
  }),
  aa: aaRates(sessions),
  notes,
  problems: [],
});

