// The pilot: one tiny process for the length of a slice, three small ones for the variances.
import {UserError} from '../../results/error.ts';
import type {SliceProcess} from '../../results/compare/slices/types.ts';
import type {SlicePlan} from './slices-plan.ts';
import {executionsFor, planFrom, stepTimes} from './slices-plan.ts';
import type {ProcessOutcome, ProcessSize} from './run.ts';
import {firstProcess} from './run.ts';

export interface PilotRequest {
  readonly seconds: number;
  readonly aa: boolean;
  /** How many functions the larger side has. */
  readonly functions: number;
  readonly steps: number;
  readonly run: (size: ProcessSize, index: number) => Promise<ProcessOutcome>;
  /** Benchmarks set the length of slices in nanoseconds, tests a multiple of executions. */
  readonly wanted?: {readonly sliceNs?: number; readonly multipleOf?: number};
}

const tiny = {pairs: 2, quads: 4, executions: 64} as const;
const small = {processes: 3, pairs: 12, quads: 16} as const;
/**
 * A process has fewer pairs if it would take longer than this: kernels wait long when slots are
 * emptied.
 */
const longestSeconds = 1;

/** Runs four processes and plans the session. Throws a UserError if one goes wrong. */
export const planSlices = async (request: PilotRequest): Promise<SlicePlan> => {
  const first = await successful(request, firstProcess, {
    pairs: tiny.pairs,
    quads: tiny.quads,
    executions: Array.from({length: request.steps}, () => tiny.executions),
  });
  const executions = executionsFor(
    stepTimes(first.process),
    first.process.clock.overheadNs,
    request.wanted,
  );
  const pairs = Math.min(
    small.pairs,
    Math.max(tiny.pairs, Math.floor((tiny.pairs * longestSeconds) / first.seconds)),
  );
  const runs: {process: SliceProcess; seconds: number}[] = [];
  for (let index = 0; index < small.processes; index++)
    runs.push(await successful(request, firstProcess - 1 - index, {...small, pairs, executions}));
  return planFrom(
    {
      processes: runs.map((one) => one.process),
      seconds: runs.map((one) => one.seconds),
      startSeconds: Math.min(first.seconds, ...runs.map((one) => one.seconds / 2)),
      quads: small.quads,
    },
    executions,
    request,
  );
};

const successful = async (
  request: PilotRequest,
  index: number,
  size: ProcessSize,
): Promise<{readonly process: SliceProcess; readonly seconds: number}> => {
  const outcome = await request.run(size, index);
  if ('process' in outcome) return outcome;
  throw new UserError(
    `The first process of slices failed: ${outcome.problem}.`,
    'jitstat jit WORKLOAD --variant V --listing shows the code.',
  );
};
