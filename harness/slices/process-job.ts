// The job of one process: copies of both images at random addresses, or both sides as the kernel
// loads them; and the reader of its report.
import type {Placement} from '../../jit/types.ts';
import type {ReportedSlices, ShimResult} from '../shim/result.ts';
import {describeResult} from '../shim/result.ts';
import {drawLoads, drawPairs} from './copy-pairs.ts';
import {encodeKernelSlicesJob} from './kernel-slices-job.ts';
import type {JobSlot, SlicesPlan} from './slices-job.ts';
import {encodeSlicesJob} from './slices-job.ts';
import type {CopiedSide, LoadedSide, SliceSide} from './slice-side.ts';

export interface JobRequest {
  readonly seed: number;
  readonly pairs: number;
  readonly placement: Placement | null;
  readonly coins: boolean;
  /** The comparisons of the scenario are made once; copies repeat them in every pair. */
  readonly checked: boolean;
  readonly slots: readonly {
    readonly side: JobSlot['side'];
    readonly code: SliceSide;
    readonly executions: readonly number[];
  }[];
  readonly plan: SlicesPlan;
}

/** Addresses of the entry programs, by slot. */
export type Entries = readonly [number, number];

export interface ProcessJob {
  readonly bytes: Uint8Array;
  readonly pairs: number;
  /** What went wrong, in words. */
  readonly describe: (result: ShimResult) => string;
  /** One for each pair. */
  readonly entries: (slices: ReportedSlices) => readonly Entries[];
}

export const copiedJob = ({slots, plan, ...draw}: JobRequest): ProcessJob => {
  const templates = slots.map(({code}, slot) => (code as CopiedSide)[slot]);
  const pairs = drawPairs({...draw, templates: [templates[0], templates[1]]});
  const [zero, one] = slots.map((slot, at) => ({...slot, templates: templates[at]}));
  return {
    bytes: encodeSlicesJob({...plan, slots: [zero, one], pairs}),
    pairs: pairs.length,
    describe: (result) => {
      const slot = slots.findIndex(({side}) => side === result.side);
      const pair = pairs[result.pair ?? 0];
      const functions =
        slot === -1 || pair === undefined
          ? []
          : templates[slot][pair.templates[slot]].functions.map(({symbol, code}, at) => ({
              symbol,
              code,
              base: pair.addresses[slot][at],
            }));
      return describeResult(result, {functions: functions as never});
    },
    entries: () =>
      pairs.map(({addresses}) => [Number(addresses[0][0]), Number(addresses[1][0])] as const),
  };
};

export const loadedJob = ({slots, plan, checked, ...draw}: JobRequest): ProcessJob => {
  const pairs = drawLoads(draw);
  return {
    bytes: encodeKernelSlicesJob({
      ...plan,
      slots: slots.map(({code, ...slot}) => ({...slot, ...(code as LoadedSide)})),
      pairs,
      checked,
    }),
    pairs: pairs.length,
    describe: (result) => describeResult(result, null),
    entries: ({entries = []}) => entries,
  };
};
