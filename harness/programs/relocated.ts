// Turns a program as libbpf passes it to the kernel into one for jitstat's own verifier: maps by
// number instead of descriptor, functions found by the calls that lead to them.
import {UserError} from '../../results/error.ts';
import {
  codes,
  insnAt,
  insnCount,
  isLocalCall,
  isWide,
  pseudo,
  writeInsn,
} from '../../jit/bpf/word/insn.ts';
import {mapTypes, playedTypes} from '../../jit/program-kinds.ts';
import type {MapType, PlayedType} from '../../jit/program-kinds.ts';
import type {MapSpec, Program} from '../../jit/types.ts';
import type {Step} from '../../workloads/types.ts';
import type {TestedMap, TestedProgram} from './test-runs.ts';

/** `BPF_F_RDONLY_PROG`: `.rodata` and `.kconfig`, whose contents the kernel treats as constants. */
const readOnlyFlag = 0x80;

/** The program, those it can jump to, and the slots that lead there. */
export interface RelocatedPrograms {
  readonly programs: readonly Program[];
  /** All maps that one of them uses. */
  readonly maps: readonly MapSpec[];
  readonly slots: readonly (Step & {op: 'update'})[];
}

/** Throws a UserError for a type of program or map that jitstat does not play. */
export const relocatedPrograms = (tested: TestedProgram): RelocatedPrograms => {
  const type = playedTypes.find((one) => one === tested.type);
  if (type === undefined) return refuse(`programs of type ${tested.type}`);
  const used: TestedMap[] = [];
  const targets = new Set(tested.slots.map(([, , name]) => name));
  const others = tested.others.filter(({name}) => targets.has(name) && name !== tested.name);
  const programs = [tested, ...others].map((one) => relocated(one, type, tested.maps, used));
  const maps = used.map(specOf);
  return {
    programs: programs.map((program) => ({...program, maps})),
    maps,
    slots: tested.slots.flatMap(([fd, key, program]) => {
      const map = used.find((one) => one.fd === fd);
      return map === undefined ? [] : [{op: 'update', map: map.name, key, program}];
    }),
  };
};

const relocated = (
  tested: Pick<TestedProgram, 'name' | 'insns' | 'kernelFunctions'>,
  type: PlayedType,
  maps: readonly TestedMap[],
  used: TestedMap[],
): Omit<Program, 'maps'> => {
  const insns = Uint8Array.from(Buffer.from(tested.insns, 'hex'));
  const numberOf = (fd: number): number => {
    const known = used.findIndex((map) => map.fd === fd);
    if (known >= 0) return known;
    const map = maps.find((one) => one.fd === fd);
    if (map === undefined) return refuse('references to something other than maps');
    return used.push(map) - 1;
  };
  const starts = new Set([0]);
  for (let at = 0; at < insnCount(insns); at++) {
    const insn = insnAt(insns, at);
    if (isWide(insns, at)) {
      if (insn.src === pseudo.map || insn.src === pseudo.mapValue)
        writeInsn(insns, at, {...insn, imm: numberOf(insn.imm)});
      at++;
    } else if (isLocalCall(insns, at)) starts.add(at + 1 + insn.imm);
    else if (insn.code === codes.call && insn.src === pseudo.kfunc) {
      const imm = tested.kernelFunctions.findIndex(([type]) => type === insn.imm);
      if (imm < 0 || insn.off !== 0) refuse('kernel functions of modules');
      writeInsn(insns, at, {...insn, imm});
    }
  }
  return {
    name: tested.name,
    type,
    insns,
    kernelFunctions: tested.kernelFunctions.map(([, name]) => name),
    functions: functionsAt(tested.name, [...starts]),
  };
};

const functionsAt = (name: string, starts: readonly number[]): Program['functions'] =>
  [...starts]
    .sort((a, b) => a - b)
    .map((start, number) => ({name: number === 0 ? name : `${name}.${number}`, start}));

const specOf = ({
  name,
  type,
  keyBytes,
  valueBytes,
  maxEntries,
  flags,
  initial,
}: TestedMap): MapSpec => ({
  name,
  type: mapTypeOf(type),
  keyBytes,
  valueBytes,
  maxEntries,
  ...(initial === undefined ? {} : {initial: Uint8Array.from(Buffer.from(initial, 'hex'))}),
  ...(initial === undefined || (flags & readOnlyFlag) === 0 ? {} : {readOnly: true as const}),
});

const mapTypeOf = (type: string): MapType =>
  mapTypes.find((one) => one === type) ?? refuse(`maps of type ${type}`);

const refuse = (what: string): never => {
  throw new UserError(
    `jitstat cannot run ${what} in user space.`,
    'docs/scenario.md lists what can be played.',
  );
};
