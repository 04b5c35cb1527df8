// Rebuilds the database from the files of the hub's store: results of jobs, then the index of the
// sessions. Hosts, tokens and waiting jobs belong to the hub and stay as they are.
import {basename} from 'node:path';
import {sessionFolders} from '../../../results/store/find-session.ts';
import {connect} from '../db/connect.ts';
import {importStore} from '../db/rebuild.ts';
import type {Rebuilt} from '../db/rebuild.ts';
import {prepareDatabase} from '../hub/prepare-database.ts';
import {readOrigin} from '../hub/origin.ts';
import type {Origin} from '../hub/origin.ts';

/** Works on a new, empty database as well. */
export const rebuildDatabase = async (url: string, store: string): Promise<Rebuilt> => {
  const connection = await connect(url);
  try {
    // Done first, because its migrations may be those of another jitstat.
    await connection.query('drop schema if exists jitstat cascade');
    await prepareDatabase(url);
    for (const [job, sessions] of resultsOf(store)) {
      const {id, suite, variant, commit, submitter, attempt} = job.job!;
      await connection.query(
        `insert into fleet.result (job, host, suite, variant, commit, submitter, attempt, sessions)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (job) do nothing`,
        [id, job.host, suite, variant, commit, submitter, attempt, sessions],
      );
    }
    return await importStore(connection, store);
  } finally {
    await connection.end();
  }
};

/** The origins of jobs, each with its sessions. */
const resultsOf = (store: string): readonly [Origin, string[]][] => {
  const found = new Map<string, [Origin, string[]]>();
  for (const folder of sessionFolders(store).folders) {
    const origin = readOrigin(folder);
    if (origin?.job === undefined || origin.job === null) continue;
    const entry = found.get(origin.job.id) ?? [origin, []];
    entry[1].push(basename(folder));
    found.set(origin.job.id, entry);
  }
  return [...found.values()];
};
