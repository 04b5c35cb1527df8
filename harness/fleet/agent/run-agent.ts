// The life of an agent: it takes its host, hands over finished jobs, waits for a job, measures it,
// and starts over. While it waits it keeps quiet: one open request and one timer.
import {setTimeout as sleep} from 'node:timers/promises';
import {UserError} from '../../../results/error.ts';
import {encodeFiles} from '../../../results/store/add-session.ts';
import type {HostRecord} from '../../../results/types.ts';
import {callHub, RefusedError, UnreachableError} from '../protocol/hub-client.ts';
import type {Hub} from '../protocol/hub-client.ts';
import type {FleetJob, Lease} from '../protocol/messages.ts';
import {endJob, finishedJobs, nightsOfJob, sessionsOfJob} from './agent-folder.ts';
import type {AgentFolder} from './agent-folder.ts';
import type {HostFile} from './host-file.ts';
import {endMarked} from './leftovers.ts';
import {runJob} from './run-job.ts';

export interface Agent {
  readonly hub: Hub;
  readonly host: string;
  readonly folder: AgentFolder;
  readonly file: HostFile;
  readonly record: HostRecord;
  readonly say: (text: string) => void;
}

/** How long it waits if the hub cannot be reached, at first and at most, in milliseconds. */
const patience = {first: 250, most: 10_000} as const;
/** A long wait may be answered a little late, but not never. */
const graceMs = 30_000;

/** Runs until another agent has the host or the hub refuses it; then throws a UserError. */
export const runAgent = async (agent: Agent): Promise<never> => {
  const left = await endMarked(agent.folder.agent);
  if (left > 0) agent.say(`ended ${left} processes that an earlier job left`);
  for (let wait: number = patience.first; ; wait = Math.min(2 * wait, patience.most)) {
    try {
      const {heartbeatSeconds} = await takeHost(agent);
      agent.say(`measures for ${agent.hub.url.href} as ${agent.host}`);
      // A third of the time that counts as silence.
      for (const waitSeconds = Math.floor(heartbeatSeconds / 3); ;) {
        await handOver(agent);
        const job = await call<FleetJob>(agent, 'next', {waitSeconds}, waitSeconds);
        wait = patience.first;
        if (job !== null) await measure(agent, job, waitSeconds);
      }
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      agent.say(`${error.message} It tries again.`);
      await sleep(wait);
    }
  }
};

const call = <T>(
  {hub, host, folder}: Agent,
  what: string,
  body: object,
  waitSeconds = 0,
  signal?: AbortSignal,
): Promise<T | null> => {
  const lease: Lease = {host, agent: folder.agent, epoch: folder.epoch};
  const options = {timeoutMs: waitSeconds * 1000 + graceMs, signal};
  return callHub<T | null>(hub, 'POST', `/api/agent/${what}`, {...lease, ...body}, options);
};

const takeHost = async (agent: Agent): Promise<{heartbeatSeconds: number}> => {
  const {file, record} = agent;
  const hello = {class: file.class ?? null, suites: Object.keys(file.suites), record};
  const answer = await call<{heartbeatSeconds: number}>(agent, 'hello', hello);
  if (typeof answer?.heartbeatSeconds === 'number') return answer;
  throw new UserError('The answer is not that of a hub.', 'Check the address given with --hub.');
};

const measure = async (agent: Agent, job: FleetJob, waitSeconds: number): Promise<void> => {
  const {folder, file, say} = agent;
  const words = [job.suite, job.variant, job.good && `bisect ${job.good} to`, job.commit];
  const named = `job ${job.id}: ${words.filter(Boolean).join(' ')}`;
  say(`${named}, of ${job.submitter}${job.attempt === 0 ? '' : `, try ${job.attempt + 1}`}`);
  const unwanted = new AbortController();
  const done = new AbortController();
  const watched = watch(agent, job, waitSeconds, unwanted, done.signal);
  const end = await runJob(folder, file, job, unwanted.signal);
  done.abort();
  await watched;
  if (unwanted.signal.aborted) {
    await endJob(folder, job.id);
    say(`${named} ended: ${String(unwanted.signal.reason)}`);
  } else if (end.how === 'done') say(`${named} is measured`);
  else {
    say(`${named} ${end.how}: ${end.message}`);
    await call(agent, 'failed', {job: job.id, ...end});
    await endJob(folder, job.id);
  }
};

/** Checks whether the job is still wanted, which is its heartbeat; never throws. */
const watch = async (
  agent: Agent,
  {id: job}: FleetJob,
  waitSeconds: number,
  unwanted: AbortController,
  signal: AbortSignal,
): Promise<void> => {
  const body = {job, waitSeconds};
  while (!signal.aborted) {
    try {
      const news = await call<{state: string}>(agent, 'watch', body, waitSeconds, signal);
      if (news === null) continue;
      return unwanted.abort(`it is ${news.state}`);
    } catch (error) {
      if (signal.aborted) return;
      // Without a hub nobody can say that the job is unwanted, and its results are handed over
      // later.
      if (error instanceof RefusedError) return unwanted.abort(error.message);
      await sleep(patience.first * 8, undefined, {signal}).catch(() => {});
    }
  }
};

/** Every finished job goes to the hub, which keeps the first result of each. */
export const handOver = async (agent: Agent): Promise<void> => {
  const {folder, say} = agent;
  for (const job of finishedJobs(folder)) {
    const sessions = sessionsOfJob(folder, job.id).map(encodeFiles);
    const nights = nightsOfJob(folder, job.id);
    try {
      await call(agent, 'result', {
        job: job.id,
        attempt: job.attempt,
        sessions,
        nights,
        answer: job.answer,
      });
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code === 'lease') throw error;
      say(`job ${job.id} was not taken: ${error.message} Its sessions stay in the store.`);
      if (error.code === null) await giveUp(agent, job, error.message);
    }
    await endJob(folder, job.id);
  }
};

/** Otherwise the hub would give the job out again and again; it may not know the job at all. */
const giveUp = async (agent: Agent, {id: job}: FleetJob, message: string): Promise<void> => {
  try {
    await call(agent, 'failed', {
      job,
      how: 'failed',
      message: `Its result was refused: ${message}`,
    });
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code === 'lease') throw error;
  }
};
