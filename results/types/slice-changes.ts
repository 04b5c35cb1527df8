// What slices inside one process say: the change, and where its variance comes from.
import type {KnownChange} from './comparison-row.ts';
import type {SideName} from './measured.ts';

/** `halfWidth` and `sd` are on the log scale; ratios are after/before. */
export interface SlicesAnswer {
  readonly processes: number;
  /** Pairs of placements in all processes. */
  readonly placements: number;
  /** Median length of a slice. */
  readonly sliceNs: number;
  readonly clock: string;
  readonly overheadNs: number;
  /** As planned; null = not known. */
  readonly secondsPerProcess: number | null;
  /** At one placement: the median, and half of the 95 % interval from its slices alone. */
  readonly perPlacement: {readonly ratio: number; readonly halfWidth: number};
  /** Between placements: standard deviation, 2.5 % and 97.5 % quantiles, extremes. */
  readonly spread: {
    readonly sd: number;
    readonly low: number;
    readonly high: number;
    readonly best: number;
    readonly worst: number;
    /**
     * Placements whose own interval says the opposite of the average; 0 if the average is not
     * settled.
     */
    readonly against: number;
  };
  /** Averaged over placements and time: the verdict's. */
  readonly overPlacements: KnownChange;
  /** Standard deviations: of one quad of slices, between placements, between processes. */
  readonly parts: VarianceParts;
  /** By the address of a side's entry program, averaged over the other side's placements. */
  readonly byOffset: readonly OffsetChange[];
  readonly steps: readonly {readonly label: string; readonly change: KnownChange}[];
  /** The same code on both sides, measured in the same way. */
  readonly aa: {readonly processes: number; readonly change: KnownChange} | null;
}

/** The change with a side's entry program at `offset` bytes of its cache line or page. */
export interface OffsetChange {
  readonly side: SideName;
  readonly space: 'line' | 'page';
  readonly offset: number;
  readonly placements: number;
  readonly change: KnownChange;
}

export interface VarianceParts {
  readonly slice: number;
  readonly placement: number;
  readonly process: number;
}
