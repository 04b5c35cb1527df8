// What every request to a hub works with, who sent it, and how it is refused.
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
  /** An agent that is silent for longer loses its host and its job. */
  readonly heartbeatSeconds: number;
  readonly log: (entry: LogEntry) => void;
  /** Called when new sessions came, to bring up to date what is computed from them. */
  readonly refresh: () => void;
}

/** The owner of the token that a request carries. */
export interface Caller {
  readonly role: TokenRole;
  readonly name: string;
  /** For an agent, the only host it may speak for. */
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

/** What an agent acts on when it is refused; people read the message. */
export type RefusalCode = 'lease' | 'stored' | 'cancelled' | null;

/** A request that is refused, answered with `status` and logged. */
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
