// What a mitigation costs, to the instruction: one kernel with and without return thunks, counted in
// two machines, differs in the thunks' instructions and in nothing else.
import {describe, expect, test} from 'vitest';
import {findWorkload} from '../../workloads/list/index.ts';
import {debianKernels, noDebianKernels} from '../testing/debian-kernels.ts';
import {withMachine} from './boot-side.ts';
import {countWorkload} from './count-workload.ts';
import {readKernelSide} from './kernel-side.ts';

const title = noDebianKernels === null ? '' : ` (skipped: ${noDebianKernels})`;

/** Counts by address, which without KASLR are the same in every boot. */
const countWith = (append: string) =>
  withMachine(
    readKernelSide(`kernel:${debianKernels?.v61}`, '/', {
      append: `nokaslr ${append}`.trim(),
      cpuModel: 'EPYC',
      qemuOptions: [],
    }),
    true,
    async (machine) => {
      const counted = await countWorkload(machine, findWorkload('tailcall1'));
      const {images, insns} = counted;
      const ranges = images.flatMap(({functions}) =>
        functions.map(({address, bytes}) => [BigInt(address), BigInt(address) + BigInt(bytes)]),
      );
      const inKernel = insns
        .filter(({address}) => !ranges.some(([from, to]) => address >= from && address < to))
        .toSorted((a, b) => (a.address < b.address ? -1 : 1));
      const names = await machine.symbols(inKernel.map(({address}) => address));
      return {...counted, kernel: inKernel.map((insn, i) => ({...insn, symbol: names[i]}))};
    },
    (message) => console.log(message),
  );

/** A tick may fall into one of the repeats that must agree; then it is counted again. */
const exactly = async (append: string): ReturnType<typeof countWith> => {
  for (let attempt = 1; ; attempt++) {
    const counted = await countWith(append);
    if (counted.path.exact || attempt === 4) return counted;
  }
};

describe.skipIf(noDebianKernels !== null)(`return thunks of Linux 6.1${title}`, () => {
  test('differ from plain returns by their own instructions', async () => {
    const [thunks, plain] = await Promise.all([
      exactly(''),
      exactly('retbleed=off spec_rstack_overflow=off'),
    ]);
    expect(thunks.path.exact && plain.path.exact).toBe(true);
    // A jump to the thunk takes the return's place, so the images execute equally many.
    expect(thunks.image.instructions).toBe(plain.image.instructions);
    expect(thunks.images[0].code).not.toBe(plain.images[0].code);
    // A timer's tick executes something once in all runs: a fraction of an execution.
    const wholeOf = ({kernel}: typeof plain) =>
      new Map(kernel.map(({address, executions}) => [address, Math.round(executions)]));
    const [executed, still] = [wholeOf(plain), wholeOf(thunks)];
    const added = thunks.kernel.filter(
      ({address}) => still.get(address) !== (executed.get(address) ?? 0),
    );
    expect([...new Set(added.map(({symbol}) => symbol))].join()).toMatch(
      /^[\w,]*(?:return_thunk|safe_ret|srso|zen_|retbleed)[\w,]*$/,
    );
    const difference = thunks.path.counts.instructions - plain.path.counts.instructions;
    expect(difference).toBeGreaterThan(0);
    expect(added.reduce((sum, {executions}) => sum + executions, 0)).toBe(difference);
    // Nothing else changed: what the kernel executes without the thunks it executes with them.
    for (const [address, executions] of executed) expect(still.get(address) ?? 0).toBe(executions);
  }, 1_200_000);
});
