// `jitstat annotate WORKLOAD --on kernel:FILE`: each instruction of the images with its executions in
// a kernel build, and what the kernel around them executes, by symbol.
import {disassemble} from '../../jit/x86/disassemble.ts';
import type {Workload} from '../../workloads/types.ts';
import {executionsPerRepeat} from '../../workloads/types.ts';
import type {DumpedImage} from '../shim/result.ts';
import {functionsOf} from '../shim/result.ts';
import {listArm} from './arm-listing.ts';
import {withMachine} from './boot-side.ts';
import type {CountedInsn, Counts} from './count-windows.ts';
import {wholePath} from './count-windows.ts';
import type {WorkloadCounts} from './count-workload.ts';
import {countWorkload} from './count-workload.ts';
import type {MachineArch} from './kernel-file.ts';
import type {KernelSide} from './kernel-side.ts';

interface CodeLine {
  readonly offset: number;
  readonly bytes: string;
  readonly text: string;
}

export type AnnotatedLine = CodeLine & Counts;

export interface KernelAnnotation {
  readonly release: string;
  readonly workload: string;
  /** Program executions in one repetition. */
  readonly executions: number;
  readonly functions: readonly {
    readonly symbol: string;
    readonly lines: readonly AnnotatedLine[];
  }[];
  /** Everything else the kernel executes, most instructions first. */
  readonly symbols: readonly ({readonly symbol: string} & Counts)[];
  readonly path: WorkloadCounts['path'];
}

/** Boots `side`, counts `workload` in it and names what was executed. Throws as `countWorkload`. */
export const annotateKernel = (
  workload: Workload,
  side: KernelSide,
  onLost: (message: string) => void,
): Promise<KernelAnnotation> =>
  withMachine(
    side,
    true,
    async (machine) => {
      const {images, insns, path} = await countWorkload(machine, workload);
      const functions = images.flatMap((image) => countedFunctions(image, insns, side.kernel.arch));
      const inImages = new Set(functions.flatMap(({lines}) => lines.map(({address}) => address)));
      const others = insns
        .filter(({address}) => !inImages.has(address))
        .toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
      const names = await machine.symbols(others.map(({address}) => address));
      return {
        release: machine.hello.release,
        workload: workload.name,
        executions: executionsPerRepeat(workload),
        functions: functions.map(({symbol, lines}) => ({
          symbol,
          lines: lines.map(({address: _address, ...line}) => line),
        })),
        symbols: bySymbol(others, names),
        path,
      };
    },
    onLost,
  );

type PlacedLine = AnnotatedLine & {readonly address: bigint};

const countedFunctions = (
  image: DumpedImage,
  insns: readonly CountedInsn[],
  arch: MachineArch,
): {readonly symbol: string; readonly lines: readonly PlacedLine[]}[] => {
  const counted = new Map(insns.map((insn) => [insn.address, insn]));
  return functionsOf(image).map(({symbol, address, code}) => ({
    symbol,
    lines: linesOf(code, address, arch).map((line): PlacedLine => {
      const at = address + BigInt(line.offset);
      const {executions = 0, loads = 0, stores = 0} = counted.get(at) ?? {};
      return {...line, address: at, instructions: executions, loads, stores};
    }),
  }));
};

/** The instructions of a function, without counts. */
export const linesOf = (body: Uint8Array, base: bigint, arch: MachineArch): readonly CodeLine[] => {
  if (arch === 'arm64') return listArm(body, base);
  const lines: CodeLine[] = [];
  for (let offset = 0; offset < body.length;) {
    const {bytes, text} = disassemble(body, offset, base);
    const code = Buffer.from(body.subarray(offset, offset + bytes)).toString('hex');
    lines.push({offset, bytes: code, text});
    offset += bytes;
  }
  return lines;
};

const bySymbol = (
  insns: readonly CountedInsn[],
  names: readonly string[],
): KernelAnnotation['symbols'] => {
  const groups = new Map<string, CountedInsn[]>();
  for (const [i, insn] of insns.entries()) {
    const name = names[i] === '' ? 'unknown' : names[i];
    groups.set(name, [...(groups.get(name) ?? []), insn]);
  }
  return [...groups]
    .map(([symbol, group]) => ({symbol, ...wholePath([group])}))
    .toSorted((a, b) => b.instructions - a.instructions);
};

/** The listing with counts, then the table of the kernel's symbols. */
export const annotationText = (found: KernelAnnotation): string => {
  const {release, workload, executions, functions, symbols, path} = found;
  const inImages = wholePath([
    functions.flatMap(({lines}) =>
      lines.map((line) => ({...line, executions: line.instructions, address: 0n})),
    ),
  ]);
  return [
    `${workload} in Linux ${release}: executions in one repetition of the scenario ` +
      `(${executions} program executions),`,
    'counted under emulation; not executed = .; code as loaded, with all slots empty',
    '',
    `${count('insns')}${count('loads')}${count('stores')}`,
    ...functions.flatMap(({symbol, lines}) => [
      `${symbol}:`,
      ...lines.map(
        ({instructions, loads, stores, offset, text}) =>
          `${count(instructions)}${count(loads)}${count(stores)}  ${hex(offset)}  ${text}`,
      ),
    ]),
    `${count(inImages.instructions)}${count(inImages.loads)}${count(inImages.stores)}  images, in all`,
    '',
    'and the kernel around them:',
    ...symbols.map(
      ({symbol, instructions, loads, stores}) =>
        `${count(instructions)}${count(loads)}${count(stores)}  ${symbol}`,
    ),
    `${count(path.counts.instructions)}${count(path.counts.loads)}${count(path.counts.stores)}  ` +
      `whole path${path.exact ? '' : ' (not the same in three tries)'}`,
    '',
  ].join('\n');
};

const hex = (offset: number): string => offset.toString(16).padStart(4);

const count = (value: number | string): string =>
  (value === 0
    ? '.'
    : typeof value === 'string' || Number.isInteger(value)
      ? String(value)
      : value.toFixed(2)
  ).padStart(8);

/** Schema `jitstat/kernel-annotation/1`. */
export const annotationJson = (found: KernelAnnotation) => ({
  schema: 'jitstat/kernel-annotation/1',
  ...found,
});
