// What a seeded session consists of.
import type {NotCounted} from '../../results/types.ts';

/**
 * One event: `base` level, `noise` as a fraction, `effect` = after/before, `spikes` = [side, run
 * from 1, times].
 */
export interface EventPlan {
  readonly event: string;
  readonly base: number;
  readonly noise: number;
  readonly effect: number;
  readonly spikes?: readonly (readonly [side: 0 | 1, run: number, times: number])[];
}

export interface SessionPlan {
  readonly seed: number;
  readonly workload: string;
  readonly quads: number;
  readonly runsPerBlock: number;
  readonly events: readonly EventPlan[];
  readonly notCounted?: readonly NotCounted[];
  readonly placements?: number;
  readonly before?: string;
  readonly after?: string;
}
