// Exact counts of both sides for a workload, under valgrind.
import type {Workload} from '../../workloads/types.ts';
import {troubleOf} from '../command/trouble.ts';
import {countCode} from '../simulate/simulate.ts';
import {valgrindMissing} from '../simulate/valgrind.ts';

const counted = ['executions', 'branches', 'loads', 'stores'] as const;

/** Per repetition of the workload's scenario; `executions` are instructions. */
export type Counts = Readonly<Record<(typeof counted)[number], number>>;

export interface CountedPair {
  readonly workload: string;
  readonly before: Counts;
  readonly after: Counts;
}

/** The counts, or the reason why there are none. */
export const countPair = async (
  workload: Workload,
  before: string,
  after: string,
): Promise<CountedPair | string> => {
  const missing = await valgrindMissing();
  if (missing !== null) return missing;
  try {
    return {
      workload: workload.name,
      before: await countsOf(workload, before),
      after: await countsOf(workload, after),
    };
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === null) throw error;
    return trouble.message;
  }
};

const countsOf = async (workload: Workload, variant: string): Promise<Counts> => {
  const {lines} = await countCode({
    workload,
    variant,
    placement: {kind: 'fixed', offset: 0},
  });
  const sum = (name: (typeof counted)[number]) =>
    lines.reduce((total, line) => total + line[name], 0);
  return {
    executions: sum('executions'),
    branches: sum('branches'),
    loads: sum('loads'),
    stores: sum('stores'),
  };
};
