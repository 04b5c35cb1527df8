// Plays the packet programs of the corpus in the running kernel and in the user shim, and counts
// outcomes.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import {standardPackets} from '../../workloads/user/standard-packets.ts';
import {objectsIn} from '../programs/find-objects.ts';
import {askTestRuns} from '../programs/test-runs.ts';
import type {TestedProgram, TestedRow} from '../programs/test-runs.ts';
import type {Shim} from '../shim/build-shim.ts';
import type {CorpusGroup} from './corpus-groups.ts';
import {playPackets} from './packet-play.ts';
import type {PlayedPackets} from './packet-play.ts';

export interface PacketRow extends PlayedPackets {
  readonly group: string;
  readonly file: string;
  readonly name: string;
  readonly type: string;
}

export interface PacketShims {
  readonly testRuns: Pick<Shim, 'path'>;
  readonly user: Shim;
}

/** One row for each program that the kernel loads, without copies. */
export const playCorpus = async (
  groups: readonly CorpusGroup[],
  {testRuns, user}: PacketShims,
  progress: (group: string, done: number, of: number) => void,
): Promise<readonly PacketRow[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-packets-'));
  const packets = standardPackets.map(({hex}) => hex);
  const rows: PacketRow[] = [];
  const seen = new Set<string>();
  try {
    for (const {name: group, files} of groups)
      for (const [number, file] of files.entries()) {
        progress(group, number, files.length);
        for (const {bytes} of objectsIn(file))
          for (const tested of loadedIn(testRuns.path, bytes, packets)) {
            const key = `${tested.name} ${tested.type} ${tested.insns}`;
            if (seen.has(key)) continue;
            seen.add(key);
            const played = await playPackets(tested, user, join(folder, 'job'));
            rows.push({group, file: file.file, name: tested.name, type: tested.type, ...played});
          }
      }
    return rows;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};

const loadedIn = (
  path: string,
  bytes: Uint8Array,
  packets: readonly string[],
): readonly TestedProgram[] => {
  try {
    return askTestRuns(path, bytes, packets).filter(isLoaded);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [];
  }
};

const isLoaded = (row: TestedRow): row is TestedProgram => !('error' in row);
