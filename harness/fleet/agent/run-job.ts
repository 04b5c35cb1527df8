// Measures one job: runs the commands in the host's file as child processes, one after another.
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {runChild} from '../../host/child.ts';
import type {FleetJob} from '../protocol/messages.ts';
import {beginJob, markDone, sessionsOfJob} from './agent-folder.ts';
import type {AgentFolder} from './agent-folder.ts';
import {checkTrusted} from './check-commit.ts';
import {commandsOfJob, NotOnThisHostError, suiteOf} from './host-file.ts';
import type {HostFile} from './host-file.ts';
import {endMarked, markName} from './leftovers.ts';

/** `done`: its sessions wait to be handed over. */
export type JobEnd =
  {readonly how: 'done'} | {readonly how: 'failed' | 'refused'; readonly message: string};

const program = fileURLToPath(new URL('../../main.js', import.meta.url));
/** 0: done; 1: done, and a gate of the suite fails. */
const goodCodes = [0, 1];
const mostMessage = 2000;

/** `signal` aborts when the job is no longer wanted; its processes are then ended. */
export const runJob = async (
  folder: AgentFolder,
  file: HostFile,
  job: FleetJob,
  signal: AbortSignal,
): Promise<JobEnd> => {
  // Processes left by a job of an earlier start of this agent would disturb this one.
  await endMarked(folder.agent);
  let answer: string | null = null;
  try {
    const suite = suiteOf(file, job);
    const commands = commandsOfJob(suite, job);
    const isBisection = typeof job.good === 'string';
    for (const commit of isBisection ? [job.good, job.commit] : [job.commit])
      await checkTrusted(suite, commit);
    const store = beginJob(folder, job.id);
    const cwd = isBisection ? suite.trusted!.repository : dirname(store);
    for (const words of commands) {
      const {failure, output} = await runOne(folder, {store, cwd, words}, signal);
      if (failure !== null) return {how: 'failed', message: failure};
      if (isBisection) answer = output.trim();
    }
  } catch (error) {
    if (!(error instanceof NotOnThisHostError)) throw error;
    return {how: 'refused', message: error.message};
  }
  if (sessionsOfJob(folder, job.id).length === 0)
    return {how: 'failed', message: 'Its commands stored no session.'};
  markDone(folder, {...job, answer});
  return {how: 'done'};
};

/** What went wrong, or null, and what the command printed. */
const runOne = async (
  {agent}: AgentFolder,
  {store, cwd, words}: {store: string; cwd: string; words: readonly string[]},
  signal: AbortSignal,
): Promise<{failure: string | null; output: string}> => {
  const end = (): void => void endMarked(agent).catch(() => {});
  signal.addEventListener('abort', end);
  if (signal.aborted) return {failure: 'It is no longer wanted.', output: ''};
  try {
    let output = '';
    const {exitCode, stderr} = await runChild({
      argv: [process.execPath, program, ...words],
      cwd,
      // The agent's token is none of its children's business.
      env: {JITSTAT_STORE: store, JITSTAT_TOKEN: '', [markName]: agent},
      onOutput: (text) => (output = (output + text).slice(-mostMessage)),
    });
    const isGood = exitCode !== null && goodCodes.includes(exitCode);
    const how = exitCode === null ? 'was ended by a signal' : `exited with ${exitCode}`;
    const failure = `jitstat ${words[0]} ${how}. ${stderr.trim()}`.slice(-mostMessage);
    return {failure: isGood ? null : failure, output};
  } finally {
    signal.removeEventListener('abort', end);
    await endMarked(agent);
  }
};
