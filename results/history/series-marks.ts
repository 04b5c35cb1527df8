// What happened on a night, drawn across a series: notes, changes of host record and image, refused
// nights.
import type {HostRecord} from '../types.ts';
import type {RawSeries} from './gather.ts';
import type {HistoryMark, MarkedNight, Note} from './types.ts';

/** Fields of the host record whose change is drawn, in the words of the mark. */
const watched = {
  cpu: 'CPU',
  microcode: 'microcode',
  cores: 'cores',
  kernel: 'kernel',
  perf: 'perf',
  governor: 'governor',
  turbo: 'turbo',
  smt: 'SMT',
  aslr: 'ASLR',
  mitigations: 'mitigations',
  clocksource: 'clock source',
  nmiWatchdog: 'NMI watchdog',
  virtualization: 'virtualization',
  hardwareCounters: 'hardware counters',
} as const satisfies Partial<Record<keyof HostRecord, string>>;

/** `microcode 0x1 -> 0x2`, one for each watched field that differs. */
export const hostChanges = (before: HostRecord, after: HostRecord): string[] =>
  (Object.keys(watched) as (keyof typeof watched)[])
    .filter((field) => before[field] !== after[field])
    .map(
      (field) => `${watched[field]} ${before[field] ?? 'unknown'} -> ${after[field] ?? 'unknown'}`,
    );

export const marksOf = (
  series: RawSeries,
  notes: readonly Note[],
  nights: readonly MarkedNight[],
): HistoryMark[] => {
  const marks = [
    ...notes
      .filter((note) => fits(note.machine, series.machine) && fits(note.workload, series.workload))
      .map((note) => ({night: note.date, kind: 'note' as const, text: note.text})),
    ...nights
      .filter((night) => night.status === 'refused' && fits(night.machine, series.machine))
      .map((night) => ({
        night: night.night,
        kind: 'refused' as const,
        text: night.reason ?? 'refused',
      })),
    ...hostAndImageMarks(series),
  ];
  return marks.sort((a, b) => (a.night < b.night ? -1 : a.night > b.night ? 1 : 0));
};

const hostAndImageMarks = ({points, hosts}: RawSeries): HistoryMark[] => {
  const marks: HistoryMark[] = [];
  let image: string | undefined;
  for (const [at, {night, imageHash}] of points.entries()) {
    const changes =
      at === 0 || hosts[at - 1] === hosts[at] ? [] : hostChanges(hosts[at - 1], hosts[at]);
    if (changes.length > 0) marks.push({night, kind: 'host', text: changes.join(', ')});
    if (imageHash === undefined) continue;
    if (image !== undefined && image !== imageHash)
      marks.push({
        night,
        kind: 'image',
        text: `image ${image.slice(0, 8)} -> ${imageHash.slice(0, 8)}`,
      });
    image = imageHash;
  }
  return marks;
};

const fits = (wanted: string | undefined, name: string): boolean =>
  wanted === undefined || wanted === name || name.startsWith(`${wanted} (`);
