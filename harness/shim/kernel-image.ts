// Compares our image with the machine code of the running kernel: equal except for addresses, or
// where and how it differs.
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import {scratchFolder} from '../host/scratch.ts';
import {codeAt, codes, immAt} from '../../jit/bpf/word/insn.ts';
import type {CompiledFunction, Image, ImageProgram, Layout} from '../../jit/types.ts';
import {disassemble} from '../../jit/x86/disassemble.ts';
import type {Workload} from '../../workloads/types.ts';
import type {Shim} from './build-shim.ts';
import {prepareKernelJob} from './kernel-job.ts';
import type {DumpedImage} from './result.ts';
import {describeResult, functionsOf} from './result.ts';
import {runShim} from './run-shim.ts';

/**
 * Loads a workload's programs and reads their machine code, all slots empty. Throws a UserError
 * if the kernel refuses.
 */
export const dumpKernelImages = async (
  shim: Pick<Shim, 'path'>,
  workload: Workload,
): Promise<readonly DumpedImage[]> => {
  const folder = scratchFolder('dump');
  try {
    const path = join(folder, 'job');
    writeFileSync(
      path,
      prepareKernelJob({workload, repeat: 1, dump: true, emptyScenario: true}).job,
    );
    const [result] = await runShim(shim, path);
    if (result.status === 'ok') return result.images ?? [];
    const hint = result.what.startsWith('the kernel refuses program')
      ? 'These are the words of the running kernel; what it takes may differ from what the variants take.'
      : 'Programs are loaded with bpf(2), which needs root.';
    throw new UserError(
      `The running kernel cannot play ${workload.name}: ${describeResult(result, null)}.`,
      hint,
    );
  } finally {
    rmSync(folder, {recursive: true});
  }
};

/** Bytes of machine code of all programs. */
export const kernelImageBytes = (images: readonly DumpedImage[]): number =>
  images.reduce((sum, {code}) => sum + code.length / 2, 0);

/**
 * How the running kernel's code depends on its CPU and configuration, as one loaded program shows.
 */
export const layoutOfKernel = (plain: DumpedImage): Partial<Layout> => {
  const [{code}] = functionsOf(plain);
  const texts = instructionTexts(code);
  const exit = texts.findIndex((text) => text === 'ret' || text.startsWith('leave'));
  const after = texts.slice(exit + (texts[exit] === 'ret' ? 1 : 2));
  // An address that no image has; it only matters that there is one.
  return {
    returnThunk: texts.includes('ret') ? null : 0x10_0000n,
    sls: after[0] === 'int3',
    ibt: texts[0] === 'endbr64',
  };
};

const instructionTexts = (code: Uint8Array): readonly string[] => {
  const texts: string[] = [];
  for (let at = 0; at < code.length;) {
    const {bytes, text} = disassemble(code, at, 0n);
    texts.push(text);
    at += bytes;
  }
  return texts;
};

export interface ImageDifference {
  readonly program: string;
  /** Number of the function in the program. */
  readonly function: number;
  /** Offset of the first byte that differs, or the length of the shorter one. */
  readonly offset: number;
  readonly ours: string;
  readonly kernel: string;
}

/**
 * The first difference in each function; empty if all code is equal except for addresses of maps,
 * functions and thunks.
 */
export const differencesFromKernel = (
  image: Image,
  dumped: readonly DumpedImage[],
): readonly ImageDifference[] =>
  image.programs.flatMap((program, index) => {
    const kernels = functionsOf(dumped[index]);
    return program.compiled.functions.flatMap((ours, number) => {
      const theirs = kernels[number]?.code ?? new Uint8Array(0);
      const offset = firstDifference(
        ours.code,
        theirs,
        addressBytes(program, number, image.layout),
      );
      return offset === null
        ? []
        : [
            {
              program: program.name,
              function: number,
              offset,
              ours: around(ours.code, offset),
              kernel: around(theirs, offset),
            },
          ];
    });
  });

const firstDifference = (
  ours: Uint8Array,
  theirs: Uint8Array,
  addresses: ReadonlySet<number>,
): number | null => {
  const shorter = Math.min(ours.length, theirs.length);
  for (let offset = 0; offset < shorter; offset++)
    if (ours[offset] !== theirs[offset] && !addresses.has(offset)) return offset;
  return ours.length === theirs.length ? null : shorter;
};

const around = (code: Uint8Array, offset: number): string =>
  Buffer.from(code.subarray(Math.max(0, offset - 4), offset + 12)).toString('hex');

/**
 * Offsets in a function's code that hold addresses: in wide loads, calls, returns and indirect tail
 * calls.
 */
const addressBytes = (
  {verified, compiled}: ImageProgram,
  number: number,
  layout: Layout,
): ReadonlySet<number> => {
  const {start} = verified.functions[number];
  const {ends}: CompiledFunction = compiled.functions[number];
  const result = new Set<number>();
  for (let insn = 0; insn + 1 < ends.length; insn++) {
    const at = start + insn;
    const end = ends[insn + 1];
    const before = (bytes: number, skip = 0): void => {
      for (let offset = end - skip - bytes; offset < end - skip; offset++) result.add(offset);
    };
    const int3 = layout.sls ? 1 : 0;
    switch (codeAt(verified.insns, at)) {
      case codes.wide:
        before(8);
        break;
      case codes.call:
        before(4);
        break;
      case codes.exit:
        if (layout.returnThunk !== null) before(4, int3);
        break;
      case codes.tailCall:
        if (immAt(verified.insns, at) === 0 && layout.indirectThunk !== null) before(4, int3);
        break;
      default:
        break;
    }
  }
  return result;
};
