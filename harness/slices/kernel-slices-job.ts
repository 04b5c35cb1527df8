// The job of the kernel's slices shim as bytes: a plan, two slots with what they load and play, and
// the pairs. Layouts: `harness/shim/native/kernel-slices.c` and `kernel-play.h`.
import type {Workload} from '../../workloads/types.ts';
import {encodeRecord, encodeRecords} from '../shim/job.ts';
import {loadRecords, slicedScenario} from '../shim/kernel-job.ts';
import type {DrawnPair} from './copy-pairs.ts';
import type {SlicesPlan} from './slices-job.ts';
import {planRecord} from './slices-job.ts';

const ops = {slot: 11, script: 13, pair: 14} as const;

export interface KernelSlicesJob extends SlicesPlan {
  /** By slot: the side's name, what it plays, and the executions per slice of each test run. */
  readonly slots: readonly {
    readonly side: string;
    readonly workload: Workload;
    readonly executions: readonly number[];
  }[];
  readonly pairs: readonly DrawnPair[];
  /** The scenario is first played once with every check; slices check only return values. */
  readonly checked: boolean;
}

export const encodeKernelSlicesJob = (job: KernelSlicesJob): Uint8Array =>
  encodeRecords(
    [
      planRecord(job, job.slots, {start: 0n, bytes: 0n}),
      ...job.slots.flatMap(({workload, executions}, slot) => [
        encodeRecord(ops.slot, [slot]),
        ...loadRecords(workload),
        encodeRecord(ops.script, []),
        ...slicedScenario(workload, executions),
      ]),
      ...job.pairs.map(({seed, coins}, index) =>
        encodeRecord(ops.pair, [seed, coins, job.checked && index === 0 ? 1 : 0]),
      ),
    ],
    {sandbox: false, watchdogMs: job.watchdogMs, stack: {address: 0n, bytes: 0}},
  );
