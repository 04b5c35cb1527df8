// Programs by jitstat's own loader and verifier: BPF objects, assembly text and workloads, without
// bpf(2). The compiled code has the sizes that `jitstat jit` shows.
import {readObject} from '../../jit/bpf/object/object.ts';
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import {verify} from '../../jit/bpf/verify/verify.ts';
import {insnCount} from '../../jit/bpf/word/insn.ts';
import {withPerCpu} from '../../jit/image/layout.ts';
import {thunksFor} from '../../jit/image/thunks.ts';
import type {ProgramType} from '../../jit/program-kinds.ts';
import type {Layout, Program, VerifiedProgram} from '../../jit/types.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import type {Workload} from '../../workloads/types.ts';
import {loadUserWorkload} from '../../workloads/user/load.ts';
import type {Compilable, LoadedObject, ProgramSource} from './program-source.ts';

/** Throws a Refusal if the bytes are not a BPF object or hold no program. */
export const loadOwnObject = (
  bytes: Uint8Array,
  file: string,
  type?: ProgramType,
): LoadedObject => {
  const {programs, refused} = readObject(bytes, file, {toRun: false, type});
  return {programs: programs.map(sourceOf), refused};
};

/** Assembly text, read as `jitstat jit` reads it. */
export const loadText = (path: string): LoadedObject => {
  const {programs, leftOut} = loadUserWorkload(path, {toRun: false});
  return {programs: programs.map(sourceOf), refused: leftOut};
};

/** The programs of a built-in workload. */
export const ofWorkload = ({programs}: Workload): LoadedObject => ({
  programs: programs.map(sourceOf),
  refused: [],
});

const sourceOf = (program: Program): ProgramSource => ({
  name: program.name,
  type: program.type,
  instructions: insnCount(program.insns),
  kernel: null,
  verifiedFor: (variant) => compilable(program, variant),
});

/**
 * Nothing is at these addresses. Maps are above 4 GiB, so that their loads have the kernel's
 * 10-byte form; helpers and code below 2 GiB, so that calls reach.
 */
const absent = {maps: 0x1_0000_0000n, helpers: 0x20_0000n, thunks: 0x30_0000n, code: 0x5000_0000n};
const mapSpace = 0x1_0000_0000n;
const helperSpace = 16n;

const compilable = (program: Program, variant: Variant): Compilable => {
  const mapAddress = (map: number): bigint => absent.maps + BigInt(map) * mapSpace;
  const verified = verify(program, variant.rules, {
    mapAddress,
    mapValueAddress: mapAddress,
    helperAddressMinusCallBase: (id) =>
      Number(absent.helpers + BigInt(id) * helperSpace - variant.layout.callBase),
    contextFields: linuxContextFields,
  });
  const layout = withThunks(variant, withPerCpu(variant.layout));
  return {program: placed(verified, absent.code), layout};
};

/** The layout with an address for every thunk it needs. */
export const withThunks = (variant: Variant, layout: Layout): Layout =>
  thunksFor(variant, layout).reduce((each, {field}) => ({...each, [field]: absent.thunks}), layout);

/** No instruction of BPF becomes more machine code than this. */
const mostBytesPerInsn = 128;
const pageBytes = 4096;
/** Kernels place code after a header of 8 bytes. */
const headerBytes = 8n;

/** Places functions one after another, each on separate pages. */
const placed = (program: VerifiedProgram, from: bigint): VerifiedProgram => {
  const {functions, insns} = program;
  let next = from;
  return {
    ...program,
    functions: functions.map((each, number) => {
      const base = next + headerBytes;
      const end = functions[number + 1]?.start ?? insnCount(insns);
      next += BigInt(
        Math.ceil(((end - each.start) * mostBytesPerInsn) / pageBytes + 1) * pageBytes,
      );
      return {...each, base};
    }),
  };
};
