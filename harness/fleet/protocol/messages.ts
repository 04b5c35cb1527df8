// What agents and people send to a hub: the shape of every request, checked when it arrives.
import * as v from 'valibot';
import {list, object, oneOf, text, whole} from '../../../jit/json-shape.ts';

const word = (pattern: RegExp, what: string) => v.pipe(text, v.regex(pattern, `is not ${what}`));

/** Hosts, classes, suites and variants are names: they become queue names and words of a command. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
export const isName = (value: string): boolean => namePattern.test(value);
export const name = word(namePattern, 'a name (letters, digits, . _ -)');

/** A commit by its hash, never by a name, which may move or hold words of a command. */
const commitPattern = /^[0-9a-f]{7,64}$/;
export const isCommit = (value: string): boolean => commitPattern.test(value);
const commit = word(commitPattern, 'a commit (7 to 64 hexadecimal digits)');

/** Ids of jobs, requests and agents. */
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const isUuid = (value: string): boolean => uuidPattern.test(value);
const uuid = word(uuidPattern, 'a UUID');

/** One start of one agent: `agent` belongs to its folder, `epoch` grows with every start. */
const lease = {host: name, agent: uuid, epoch: whole(1, Number.MAX_SAFE_INTEGER)};
const waitSeconds = whole(0, 600);

export const helloShape = object({
  ...lease,
  class: v.nullable(name),
  suites: list(name),
  record: v.record(v.string(), v.unknown()),
});
export const nextShape = object({...lease, waitSeconds});
export const watchShape = object({...lease, job: uuid, waitSeconds});
export const failedShape = object({
  ...lease,
  job: uuid,
  /** `refused`: the host does not run it, so that another try makes no sense. */
  how: oneOf('refused', 'failed'),
  message: v.pipe(v.string(), v.maxLength(4000)),
});

const base64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/, 'is not base64'));
/** The record of a night that is over, as in its file. */
const nightText = v.pipe(v.string(), v.maxLength(4_000_000));
/** The files of one finished session by name, as base64. */
const sessionFiles = v.record(v.string(), base64);
export const resultShape = object({
  ...lease,
  job: uuid,
  attempt: whole(0, 1_000_000),
  sessions: v.pipe(list(sessionFiles), v.minLength(1, 'must not be empty')),
  nights: v.optional(list(nightText), []),
  /** The answer of a bisection, in words. */
  answer: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(4000))), null),
});
export const pushShape = object({host: name, session: sessionFiles});

export const pushNightShape = object({host: name, night: nightText});

export const submitShape = object({
  /** Chosen by the sender: a request that is sent again gets the same answer as the first. */
  request: uuid,
  suite: name,
  variant: v.nullable(name),
  commit,
  /** The good commit of a bisection. */
  good: v.optional(v.nullable(commit), null),
  host: v.nullable(name),
  class: v.nullable(name),
  interactive: v.boolean(),
});

export type Hello = v.InferOutput<typeof helloShape>;
export type Lease = Pick<Hello, 'host' | 'agent' | 'epoch'>;
export type Submission = v.InferOutput<typeof submitShape>;

/** What a job is: names, never a command. */
export interface JobData {
  readonly suite: string;
  readonly variant: string | null;
  readonly commit: string;
  /** The job bisects from this commit to `commit`; missing or null: it measures `commit`. */
  readonly good?: string | null;
  readonly submitter: string;
}

/** A job as an agent gets it; `attempt` is 0 on the first try. */
export interface FleetJob extends JobData {
  readonly id: string;
  readonly attempt: number;
}

/** What became of a submission. */
export interface Submitted {
  readonly jobs: readonly {
    readonly host: string;
    readonly id: string;
    /** The same work is queued or being measured already, as this job. */
    readonly duplicate: boolean;
  }[];
  /** Hosts of the class that got no job, and why. */
  readonly skipped: readonly {readonly host: string; readonly reason: string}[];
}

/** A job as `jitstat jobs` lists it. */
export interface ListedJob extends FleetJob {
  readonly host: string;
  readonly state: string;
  readonly priority: number;
  readonly created: string;
  readonly started: string | null;
  readonly ended: string | null;
  /** Why it failed, or what a finished bisection found. */
  readonly message: string | null;
}

/** A host as `jitstat hosts` lists it; `seen` is null if its agent has never come. */
export interface ListedHost {
  readonly name: string;
  readonly class: string | null;
  readonly state: 'waiting' | 'measuring' | 'gone' | 'never seen';
  readonly drained: boolean;
  readonly seen: string | null;
  readonly queued: number;
  readonly suites: readonly string[] | null;
}
