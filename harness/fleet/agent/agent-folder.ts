// What an agent keeps on disk: who it is, one folder per job while it is measured, and finished
// jobs until the hub has them.
import {randomUUID} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {addNight, finishedNights} from '../../../results/history/add-night.ts';
import {addSession, readSessionFiles} from '../../../results/store/add-session.ts';
import {writeWhole} from '../../../results/store/durable.ts';
import {listSessions, takeLock} from '../../../results/store/index.ts';
import {ensureStore} from '../../../results/store/store-layout.ts';
import type {FleetJob} from '../protocol/messages.ts';

//  <store>/fleet/<host>/agent.json            this agent and how often it was started
//                       jobs/<id>/store/      the store of one job while it is measured
//                       jobs/<id>/done.json   it is finished, and the hub does not have it yet

export interface AgentFolder {
  readonly agent: string;
  /** Grows with every start; the hub gives the host to the latest start. */
  readonly epoch: number;
  readonly store: string;
  readonly path: string;
}

interface Identity {
  readonly agent: string;
  readonly epoch: number;
  /** A folder that was copied to another machine belongs to another agent. */
  readonly machine: string;
}

/** Throws LockedError while another agent works in this folder; held until the process ends. */
export const openAgentFolder = (store: string, host: string): AgentFolder => {
  ensureStore(store);
  const path = join(store, 'fleet', host);
  mkdirSync(join(path, 'jobs'), {recursive: true});
  writeFileSync(join(store, 'fleet', '.gitignore'), '*\n');
  takeLock(path, 'agent', `Host ${host} is measured from this store`);
  const file = join(path, 'agent.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Identity) : null;
  const same = before?.machine === hostname() ? before : null;
  const identity: Identity = {
    agent: same?.agent ?? randomUUID(),
    epoch: (same?.epoch ?? 0) + 1,
    machine: hostname(),
  };
  writeWhole(path, file, JSON.stringify(identity));
  return {...identity, store, path};
};

const jobFolder = ({path}: AgentFolder, id: string): string => join(path, 'jobs', id);

/** An empty store for a job; leftovers of an earlier try are removed. */
export const beginJob = (folder: AgentFolder, id: string): string => {
  rmSync(jobFolder(folder, id), {recursive: true, force: true});
  const store = join(jobFolder(folder, id), 'store');
  mkdirSync(store, {recursive: true});
  return store;
};

/** A job that was measured to the end and, if it was a bisection, what it found, in words. */
export interface FinishedJob extends FleetJob {
  readonly answer: string | null;
}

/** From here on the job is not measured again, only handed over. */
export const markDone = (folder: AgentFolder, job: FinishedJob): void =>
  writeWhole(folder.path, join(jobFolder(folder, job.id), 'done.json'), JSON.stringify(job));

/** Jobs that were measured to the end and wait to be handed over. */
export const finishedJobs = (folder: AgentFolder): readonly FinishedJob[] =>
  readdirSync(join(folder.path, 'jobs')).flatMap((id) => {
    const file = join(jobFolder(folder, id), 'done.json');
    return existsSync(file) ? [JSON.parse(readFileSync(file, 'utf8')) as FinishedJob] : [];
  });

/** The folders of a job's sessions. */
export const sessionsOfJob = (folder: AgentFolder, id: string): readonly string[] =>
  listSessions(join(jobFolder(folder, id), 'store')).entries.map((entry) => entry.folder);

/** The records of the job's nights, as texts. */
export const nightsOfJob = (folder: AgentFolder, id: string): readonly string[] =>
  finishedNights(join(jobFolder(folder, id), 'store'));

/** Moves the job's sessions and nights to the host's store, and removes its folder. */
export const endJob = async (folder: AgentFolder, id: string): Promise<void> => {
  for (const session of sessionsOfJob(folder, id))
    await addSession(folder.store, readSessionFiles(session));
  for (const night of nightsOfJob(folder, id)) addNight(folder.store, night);
  rmSync(jobFolder(folder, id), {recursive: true, force: true});
};
