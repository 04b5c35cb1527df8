// What every request of a hub works with, who sends it, and what it is answered if it may not.
import type {PgBoss} from 'pg-boss';
import type {TokenRole} from './fleet-schema.ts';
import type {Actor, Database} from './database.ts';
import type {Waiters} from './waiters.ts';

export interface Hub {
  readonly database: Database;
  readonly boss: PgBoss;
  readonly waiters: Waiters;
  /** The folder of sessions: the truth, of which the database is an index. */
  readonly store: string;
  /** An agent that is silent for longer has lost its host and its job. */
  readonly heartbeatSeconds: number;
  readonly log: (entry: LogEntry) => void;
  /** New sessions came: what is computed from them is to be brought up to date. */
  readonly refresh: () => void;
}

/** Whose token a request carries. */
export interface Caller {
  readonly role: TokenRole;
  readonly name: string;
  /** Of an agent: the only host it may speak for. */
  readonly host: string | null;
}

export const actorOf = ({role, name, host}: Caller): Actor => ({role, who: name, host});

export interface LogEntry {
  readonly who: string;
  readonly action: string;
  readonly host?: string | null;
  readonly job?: string | null;
  readonly refused: boolean;
  readonly detail: string;
}

/** What an agent goes by when it is refused; people go by the words. */
export type RefusalCode = 'lease' | 'stored' | 'cancelled' | null;

/** A request that is not done; answered with `status`, and logged. */
export class HubRefusal extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413;
  readonly hint: string;
  readonly code: RefusalCode;
  constructor(
    status: HubRefusal['status'],
    message: string,
    hint = 'docs/fleet.md says what a hub refuses.',
    code: RefusalCode = null,
  ) {
    super(message);
    this.status = status;
    this.hint = hint;
    this.code = code;
  }
}
