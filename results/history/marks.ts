// What happened on a night, drawn across a series: notes, changes of host record and image, refused nights.
import type {HostRecord, Session} from '../types.ts';
import type {RawSeries} from './points.ts';
import type {HistoryMark, Night, Note} from './types.ts';

/** Fields of the host record whose change is drawn, in the words of the mark. */
const watched = {
  cpu: 'CPU', microcode: 'microcode', cores: 'cores', kernel: 'kernel', perf: 'perf', governor: 'governor', turbo: 'turbo', smt: 'SMT', aslr: 'ASLR',
  mitigations: 'mitigations', clocksource: 'clock source', nmiWatchdog: 'NMI watchdog', virtualization: 'virtualization', hardwareCounters: 'hardware counters',
} as const satisfies Partial<Record<keyof HostRecord, string>>;

/** `microcode 0x1 -> 0x2`, one for each watched field that differs. */
export const hostChanges = (before: HostRecord, after: HostRecord): string[] =>
  (Object.keys(watched) as (keyof typeof watched)[])
    .filter((field) => before[field] !== after[field])
    .map((field) => `${watched[field]} ${before[field] ?? 'unknown'} -> ${after[field] ?? 'unknown'}`);

export const marksOf = (series: RawSeries, notes: readonly Note[], nights: readonly Night[]): HistoryMark[] => {
  const marks = [
    ...notes.filter((note) => fits(note.machine, series.machine) && fits(note.workload, series.workload)).map((note) => ({night: note.date, kind: 'note' as const, text: note.text})),
    ...nights.filter((night) => night.status === 'refused' && fits(night.machine, series.machine)).map((night) => ({night: night.night, kind: 'refused' as const, text: night.reason ?? 'refused'})),
    ...series.sessions.flatMap((session, at) => (at === 0 ? [] : changesBetween(series, at, series.sessions[at - 1], session))),
  ];
  return marks.sort((a, b) => (a.night < b.night ? -1 : a.night > b.night ? 1 : 0));
};

const changesBetween = (series: RawSeries, at: number, before: Session, after: Session): HistoryMark[] => {
  const {night, imageHash} = series.points[at];
  const earlier = series.points.slice(0, at).findLast((point) => point.imageHash !== undefined)?.imageHash;
  const host = hostChanges(before.host, after.host);
  return [
    ...(host.length === 0 ? [] : [{night, kind: 'host' as const, text: host.join(', ')}]),
    ...(imageHash === undefined || earlier === undefined || imageHash === earlier ? [] : [{night, kind: 'image' as const, text: `image ${earlier.slice(0, 8)} -> ${imageHash.slice(0, 8)}`}]),
  ];
};

const fits = (wanted: string | undefined, name: string): boolean => wanted === undefined || wanted === name || name.startsWith(`${wanted} (`);
