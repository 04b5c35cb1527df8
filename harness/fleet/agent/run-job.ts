// Measures one job: what the host's file says about it, as child processes, each ended before the next.
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

/** `signal` aborts when the job is not wanted any more; its processes are ended then. */
export const runJob = async (
  folder: AgentFolder,
  file: HostFile,
  job: FleetJob,
  signal: AbortSignal,
): Promise<JobEnd> => {
  // Processes of a job that an earlier start of this agent left would disturb this one.
  await endMarked(folder.agent);
  try {
    const suite = suiteOf(file, job);
    await checkTrusted(suite, job.commit);
    const store = beginJob(folder, job.id);
    for (const words of commandsOfJob(suite, job)) {
      const failure = await runOne(folder, store, words, signal);
      if (failure !== null) return {how: 'failed', message: failure};
    }
  } catch (error) {
    if (!(error instanceof NotOnThisHostError)) throw error;
    return {how: 'refused', message: error.message};
  }
  if (sessionsOfJob(folder, job.id).length === 0)
    return {how: 'failed', message: 'Its commands stored no session.'};
  markDone(folder, job);
  return {how: 'done'};
};

/** What went wrong, null if nothing. */
const runOne = async (
  {agent}: AgentFolder,
  store: string,
  words: readonly string[],
  signal: AbortSignal,
): Promise<string | null> => {
  const end = (): void => void endMarked(agent).catch(() => {});
  signal.addEventListener('abort', end);
  if (signal.aborted) return 'It is not wanted any more.';
  try {
    const {exitCode, stderr} = await runChild({
      argv: [process.execPath, program, ...words],
      cwd: dirname(store),
      // The agent's token is none of its children's business.
      env: {JITSTAT_STORE: store, JITSTAT_TOKEN: '', [markName]: agent},
    });
    if (exitCode !== null && goodCodes.includes(exitCode)) return null;
    const how = exitCode === null ? 'was ended by a signal' : `exited with ${exitCode}`;
    return `jitstat ${words[0]} ${how}. ${stderr.trim()}`.slice(-mostMessage);
  } finally {
    signal.removeEventListener('abort', end);
    await endMarked(agent);
  }
};
