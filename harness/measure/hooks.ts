// Hooks around the runs of a command: setup, prepare, conclude, cleanup.
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import {runChild} from '../host/child.ts';
import {endSession} from '../host/processes.ts';
import {lastLine} from '../perf/block.ts';
import type {HookName} from './measure-options.ts';
import type {Subject, Subjects} from './subject.ts';

/** A hook failed; what was measured before it is kept. */
export class HookProblem extends UserError {}

/**
 * By subject, the session leaders of what setups left running in the background, such as a server.
 */
const background = new WeakMap<Subject, number>();

/** Runs a hook of a subject, if there is one; returns the seconds it took. Throws HookProblem. */
export const runHook = async (subject: Subject, hook: HookName): Promise<number> => {
  const argv = subject.around?.[hook];
  if (argv === undefined) return 0;
  const begun = performance.now();
  const keeps = hook === 'setup';
  const result = await runChild({argv, cwd: subject.cwd, keepsBackground: keeps});
  if (keeps) background.set(subject, result.leader);
  if (result.exitCode === 0) return (performance.now() - begun) / 1000;
  const said = visible(lastLine(result.stderr)).replace(/\.$/, '');
  throw new HookProblem(
    `--${hook} of ${visible(subject.info.label)} ` +
      (result.signal === null
        ? `ended with exit code ${result.exitCode}`
        : `was killed (${result.signal})`) +
      `${said === '' ? '' : `; it said: ${said}`}.`,
    `Fix it: ${visible(argv.at(-1)!)}`,
  );
};

const sidesOf = ({before, after}: Subjects): readonly Subject[] =>
  after === null ? [before] : [before, after];

/** Both setups run before the first run, because the runs of both sides alternate. */
export const setUp = async (subjects: Subjects): Promise<void> => {
  for (const subject of sidesOf(subjects)) await runHook(subject, 'setup');
};

/**
 * Runs the cleanups and ends what the setups left running. A cleanup that fails is only reported.
 */
export const cleanUp = async (subjects: Subjects, say: (text: string) => void): Promise<void> => {
  for (const subject of sidesOf(subjects)) {
    try {
      await runHook(subject, 'cleanup');
    } catch (error) {
      if (!(error instanceof HookProblem)) throw error;
      say(`jitstat: ${error.message}\n`);
    }
    const leader = background.get(subject);
    if (leader !== undefined) endSession(leader);
    background.delete(subject);
  }
};
