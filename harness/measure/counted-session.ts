// A session of exact counts, stored: no runs, no quads, one comparison.
import {finishSession, newSessionId} from '../../results/store/index.ts';
import type {Comparison, Session} from '../../results/types.ts';
import type {Io} from '../command/command.ts';
import {readHost} from '../host/host-record.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import type {Measured, MeasureRequest} from './session-types.ts';
import {sessionSuffix} from './session-types.ts';

/** Stores what was counted in one repetition of `workload`; `placement` says where the code lay. */
export const storeCounted = async (
  io: Io,
  {options, store}: Pick<MeasureRequest, 'options' | 'store'>,
  {
    workload,
    placement,
    comparison,
  }: {
    readonly workload: string;
    readonly placement: string;
    readonly comparison: Comparison;
  },
): Promise<Measured> => {
  const now = io.now();
  const session: Session = {
    schema: 'jitstat/session/1',
    id: newSessionId(now, sessionSuffix(options.seed, now)),
    created: now.toISOString(),
    kind: 'ab',
    status: 'finished',
    workload,
    before: comparison.before,
    after: comparison.after,
    host: readHost(null, hasHardwareCounters()),
    plan: {
      seed: options.seed,
      quads: 0,
      warmupQuads: 0,
      runsPerBlock: 0,
      order: [],
      repeat: 1,
      placement,
      events: comparison.rows.map((row) => row.event),
      aaQuads: 0,
    },
    placements: [],
    commands: {},
    notCounted: [],
    comparison,
    summary: [],
    warnings: [],
  };
  const folder = await finishSession(store, session, null);
  return {session, samples: null, aaSamples: null, folder};
};
