// Prepares a session that consists of slices only.
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import {createJournal} from '../../results/store/index.ts';
import type {Plan} from '../../results/types.ts';
import type {Io} from '../command/command.ts';
import {readHost} from '../host/host-record.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import {journalHeader} from './journal-header.ts';
import {formatPlacementPlan} from '../shim/placement-plan.ts';
import {subjectsOf} from './subjects.ts';
import {prepareSlices} from './slices-session.ts';
import type {SlicesTarget} from './slices-target.ts';
import {refuseSlices, sliceSecondsOf} from './slices-target.ts';
import type {MeasureRequest, PreparedSession} from './session-types.ts';
import {slicesAgainLine} from './again.ts';

/** A session without runs does not need perf. */
export const prepareSlicesOnly = async (
  io: Io,
  request: MeasureRequest,
): Promise<PreparedSession> => {
  const {options, target} = request;
  refuseSlices(target, options);
  const folder = scratchFolder('measure');
  try {
    const subjects = await subjectsOf(target, options, io);
    const slices = await prepareSlices(
      {target: target as SlicesTarget, options, folder},
      sliceSecondsOf(options, 0),
    );
    const {plan: size} = slices.record;
    const plan: Plan = {
      seed: options.seed,
      quads: 0,
      warmupQuads: 0,
      runsPerBlock: 0,
      order: [],
      repeat: options.repeat,
      placement: formatPlacementPlan(options.placement),
      events: [],
      aaQuads: 0,
    };
    const found = {
      host: readHost(null, hasHardwareCounters()),
      plan,
      commands: {again: slicesAgainLine(target as SlicesTarget, options, size.seconds)},
      notCounted: [],
    };
    const header = journalHeader(io.now(), request, subjects, found, slices.record);
    const journal = createJournal(request.store, header);
    return {
      header,
      journal,
      done: [],
      warnings: [],
      subjects,
      perf: null,
      slices,
      options,
      target,
      folder,
    };
  } catch (error) {
    removeScratch(folder);
    throw error;
  }
};
