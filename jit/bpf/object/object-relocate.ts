// Relocations of code in a BPF object: calls go to functions of the object, wide loads to its maps.
import {Refusal} from '../../refusal.ts';
import type {MapSpec, StandIn} from '../../types.ts';
import {executable, refuseObject} from './elf-file.ts';
import type {ElfFile, ElfSymbol, Relocation, Section} from './elf-file.ts';
import {
  codes,
  codeAt,
  immAt,
  insnAt,
  insnCount,
  isWide,
  pseudo,
  srcAt,
  wide,
  writeInsn,
} from '../word/insn.ts';
import type {ObjectMap} from './object-maps.ts';

/**
 * Relocation types of BPF (the LLVM BPF ABI); clang's later names R_BPF_INSN_64 and R_BPF_INSN_32
 * mean the same.
 */
const relocationTypes = {wide: 1, call: 10} as const;

/** A function in a section with code. */
export interface CodeFunction {
  readonly name: string;
  readonly section: Section;
  /** In instructions of its section. */
  readonly start: number;
  readonly end: number;
}

/** What relocations are resolved against. */
export interface Code {
  readonly file: string;
  readonly elf: ElfFile;
  readonly maps: readonly ObjectMap[];
  readonly functions: readonly CodeFunction[];
  /** By section number, then by instruction. */
  readonly relocations: ReadonlyMap<number, ReadonlyMap<number, Relocation>>;
  /** Places of CO-RE relocations, as `section name:byte offset`. */
  readonly core: ReadonlySet<string>;
  /** Null for an object that is to be run; else called with each kind of stand-in that was used. */
  readonly standIn: ((what: StandIn) => void) | null;
}

/** The maps that can be used; their numbers are those that instructions refer to. */
export const usableMaps = ({maps}: Code): MapSpec[] =>
  maps.flatMap(({spec}) => (spec instanceof Refusal ? [] : [spec]));

/**
 * Where kernels have their variables, and where the values of `.kconfig` are: real addresses take as
 * many bytes in code as these.
 */
const kernelVariable = 0xffff_ffff_8280_0000n;
const kernelConfig = 0xffff_8881_2345_6000n;
const isConfig = (name: string): boolean => /^(CONFIG_|LINUX_)/.test(name);

/** A number for each kernel function, so that one name always has the same address. */
const numberOfKfunc = ({elf}: Code, symbol: ElfSymbol): number => elf.symbols.indexOf(symbol);

/**
 * Resolves the instruction at `index` in place; returns the function it calls or whose address it
 * takes, if that is within the object.
 */
export const relocate = (
  code: Code,
  one: CodeFunction,
  insns: Uint8Array,
  index: number,
): CodeFunction | undefined => {
  const {file, elf} = code;
  const relocation = code.relocations.get(one.section.index)?.get(one.start + index);
  const where = `section ${one.section.name}: instruction ${one.start + index}`;
  const fail = (reason: string, hint?: string): never =>
    refuseObject(file, `${where}: ${reason}`, hint);
  // Without a kernel's types the instruction keeps the offset it was built with.
  if (code.core.has(`${one.section.name}:${(one.start + index) * 8}`)) {
    if (code.standIn === null)
      fail(
        'CO-RE relocation against kernel types is not supported by jitstat',
        'Access fields by fixed offsets (no preserve_access_index).',
      );
    code.standIn?.('types of the kernel');
  }
  if (relocation === undefined) {
    if (isWide(insns, index) && srcAt(insns, index) !== 0)
      fail(`a wide load of kind ${srcAt(insns, index)} has no relocation`);
    if (codeAt(insns, index) !== codes.call || srcAt(insns, index) === 0) return undefined;
    if (srcAt(insns, index) !== pseudo.call)
      return fail('call of a kernel function (kfunc) is not supported by jitstat');
    return (
      functionAt(code, one.section, one.start + index + 1 + immAt(insns, index)) ??
      fail('the target of the call is not a function')
    );
  }
  const {symbol, type} = relocation;
  if (type !== relocationTypes.wide && type !== relocationTypes.call)
    return fail(`relocation type ${type} for ${symbol.name} is not supported by jitstat`);
  if (type === relocationTypes.call) {
    if (codeAt(insns, index) !== codes.call) return fail('a call relocation is not at a call');
    if (symbol.section === 0 && code.standIn !== null && symbol.name !== 'bpf_throw') {
      code.standIn('kernel functions');
      const imm = numberOfKfunc(code, symbol);
      writeInsn(insns, index, {...insnAt(insns, index), src: pseudo.kfunc, off: 0, imm});
      return undefined;
    }
    if (symbol.section === 0)
      return fail(
        `call of ${symbol.name}, which is not in the object (a kernel function, kfunc, or ` +
          'extern), is not supported by jitstat',
        'Use helpers and functions of the object only.',
      );
    const section = elf.sections[symbol.section];
    const callee =
      section === undefined
        ? undefined
        : functionAt(code, section, symbol.value / 8 + immAt(insns, index) + 1);
    if (callee === undefined || callee.section.name !== '.text')
      return fail(`call of ${symbol.name}: only functions in .text can be called`);
    writeInsn(insns, index, {...insnAt(insns, index), src: pseudo.call});
    return callee;
  }
  if (!isWide(insns, index) || index + 1 >= insnCount(insns))
    return fail(`a 64-bit relocation for ${symbol.name} is not at a wide load`);
  const section = elf.sections[symbol.section];
  if (code.standIn !== null && ((section?.flags ?? 0) & executable) !== 0) {
    const start = (symbol.value + immAt(insns, index)) / 8;
    writeInsn(insns, index, {...insnAt(insns, index), src: pseudo.function});
    writeInsn(insns, index + 1, {...insnAt(insns, index + 1), imm: 0});
    return functionAt(code, section, start) ?? fail('the address is not that of a function');
  }
  referToMap(code, insns, index, symbol, fail);
  return undefined;
};

const functionAt = ({functions}: Code, section: Section, start: number): CodeFunction | undefined =>
  functions.find((one) => one.section === section && one.start === start);

const referToMap = (
  code: Code,
  insns: Uint8Array,
  index: number,
  symbol: ElfSymbol,
  fail: (reason: string, hint?: string) => never,
): void => {
  if (symbol.section === 0 && code.standIn !== null) {
    code.standIn('kernel variables');
    const address = isConfig(symbol.name) ? kernelConfig : kernelVariable;
    wide(insnAt(insns, index).dst, address).forEach((word, at) =>
      writeInsn(insns, index + at, word),
    );
    return;
  }
  if (symbol.section === 0)
    return fail(
      `extern ${symbol.name} (kernel symbol or kernel configuration) is not supported by jitstat`,
      'Only maps and variables of the object itself can be used.',
    );
  // libbpf finds a map by its symbol, too, whatever the instruction holds.
  const isNamed = code.elf.sections[symbol.section]?.name === '.maps';
  const offset = symbol.value + (isNamed ? 0 : immAt(insns, index));
  const map = code.maps.find(
    (one) => one.section === symbol.section && (one.offset === null || one.offset === offset),
  );
  if (map?.spec instanceof Refusal) throw map.spec;
  if (map === undefined) {
    const section = code.elf.sections[symbol.section];
    if (((section?.flags ?? 0) & executable) !== 0)
      return fail(
        `the address of the function ${symbol.name} (callback) is not supported by jitstat`,
      );
    if (section === undefined)
      return fail(
        `${symbol.name} is in no section (a common or absolute symbol)`,
        'Build with -fno-common, or give the variable a value.',
      );
    return fail(`${symbol.name} in section ${section.name} is neither a map nor in a data section`);
  }
  writeInsn(insns, index, {
    ...insnAt(insns, index),
    src: map.data ? pseudo.mapValue : pseudo.map,
    imm: usableMaps(code).indexOf(map.spec),
  });
  writeInsn(insns, index + 1, {...insnAt(insns, index + 1), imm: map.data ? offset : 0});
};
