// What perf can count on a host without hardware counters, remembered until perf, the kernel or the
// rights of this process change: to ask takes two starts of perf, a tenth of a short session.
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, renameSync, statSync, writeFileSync} from 'node:fs';
import {release} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {readSystem} from '../host/host-record.ts';
import {userCaches} from '../host/user-caches.ts';
import type {Countable} from './countable.ts';
import {hasHardwareCounters, probeEvents} from './countable.ts';
import type {Perf} from './perf.ts';
import {findPerf} from './perf.ts';

interface Found extends Countable {
  readonly perf: Perf;
}

/** The installed perf and which of `events` it can count here. Throws if there is no perf. */
export const findCountable = async (
  env: Readonly<Record<string, string | undefined>>,
  events: readonly string[],
): Promise<Found> => {
  const file = fileOf(env, events);
  const known = file === null ? null : remembered(file);
  if (known !== null) return known;
  const perf = await findPerf(env);
  const found = {perf, ...(await probeEvents(perf, events))};
  if (file !== null && found.counted.length > 0) remember(file, found);
  return found;
};

/** Null if nothing may be remembered: other programs may hold a PMU, and $PERF may be anything. */
const fileOf = (
  env: Readonly<Record<string, string | undefined>>,
  events: readonly string[],
): string | null => {
  const program = env['PERF'] === undefined ? installedPerf(env['PATH'] ?? '') : null;
  if (program === null || hasHardwareCounters()) return null;
  const rights = /^(?:Uid|CapEff|Seccomp).*$/gm;
  const state = [
    program,
    release(),
    readSystem('/proc/sys/kernel/random/boot_id'),
    readSystem('/proc/sys/kernel/perf_event_paranoid'),
    readSystem('/proc/self/status')?.match(rights),
    events,
  ];
  const name = createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 32);
  return join(userCaches(), 'jitstat', 'perf', `${name}.json`);
};

/** The path of perf with what changes if another is installed there. */
const installedPerf = (path: string): readonly (string | number)[] | null => {
  for (const folder of path.split(delimiter)) {
    const stat = statSync(join(folder, 'perf'), {throwIfNoEntry: false});
    if (stat?.isFile() === true) return [folder, stat.ino, stat.size, stat.mtimeMs];
  }
  return null;
};

const remembered = (file: string): Found | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Found;
  } catch {
    return null;
  }
};

/** If it cannot be remembered, the next command asks again. */
const remember = (file: string, found: Found): void => {
  const partial = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), {recursive: true});
    writeFileSync(partial, JSON.stringify(found));
    renameSync(partial, file);
  } catch {
    return;
  }
};
