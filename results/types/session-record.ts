// A session as stored: the host, the plan, the placements, the conclusion.
import type {Comparison} from './comparison-document.ts';
import type {SideStats} from './comparison-row.ts';
import type {SideName} from './measured.ts';
import type {Warning} from './remarks.ts';
import type {NotCounted, SideInfo} from './side-info.ts';

/**
 * A host; `id` is a hash over the fields that must not change within a series. Values null if
 * unreadable.
 */
export interface HostRecord {
  readonly id: string;
  readonly name: string;
  readonly cpu: string | null;
  readonly microcode: string | null;
  readonly cores: number;
  readonly kernel: string;
  readonly perf: string | null;
  readonly node: string;
  readonly governor: string | null;
  readonly turbo: string | null;
  readonly smt: string | null;
  readonly aslr: string | null;
  readonly mitigations: string | null;
  readonly clocksource: string | null;
  readonly nmiWatchdog: string | null;
  readonly paranoid: number | null;
  readonly virtualization: string | null;
  readonly hardwareCounters: boolean;
}

/**
 * The placement of the images of one block: as text (`fixed:0`, `random:123`) and the load address
 * of each function by symbol.
 */
export interface PlacementRecord {
  readonly text: string;
  readonly side: SideName;
  readonly addresses: Readonly<Record<string, string>>;
}

/** The plan a session follows; everything needed to continue after a kill. */
export interface Plan {
  readonly seed: number;
  readonly quads: number;
  readonly warmupQuads: number;
  readonly runsPerBlock: number;
  /** `ABBA` or `BAAB`, one per quad, warm-up first. */
  readonly order: readonly ('ABBA' | 'BAAB')[];
  readonly repeat: number;
  readonly placement: string;
  readonly events: readonly string[];
  /** Quads of the A/A measured with it (before against before). */
  readonly aaQuads: number;
}

/**
 * Schema `jitstat/session/1`: the immutable `session.json`. The runs are next to it in
 * `runs.json.gz`.
 */
export interface Session {
  readonly schema: 'jitstat/session/1';
  readonly id: string;
  readonly created: string;
  readonly kind: 'ab' | 'run';
  readonly status: 'finished' | 'refused';
  readonly reason?: string;
  readonly workload: string | null;
  readonly before: SideInfo;
  readonly after: SideInfo | null;
  readonly host: HostRecord;
  readonly plan: Plan;
  readonly placements: readonly PlacementRecord[];
  /** Exact commands as argv, by side. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly notCounted: readonly NotCounted[];
  readonly comparison: Comparison | null;
  /** For `run` sessions: one side's figures per event. */
  readonly summary: readonly {
    readonly event: string;
    readonly unit: string;
    readonly stats: SideStats;
  }[];
  readonly warnings: readonly Warning[];
  readonly night?: string;
}
