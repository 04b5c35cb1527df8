// Kernel builds of Debian booted in machines: they play every workload, their code is the variants',
// their counts are callgrind's, and nothing is left behind however a session ends.
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Workload} from '../../workloads/types.ts';
import {findWorkload, workloads} from '../../workloads/list/index.ts';
import {simulate} from '../simulate/simulate.ts';
import {tlbGeometry} from '../simulate/geometry.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {parseShimResults} from '../shim/result.ts';
import {installPackages} from '../testing/debian.ts';
import {compareImages} from './compare-images.ts';
import {countWorkload} from './count-workload.ts';
import {guestInitramfs} from './guest.ts';
import {readKernelSide, setupOf} from './kernel-side.ts';
import type {Machine} from './machine.ts';
import {startMachine} from './machine.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'jitstat-kernels-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** The newest cloud kernel of a series, unpacked and not installed; null if it cannot be had. */
const debianKernel = (series: string): string | null => {
  const cache = process.env['JITSTAT_DEEP_CACHE'] ?? join(root, '.cache/deep');
  const target = join(cache, `vmlinuz-${series}`);
  if (existsSync(target)) return target;
  if (process.env['JITSTAT_DEEP'] !== '1' || process.env['JITSTAT_NO_INSTALL'] === '1') return null;
  const run = (command: string, args: readonly string[]) =>
    spawnSync(command, args, {cwd: folder, encoding: 'utf8', timeout: 300_000});
  run('apt-get', ['-q', 'update']);
  const escaped = series.replaceAll('.', '\\.');
  const names = run('apt-cache', ['pkgnames', `linux-image-${series}`])
    .stdout.split('\n')
    .filter((name) => new RegExp(`^linux-image-${escaped}[.+-].*cloud-amd64$`).test(name));
  const newest = names.sort((a, b) => a.localeCompare(b, 'en', {numeric: true})).at(-1);
  if (newest === undefined || run('apt-get', ['download', newest]).status !== 0) return null;
  const deb = readdirSync(folder).find((name) => name.startsWith(newest)) ?? '';
  mkdirSync(cache, {recursive: true});
  const out = join(folder, series);
  run('dpkg', ['-x', deb, out]);
  const image = readdirSync(join(out, 'boot')).find((name) => name.startsWith('vmlinuz'));
  if (image === undefined) return null;
  spawnSync('cp', [join(out, 'boot', image), target]);
  rmSync(out, {recursive: true});
  return target;
};

const unable = installPackages(['qemu-system-x86', 'seabios']);
const kernels = unable === null ? {v61: debianKernel('6.1'), v612: debianKernel('6.12')} : null;
const reason =
  unable ?? (kernels?.v61 && kernels.v612 ? null : "without Debian's 6.1 and 6.12 cloud kernels");
const title = reason === null ? '' : ` (skipped: ${reason})`;

const plain = {append: '', cpuModel: null, qemuOptions: []};

const boot = async (variant: 'v61' | 'v612', counts: boolean): Promise<Machine> => {
  const side = readKernelSide(`kernel:${kernels?.[variant]}`, '/', plain);
  const plugin = counts ? (await buildShim('qemu-plugin')).path : null;
  return startMachine(setupOf(side, plugin), await guestInitramfs());
};

/** What each kernel may do otherwise than our variant, by workload: inlining and offsets only. */
const explained: Readonly<Record<string, readonly string[]>> = {
  tailcall_bpf2bpf2: ['struct offset'],
  tailcall_bpf2bpf3: ['struct offset'],
  tailcall_bpf2bpf4: ['inlined helper'],
  tailcall_bpf2bpf5: ['inlined helper'],
  xsk_redirect: ['inlined helper'],
};

const picked = workloads.filter(({name}) => !/^tail_chain_(?!1$|33$)/.test(name));

describe.skipIf(reason !== null).each(['v61', 'v612'] as const)(
  `Linux of %s${title}`,
  (variant) => {
    let machine: Machine;
    beforeAll(async () => {
      machine = await boot(variant, false);
    }, 200_000);
    afterAll(async () => machine?.end());

    /** Subprograms that tail-call back twice never end before 6.12: the shim refuses them. */
    const play = async (workload: Workload) => {
      const {job} = prepareKernelJob({workload, repeat: 10, dump: true});
      return parseShimResults(await machine.play(job))[0];
    };

    test.each(picked.map(({name}) => name))(
      '%s plays with the right return values; its code is ours',
      async (name) => {
        const workload = findWorkload(name);
        const result = await play(workload);
        if (result.status === 'refused') {
          expect(variant).toBe('v61');
          expect(result.what).toMatch(/never end in kernels before 6.12/);
          return;
        }
        expect({status: result.status, what: result.what}).toEqual({status: 'ok', what: ''});
        const {kinds} = await compareImages(workload, variant, result.images ?? []);
        expect([...kinds.keys()]).toEqual(explained[name] ?? []);
      },
      120_000,
    );
  },
);

describe.skipIf(reason !== null)(`exact counts${title}`, () => {
  test.each(['tailcall1', 'flow_dissector'])(
    "%s: Linux 6.1's image counts are callgrind's of v61",
    async (name) => {
      const machine = await boot('v61', true);
      try {
        const workload = findWorkload(name);
        const {image} = await countWorkload(machine, workload);
        const placement = {kind: 'fixed', offset: 0} as const;
        const request = {workload, variant: 'v61', placement, layout: {}, tlb: tlbGeometry};
        const {totals} = await simulate(request);
        expect(image).toEqual({
          instructions: totals['callgrind/instructions/'],
          loads: totals['callgrind/loads/'],
          stores: totals['callgrind/stores/'],
        });
      } finally {
        await machine.end();
      }
    },
    600_000,
  );
});

describe.skipIf(reason !== null)(`what goes wrong${title}`, () => {
  const jitstat = (...args: string[]) =>
    spawnSync('node', [join(root, 'dist/harness/main.js'), ...args], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 300_000,
    });

  test('a kernel without our port, or one that panics, ends with its console', () => {
    const panic = jitstat('jit', 'empty', '--on', `kernel:${damaged()}`);
    expect(panic.status).toBe(2);
    expect(panic.stderr).toMatch(/^jitstat: The machine of .* (ended|did not answer)/);
    expect(panic.stderr).not.toMatch(/\n {4}at /);
  }, 300_000);

  /** A kernel file whose compressed part is broken. */
  const damaged = (): string => {
    const bytes = Buffer.alloc(0x100000);
    bytes.write('HdrS', 0x202, 'latin1');
    const path = join(folder, 'damaged');
    writeFileSync(path, bytes);
    return path;
  };

  test('a session that is killed leaves no QEMU', async () => {
    const child = spawn(
      'node',
      [join(root, 'dist/harness/main.js'), 'jit', 'empty', '--on', `kernel:${kernels?.v61}`],
      {cwd: folder, stdio: 'ignore'},
    );
    const running = () => childrenOf(child.pid ?? 0, 'qemu');
    await expect.poll(() => running().length, {timeout: 60_000}).toBe(1);
    const [pid] = running();
    child.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${pid}`), {timeout: 10_000}).toBe(false);
  }, 90_000);
});

/** Children of a process whose name begins with `name`. */
const childrenOf = (parent: number, name: string): number[] =>
  spawnSync('ps', ['-o', 'pid=,comm=', '--ppid', String(parent)], {encoding: 'utf8'})
    .stdout.split('\n')
    .map((line) => line.trim().split(' '))
    .filter(([, comm]) => comm?.startsWith(name))
    .map(([pid]) => Number(pid));
