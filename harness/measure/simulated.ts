// A session of simulated counts only: no perf, no timing; exact for the code, in seconds.
import type {Comparison} from '../../results/types.ts';
import {UserError} from '../../results/error.ts';
import {formatPlacement} from '../../jit/image/placement.ts';
import type {Io} from '../command/command.ts';
import {simulatePair} from '../simulate/simulate-pair.ts';
import {storeCounted} from './counted-session.ts';
import type {Measured, MeasureRequest} from './session-types.ts';
import {onePlacement} from '../shim/placement-plan.ts';
import {layoutOf, subjectsOf, workloadOf} from './subjects.ts';

/**
 * Runs both sides under valgrind and stores what came out. Throws UserError if there is nothing
 * to simulate.
 */
export const simulateSession = async (
  io: Io,
  {target, options, store}: MeasureRequest,
): Promise<Measured> => {
  if (
    target.kind !== 'workload' ||
    target.after === null ||
    [target.before, target.after].includes('kernel')
  ) {
    throw new UserError(
      `--source ${options.source} counts two variants of a workload.`,
      'Leave --source out to measure commands, one side, or the running kernel.',
    );
  }
  const {before, after} = await subjectsOf(target, options, io);
  const {placement, tlb} = options;
  const {extra} = await simulatePair(workloadOf(target, io.cwd), target.before, target.after, {
    layout: layoutOf(options),
    placement,
    tlb,
  });
  const comparison: Comparison = {
    schema: 'jitstat/comparison/1',
    before: {...before.info, source: options.source},
    after: {...after!.info, source: options.source},
    design: 'summary',
    quads: null,
    sameImage: before.info.imageHash === after!.info.imageHash,
    rows: extra.rows.filter((row) => [options.source, 'image'].includes(row.event.split('/')[0])),
    notCounted: [],
    decomposition: {time: null, instructions: null, cpi: null, clock: null, utilisation: null},
    // The findings speak of counts that cachegrind's rows do not show.
    findings: options.source === 'callgrind' ? extra.findings : [],
    warnings: [],
    aa: null,
  };
  return storeCounted(
    io,
    {options, store},
    {
      workload: target.workload,
      placement: formatPlacement(onePlacement(placement)),
      comparison,
    },
  );
};
