// A whole comparison: rows, findings, the product of causes, the share of placement.
import type {ComparisonRow} from './comparison-row.ts';
import type {HostLoad} from './load-record.ts';
import type {Finding, Warning} from './remarks.ts';
import type {NotCounted, SideInfo} from './side-info.ts';
import type {SlicesAnswer} from './slice-changes.ts';

export const designs = ['abba', 'blocked', 'summary', 'slices', 'one-core'] as const;
export type Design = (typeof designs)[number];

/** One part of the product, in natural logs, with an interval if one can be formed. */
export interface DecompositionPart {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * ln changes; `time` = instructions + cpi + clock (clock = minus the change of frequency); elapsed
 * adds `utilisation`. Null parts were not counted.
 */
export interface Decomposition {
  readonly time: number | null;
  readonly instructions: number | null;
  readonly cpi: number | null;
  readonly clock: number | null;
  readonly utilisation: number | null;
  readonly intervals?: Readonly<
    Partial<Record<'time' | 'instructions' | 'cpi' | 'clock' | 'utilisation', DecompositionPart>>
  >;
}

/**
 * Share of an event's variance that placement explains, 0..1, with an interval; best and worst
 * placement by index.
 */
export interface PlacementShare {
  readonly event: string;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly best: number | null;
  readonly worst: number | null;
}

/** Schema `jitstat/comparison/1`. */
export interface Comparison {
  readonly schema: 'jitstat/comparison/1';
  readonly before: SideInfo;
  readonly after: SideInfo;
  readonly design: Design;
  readonly quads: number | null;
  /** Same image on both sides. */
  readonly sameImage: boolean;
  readonly rows: readonly ComparisonRow[];
  readonly notCounted: readonly NotCounted[];
  readonly decomposition: Decomposition;
  readonly findings: readonly Finding[];
  readonly warnings: readonly Warning[];
  /** The A/A measured with it: rows called `more` or `less` out of rows; null = none measured. */
  readonly aa: {
    readonly changed: number;
    readonly rows: number;
    readonly quads: number;
    readonly events: readonly string[];
  } | null;
  /** What else ran on the host meanwhile; null or absent = not recorded. */
  readonly load?: HostLoad | null;
  /** One-way random effects over placements, per event, if placements varied. */
  readonly placement?: readonly PlacementShare[];
  /** Both sides alternated every few microseconds inside one process. */
  readonly slices?: SlicesAnswer;
}
