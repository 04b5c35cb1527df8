// The header of a session's journal, which names the session and holds all that a resume needs.
import type {JournalHeader} from '../../results/store/index.ts';
import {newSessionId} from '../../results/store/index.ts';
import {journalled} from './journalled-options.ts';
import {sessionWorkload} from './program-change.ts';
import type {MeasureRequest} from './session-types.ts';
import {sessionSuffix} from './session-types.ts';
import type {SlicesRecord} from './slices-target.ts';
import type {Subjects} from './subject.ts';

type Found = Pick<JournalHeader, 'host' | 'plan' | 'commands' | 'notCounted'>;

/** `found`: the host, the plan, and what follows from them; `slices` is null without slices. */
export const journalHeader = (
  now: Date,
  {options, target, night}: MeasureRequest,
  {before, after}: Subjects,
  found: Found,
  slices: SlicesRecord | null,
): JournalHeader => ({
  schema: 'jitstat/journal/1',
  id: newSessionId(now, sessionSuffix(options.seed, now)),
  created: now.toISOString(),
  kind: after === null ? 'run' : 'ab',
  workload: target.kind === 'workload' ? sessionWorkload(target, before.info) : null,
  before: before.info,
  after: after?.info ?? null,
  ...found,
  options: {...journalled(target, options), ...(slices === null ? {} : {slices})},
  ...(night === undefined ? {} : {night}),
});
