// Measures one target: prepares, runs, concludes, stores.
import type {Io} from '../command/command.ts';
import type {MeasureRequest, Measured} from './session-types.ts';
import {prepareSession} from './prepare-session.ts';
import {runPrepared} from './run-session.ts';

/** Measures one target from start to stored session. */
export const measure = async (io: Io, request: MeasureRequest): Promise<Measured> =>
  runPrepared(io, request.store, request.quiet, await prepareSession(io, request));
