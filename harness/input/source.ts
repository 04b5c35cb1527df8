// What a word on the command line means: a stored session, samples.csv, or a file that import
// understands.
import {existsSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {importText} from '../../results/import/index.ts';
import {sessionTables} from '../../results/exports/session-tables.ts';
import {parseSamplesCsv} from '../../results/samples/samples-csv.ts';
import type {StoredSession} from '../../results/store/index.ts';
import {loadSession} from '../../results/store/index.ts';
import type {ImportDocument, ImportTable, Samples, SideInfo, Warning} from '../../results/types.ts';
import type {Io} from '../command/command.ts';
import {readInput} from './read-input.ts';

export type Source =
  | {readonly kind: 'session'; readonly ref: string; readonly stored: StoredSession}
  | {
      readonly kind: 'samples';
      readonly ref: string;
      readonly samples: Samples;
      readonly before: SideInfo;
      readonly after: SideInfo;
      readonly design: 'abba' | 'blocked';
      /** Elapsed time is the first column of commands, and what their sessions lead with. */
      readonly primary?: string;
      readonly warnings: readonly Warning[];
    }
  | {readonly kind: 'tables'; readonly ref: string; readonly document: ImportDocument};

const elapsedEvent = 'duration_time';

/**
 * Files first, then sessions of the store. Throws a UserError if there is neither or the file holds
 * nothing.
 */
export const readSource = async (io: Io, store: string, ref: string): Promise<Source> => {
  const path = resolve(io.cwd, ref);
  const isFile =
    ref === '-' ||
    (existsSync(path) && !statSync(path).isDirectory() && !path.endsWith('session.json'));
  if (!isFile) {
    const isSession =
      existsSync(path) && (path.endsWith('session.json') || existsSync(join(path, 'session.json')));
    try {
      return {kind: 'session', ref, stored: await loadSession(store, isSession ? path : ref)};
    } catch (error) {
      if (!(error instanceof UserError) || isSession || ref === 'last') throw error;
      if (existsSync(path))
        throw new UserError(
          `${ref} is a folder without a session.`,
          'Name a file, or a session by id, the beginning of one, or its folder.',
        );
      if (error.message.includes(' fits ')) throw error;
      throw new UserError(
        `There is no file ${ref}, and no session of that name.`,
        `${error.message} ${error.hint}`,
      );
    }
  }
  const text = await readInput(io, ref);
  if (/^\ufeff?"?quad"?\s*,/.test(text)) {
    const {samples, warnings} = parseSamplesCsv(text);
    return {
      kind: 'samples',
      ref,
      samples,
      before: {label: 'before', source: ref},
      after: {label: 'after', source: ref},
      design: designOf(samples),
      ...(samples.events[0]?.event === elapsedEvent ? {primary: elapsedEvent} : {}),
      warnings,
    };
  }
  const document = importText(text, ref);
  if (document.tables.length === 0) {
    throw new UserError(
      `${ref} holds no table jitstat understands.`,
      'jitstat import FILE reads the formats of docs/formats.md, and samples.csv.',
    );
  }
  return {kind: 'tables', ref, document};
};

/**
 * Interleaved if a quad holds runs of both sides; otherwise one side was measured after the other.
 */
const designOf = (samples: Samples): 'abba' | 'blocked' => {
  const seen = new Map<number, number>();
  for (let run = 0; run < samples.runs; run++)
    seen.set(samples.quad[run], (seen.get(samples.quad[run]) ?? 0) | (1 << samples.side[run]));
  return seen.size > 1 && [...seen.values()].some((sides) => sides === 3) ? 'abba' : 'blocked';
};

/** The tables of a source: a session's own figures, or what was imported. */
export const tablesOf = (source: Source): readonly ImportTable[] => {
  if (source.kind === 'tables') return source.document.tables;
  if (source.kind === 'session') return sessionTables(source.stored.session);
  throw new UserError(
    `${source.ref} holds samples of both sides.`,
    `jitstat compare ${source.ref} compares them.`,
  );
};
