// Debian's arm64 kernel in a machine: every workload plays with the return values of the variants, its
// images are dumped and listed by objdump, and its counts are exact.
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {findWorkload, workloads} from '../../workloads/list/index.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {parseShimResults} from '../shim/result.ts';
import {armKernel} from '../testing/arm-files.ts';
import {installPackages} from '../testing/debian.ts';
import type {AnnotatedLine, KernelAnnotation} from './annotate-kernel.ts';
import {guestInitramfs} from './guest.ts';
import {readKernelSide, setupOf} from './kernel-side.ts';
import type {Machine} from './machine.ts';
import {startMachine} from './machine.ts';

const noKernel = (): string | null => {
  try {
    armKernel();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

const reason =
  installPackages(['qemu-system-arm', 'gcc-aarch64-linux-gnu', 'binutils-aarch64-linux-gnu']) ??
  noKernel();
const title = reason === null ? '' : ` (skipped: ${reason})`;

const boot = async (): Promise<Machine> => {
  const plain = {append: '', cpuModel: null, qemuOptions: []};
  const side = readKernelSide(`kernel:${armKernel()}`, '/', plain);
  return startMachine(setupOf(side, null), await guestInitramfs('arm64'));
};

const picked = workloads.filter(({name}) => !/^tail_chain_(?!1$|33$)/.test(name));

describe.skipIf(reason !== null)(`Linux 6.1 for arm64${title}`, () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await boot();
  });
  afterAll(async () => machine?.end());

  test.each(picked.map(({name}) => name))('%s plays with the right return values', async (name) => {
    const {job} = prepareKernelJob({workload: findWorkload(name), repeat: 10, dump: true});
    const [result] = parseShimResults(await machine.play(job));
    expect({status: result.status, what: result.what}).toEqual({status: 'ok', what: ''});
    for (const {code, functions} of result.images ?? []) {
      expect(code.length / 2).toBe(functions.reduce((sum, {bytes}) => sum + bytes, 0));
      expect(code.length % 8).toBe(0);
    }
  });
});

describe.skipIf(reason !== null)(`exact counts on arm64${title}`, () => {
  test('tailcall1: each of its twelve executions returns once; objdump reads every instruction', async () => {
    const io = recordingIo({});
    const on = ['--on', `kernel:${armKernel()}`, '--json'];
    expect(await runCli(io, ['annotate', 'tailcall1', ...on]), io.stderr()).toBe(0);
    const {functions, symbols} = JSON.parse(io.stdout()) as KernelAnnotation;
    const lines = functions.flatMap((one) => one.lines);
    const sum = (some: readonly AnnotatedLine[]): number =>
      some.reduce((total, {instructions}) => total + instructions, 0);
    expect(sum(lines.filter(({text}) => text === 'ret'))).toBe(12);
    expect(lines.filter(({text}) => text === '.word' || text.startsWith('.inst'))).toEqual([]);
    // `entry` begins with a landing pad or a signed return address; a tail call goes past it.
    expect(lines.every(({instructions}) => Number.isInteger(instructions))).toBe(true);
    expect(sum(lines)).toBeGreaterThan(1000);
    expect(symbols.map(({symbol}) => symbol)).toContain('bpf_test_run');
  }, 1_000_000);

  test('jit lists the code; a variant of x86-64 is refused', async () => {
    const io = recordingIo({});
    const on = ['--on', `kernel:${armKernel()}`];
    expect(await runCli(io, ['jit', 'empty', ...on]), io.stderr()).toBe(0);
    expect(io.stdout()).toMatch(/^entry:\n {5}0 {2}[0-9a-f]{8} {2}\w/);
    expect(io.stdout()).toMatch(/ {2}c0035fd6 {2}ret$/m);
    expect(await runCli(io, ['jit', 'empty', ...on, '--variant', 'v61'])).toBe(2);
    expect(io.stderr()).toMatch(/v61 is x86-64 code/);
    expect(await runCli(io, ['ab', 'empty', '--before', 'v61', '--after', on[1]])).toBe(2);
    expect(io.stderr()).toMatch(/before side is x86_64 code, the after side arm64 code/);
  }, 600_000);
});
