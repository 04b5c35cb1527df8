// What a night needs from the world: something that measures, a host, a clock. Replaced in tests.
import type {PlacementPlan} from '../shim/placement-plan.ts';
import type {HostRecord, Session} from '../../results/types.ts';
import type {CheckResult} from '../host/host-checks.ts';
import type {Target} from '../measure/measure-options.ts';

/** What a night asks the harness to measure: as many runs as fit into `seconds`, or `size`. */
export interface MeasureTask {
  readonly target: Target;
  readonly repeat: number;
  readonly placement: PlacementPlan;
  readonly events: readonly string[] | null;
  readonly margins: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Seconds left in all; a workload is refused if not even one quad of it fits. */
  readonly left: number;
  readonly size: {readonly runs: number; readonly runsPerBlock: number} | null;
  /** Whether to add simulated counts on a host without a PMU. */
  readonly simulate: boolean;
  /** Id of the night, to be stored in the session; null outside a night. */
  readonly night: string | null;
}

/**
 * Measures and stores one session. Throws a UserError if the workload or the host does not allow
 * it.
 */
export type Measure = (task: MeasureTask) => Promise<Session>;

/** The world of a night. */
export interface NightWorld {
  readonly now: () => Date;
  /** Throws a UserError if nothing can be measured at all (no perf). */
  readonly host: () => Promise<HostRecord>;
  readonly checks: () => readonly CheckResult[];
  readonly measure: Measure;
  /** Four characters that tell apart nights begun in the same millisecond. */
  readonly random: string;
  readonly progress: (text: string) => void;
}
