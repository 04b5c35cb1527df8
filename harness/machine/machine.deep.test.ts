// Kernel builds of Debian booted in machines: they play every workload, their code is the variants',
// and their counts are callgrind's.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Comparison, Session} from '../../results/types.ts';
import type {Workload} from '../../workloads/types.ts';
import {findWorkload, workloads} from '../../workloads/list/index.ts';
import {simulate} from '../simulate/simulate.ts';
import {tlbGeometry} from '../simulate/geometry.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {parseShimResults} from '../shim/result.ts';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {debianKernels, noDebianKernels} from '../testing/debian-kernels.ts';
import {compareImages} from './compare-images.ts';
import {countWorkload} from './count-workload.ts';
import {guestInitramfs} from './guest.ts';
import {readKernelSide, setupOf} from './kernel-side.ts';
import type {Machine} from './machine.ts';
import {startMachine} from './machine.ts';

const title = noDebianKernels === null ? '' : ` (skipped: ${noDebianKernels})`;

const plain = {append: '', cpuModel: null, qemuOptions: []};

const boot = async (variant: 'v61' | 'v612', counts: boolean): Promise<Machine> => {
  const side = readKernelSide(`kernel:${debianKernels?.[variant]}`, '/', plain);
  const plugin = counts ? (await buildShim('qemu-plugin')).path : null;
  return startMachine(setupOf(side, plugin), await guestInitramfs('x86_64'));
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

describe.skipIf(noDebianKernels !== null).each(['v61', 'v612'] as const)(
  `Linux of %s${title}`,
  (variant) => {
    let machine: Machine;
    beforeAll(async () => {
      machine = await boot(variant, false);
    });
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
    );
  },
);

describe.skipIf(noDebianKernels !== null)(`exact counts${title}`, () => {
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

describe.skipIf(noDebianKernels !== null)(`the command line${title}`, () => {
  test('run stores one build; compare sets two runs against each other; annotate names symbols', async () => {
    const store = mkdtempSync(join(tmpdir(), 'jitstat-runs-'));
    const jitstat = async (...args: string[]) => {
      const io = recordingIo({env: {...process.env, JITSTAT_STORE: store}});
      expect(await runCli(io, args), io.stderr()).toBe(0);
      return io.stdout();
    };
    try {
      const session = async (append: string) => {
        const on = `kernel:${debianKernels?.v61}`;
        const out = await jitstat('run', 'empty', '--on', on, '--append', append, '--json');
        return (JSON.parse(out) as Session).id;
      };
      const [before, after] = [await session('quiet'), await session('nokaslr')];
      const {rows, design} = JSON.parse(
        await jitstat('compare', before, after, '--json'),
      ) as Comparison;
      expect(design).toBe('summary');
      const row = rows.find(({event}) => event === 'qemu/image-instructions/');
      expect(row).toMatchObject({verdict: 'equal', kind: 'exact', figures: {before: 7, after: 7}});

      const on = ['--on', `kernel:${debianKernels?.v61}`];
      const listing = await jitstat('annotate', 'tailcall1', ...on);
      expect(listing).toMatch(/^ {5}965 {5}134 {5}127 {2}images, in all$/m);
      expect(listing).toMatch(/^ +\d+ +\d+ +\d+ {2}bpf_test_run$/m);
    } finally {
      rmSync(store, {recursive: true, force: true});
    }
  }, 1_200_000);

  test('hardened constants, and tail calls that are not patched, are kinds of differences', async () => {
    const io = recordingIo({});
    const hardened = ['--append', 'sysctl.net.core.bpf_jit_harden=2'];
    const on = ['--on', `kernel:${debianKernels?.v61}`, ...hardened];
    expect(await runCli(io, ['jit', 'tailcall1', ...on]), io.stderr()).toBe(0);
    expect(io.stdout()).toMatch(
      /0 of 4 functions; the others differ by hardened constant \(\d+\), indirect tail call \(\d+\)\.$/m,
    );
  });
});
