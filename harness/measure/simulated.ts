// A session of simulated counts only: no perf, no timing; exact for the code, and done in seconds.
import {UserError} from '../../results/error.ts';
import {formatPlacement} from '../../jit/image/placement.ts';
import type {Io} from '../command/command.ts';
import {simulatePair} from '../simulate/simulate-pair.ts';
import {changeFindings} from './change-findings.ts';
import {sessionWorkload} from './program-change.ts';
import {imageRows} from './conclude.ts';
import {emptyComparison} from './empty-comparison.ts';
import {storeCounted} from './counted-session.ts';
import type {Measured, MeasureRequest} from './session-types.ts';
import {onePlacement} from '../shim/placement-plan.ts';
import {codeSidesOf, layoutOf, subjectsOf} from './subjects.ts';

/**
 * Runs both sides under valgrind and stores the counts. Throws UserError if there is nothing to
 * simulate.
 */
export const simulateSession = async (
  io: Io,
  {target, options, store}: MeasureRequest,
): Promise<Measured> => {
  if (options.source === 'qemu')
    throw new UserError(
      '--source qemu counts kernel builds, and neither side is one.',
      'Name one: --after kernel:FILE; callgrind counts variants.',
    );
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
  const {extra} = await simulatePair(...codeSidesOf(target), {
    layout: layoutOf(options),
    placement,
    tlb,
  });
  const changes = target.afterProgram === undefined ? [] : await changeFindings(target, options);
  const {source} = options;
  const comparison = {
    ...emptyComparison({...before.info, source}, {...after!.info, source}, 'summary'),
    rows: [
      ...(target.afterProgram === undefined ? [] : imageRows(before.info, after!.info)),
      ...extra.rows.filter((row) => [source, 'image'].includes(row.event.split('/')[0])),
    ],
    // The findings are about counts that cachegrind's rows do not show.
    findings: [...changes, ...(source === 'callgrind' ? extra.findings : [])],
  };
  return storeCounted(
    io,
    {options, store},
    {
      workload: sessionWorkload(target, before.info),
      placement: formatPlacement(onePlacement(placement)),
      comparison,
    },
  );
};
