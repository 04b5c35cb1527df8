// A session of exact counts, stored: no runs, no quads, one comparison or the counts of one side.
import {finishSession, newSessionId} from '../../results/store/index.ts';
import {eventInfo} from '../../results/events/events.ts';
import type {Comparison, Session, SideInfo} from '../../results/types.ts';
import type {Io} from '../command/command.ts';
import {readHost} from '../host/host-record.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import type {Measured, MeasureRequest} from './session-types.ts';
import {sessionSuffix} from './session-types.ts';

interface Counted {
  readonly workload: string;
  /** The placement of the code. */
  readonly placement: string;
}

/** Stores a comparison of what was counted in one repetition of a workload. */
export const storeCounted = (
  io: Io,
  request: Pick<MeasureRequest, 'options' | 'store'>,
  {workload, placement, comparison}: Counted & {readonly comparison: Comparison},
): Promise<Measured> =>
  store(io, request, placement, {
    kind: 'ab',
    workload,
    before: comparison.before,
    after: comparison.after,
    comparison,
    summary: [],
    events: comparison.rows.map((row) => row.event),
  });

/** Stores the counts of one side, to be compared with another session's. */
export const storeCountedSide = (
  io: Io,
  request: Pick<MeasureRequest, 'options' | 'store'>,
  {
    workload,
    placement,
    info,
    counts,
  }: Counted & {readonly info: SideInfo; readonly counts: ReadonlyMap<string, number>},
): Promise<Measured> =>
  store(io, request, placement, {
    kind: 'run',
    workload,
    before: info,
    after: null,
    comparison: null,
    summary: [...counts].map(([event, value]) => ({
      event,
      unit: eventInfo(event).unit,
      stats: {n: 1, mean: value, median: value, sem: 0, sd: 0, running: null},
    })),
    events: [...counts.keys()],
  });

const store = async (
  io: Io,
  {options, store: folderOfStore}: Pick<MeasureRequest, 'options' | 'store'>,
  placement: string,
  {
    events,
    ...session
  }: Pick<Session, 'kind' | 'workload' | 'before' | 'after' | 'comparison' | 'summary'> & {
    readonly events: readonly string[];
  },
): Promise<Measured> => {
  const now = io.now();
  const stored: Session = {
    schema: 'jitstat/session/1',
    id: newSessionId(now, sessionSuffix(options.seed, now)),
    created: now.toISOString(),
    status: 'finished',
    host: readHost(null, hasHardwareCounters()),
    plan: {
      seed: options.seed,
      quads: 0,
      warmupQuads: 0,
      runsPerBlock: 0,
      order: [],
      repeat: 1,
      placement,
      events,
      aaQuads: 0,
    },
    placements: [],
    commands: {},
    notCounted: [],
    warnings: [],
    ...session,
  };
  const folder = await finishSession(folderOfStore, stored, null);
  return {session: stored, samples: null, aaSamples: null, folder};
};
