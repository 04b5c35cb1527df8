// Packet programs of real objects: which of them the user shim plays, and that they return there
// what they return in the running kernel, for every standard packet.
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {readObject} from '../../jit/bpf/object/object.ts';
import type {Workload} from '../../workloads/types.ts';
import {packageFile} from '../../workloads/package-file.ts';
import {loadUserWorkload} from '../../workloads/user/load.ts';
import {standardPackets} from '../../workloads/user/standard-packets.ts';
import {troubleOf} from '../command/trouble.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {prepareJob} from '../shim/prepare.ts';
import {runShim} from '../shim/run-shim.ts';
import {bpfRefused} from './bpf-allowed.ts';
import {installPackages} from './debian.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-corpus-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const missing = (await bpfRefused()) ?? installPackages(['libxdp1', 'xdp-tools']);
const objectsIn = (place: string): readonly string[] =>
  existsSync(place)
    ? readdirSync(place).flatMap((name) => (name.endsWith('.o') ? [join(place, name)] : []))
    : [];
const objects = [
  ...readdirSync('/usr/lib').flatMap((name) => objectsIn(`/usr/lib/${name}/bpf`)),
  ...objectsIn(packageFile('../shared/fixtures/objects')),
].sort();

/** One run for each standard packet. */
const onAllPackets = (workload: Workload): Workload => ({
  ...workload,
  packets: Object.fromEntries(standardPackets.map(({name, hex}) => [name, hex])),
  scenario: standardPackets.map(({name}) => ({
    op: 'run',
    label: name,
    packet: name,
    expect: {retval: null},
  })),
});

type Played = Readonly<Record<string, number>> | string;

const play = async (where: 'user' | 'kernel', job: Uint8Array): Promise<Played> => {
  const path = join(folder, `${where}.job`);
  writeFileSync(path, job);
  const [result] = await runShim(await buildShim(where), path);
  return result.status === 'ok'
    ? Object.fromEntries(result.runs.map(({label, retval}) => [label, retval]))
    : `${result.status}: ${result.what}`;
};

const playUser = async (workload: Workload): Promise<Played> => {
  const placement = {kind: 'fixed', offset: 0} as const;
  const shim = await buildShim('user');
  try {
    const {job} = prepareJob({workload, variant: 'v618', placement, shim, repeat: 1});
    return await play('user', job);
  } catch (error) {
    if (troubleOf(error) === null) throw error;
    return (error as Error).message;
  }
};

describe.skipIf(missing !== null || objects.length === 0)(
  `real packet programs${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    test('return what the kernel returns; four of five can be played', async () => {
      const wrong: string[] = [];
      const left: string[] = [];
      let played = 0;
      for (const path of objects) {
        const {programs} = (() => {
          try {
            return readObject(readFileSync(path), path);
          } catch (error) {
            if (troubleOf(error) === null) throw error;
            return {programs: []};
          }
        })();
        for (const {name} of programs) {
          const one = onAllPackets(loadUserWorkload(path, {only: name, packet: 'zeros'}));
          const kernel = await play('kernel', prepareKernelJob({workload: one, repeat: 1}).job);
          if (typeof kernel === 'string') continue;
          const user = await playUser(one);
          const title = `${basename(path)} ${name}`;
          if (typeof user === 'string') left.push(`${title}: ${user}`);
          else {
            played++;
            if (JSON.stringify(user) !== JSON.stringify(kernel))
              wrong.push(`${title}: ${JSON.stringify({user, kernel})}`);
          }
        }
      }
      expect(wrong).toEqual([]);
      // Whatever is left out names the helper it lacks.
      expect(left.filter((text) => !/: jitstat cannot run \w+ in user space/.test(text))).toEqual(
        [],
      );
      expect(played / (played + left.length)).toBeGreaterThanOrEqual(0.8);
    }, 120_000);
  },
);
