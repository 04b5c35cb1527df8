// Where a session of a fleet came from, kept next to it: from these files the database can be
// rebuilt.
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {originFile} from '../../../results/store/add-session.ts';
import type {SessionFiles} from '../../../results/store/add-session.ts';
import {sealDocument} from '../../../results/store/checksum.ts';
import type {FleetJob} from '../protocol/messages.ts';

export interface Origin {
  /** The fleet's name for the host, which need not be the system's. */
  readonly host: string;
  /** Null for a session that was measured without a job. */
  readonly job: FleetJob | null;
}

export const withOrigin = (files: SessionFiles, origin: Origin): SessionFiles => ({
  ...files,
  [originFile]: Buffer.from(sealDocument({schema: 'jitstat/origin/1', ...origin})),
});

/** Null for a session that came into the store without a fleet. */
export const readOrigin = (folder: string): Origin | null => {
  const file = join(folder, originFile);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Origin) : null;
};
