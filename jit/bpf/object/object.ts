// Programs of a clang-built BPF object: one per function outside `.text`, followed by the functions
// it calls.
import {Refusal} from '../../refusal.ts';
import type {MapSpec, Program, ProgramType} from '../../types.ts';
import {coreRelocations} from './btf.ts';
import {executable, readElf, refuseObject, symbolKinds} from './elf-file.ts';
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
  writeInsn,
} from '../word/insn.ts';
import {attempt, readMaps} from './object-maps.ts';
import type {ObjectMap} from './object-maps.ts';

/** Section names (up to the first `/` or `.`) and the program type they mean. */
const sectionTypes: Readonly<Record<string, ProgramType>> = {
  tc: 'sched_cls',
  tcx: 'sched_cls',
  classifier: 'sched_cls',
  flow_dissector: 'flow_dissector',
  xdp: 'xdp',
};

/**
 * Relocation types of BPF (the LLVM BPF ABI); clang's later names R_BPF_INSN_64 and R_BPF_INSN_32
 * mean the same.
 */
const relocationTypes = {wide: 1, call: 10} as const;

interface CodeFunction {
  readonly name: string;
  readonly section: Section;
  /** In instructions of its section. */
  readonly start: number;
  readonly end: number;
}

interface Code {
  readonly file: string;
  readonly elf: ElfFile;
  readonly maps: readonly ObjectMap[];
  readonly functions: readonly CodeFunction[];
  /** By section number, then by instruction. */
  readonly relocations: ReadonlyMap<number, ReadonlyMap<number, Relocation>>;
  /** Places of CO-RE relocations, as `section name:byte offset`. */
  readonly core: ReadonlySet<string>;
}

/** What an object holds: its programs, and those that are refused, with the reason. */
export interface ObjectPrograms {
  readonly programs: readonly Program[];
  readonly refused: readonly {readonly name: string; readonly error: Refusal}[];
}

/**
 * Reads the object `bytes` (`file` is its name for messages) and returns its programs in the order
 * of sections and functions. All of them share one list of maps. Maps come from BTF `.maps`, the
 * legacy `maps` section, and `.rodata`, `.data`, `.bss` (one array element each). A program that
 * uses what jitstat has no counterpart for (kernel functions, CO-RE, extern variables, callbacks,
 * other program and map types) is refused with section, instruction and reason; the others are
 * not. Throws a Refusal if the file is not a BPF object, or if there is no program in it.
 */
export const readObject = (bytes: Uint8Array, file: string): ObjectPrograms => {
  const elf = readElf(bytes, file);
  const functions = codeFunctions(elf, file);
  const code: Code = {
    file,
    elf,
    maps: readMaps(elf, file),
    functions: functions.flatMap((list) => (list instanceof Refusal ? [] : list)),
    relocations: codeRelocations(elf, file),
    core: corePlaces(elf, file),
  };
  const programs: Program[] = [];
  const refused: {name: string; error: Refusal}[] = [];
  for (const list of functions) {
    if (list instanceof Refusal) refused.push({name: '', error: list});
    else
      for (const entry of list) {
        if (entry.section.name === '.text') continue;
        const program = attempt(() => mergeProgram(code, entry));
        if (program instanceof Refusal) refused.push({name: entry.name, error: program});
        else programs.push(program);
      }
  }
  if (programs.length + refused.length === 0)
    return refuseObject(
      file,
      'there is no program in it',
      'Give the entry functions a section such as SEC("tc") or SEC("xdp").',
    );
  return {programs, refused};
};

/** As `readObject`, but throws the reason if any program is refused. */
export const loadObject = (bytes: Uint8Array, file: string): readonly Program[] => {
  const {programs, refused} = readObject(bytes, file);
  if (refused.length > 0) throw refused[0].error;
  return programs;
};

const programType = (file: string, {name, section}: CodeFunction): ProgramType =>
  sectionTypes[section.name.split(/[/.]/)[0]] ??
  refuseObject(
    file,
    `section ${section.name}: program ${name} is of a type that is not supported by jitstat`,
    `Supported are sections named ${Object.keys(sectionTypes).join(', ')}.`,
  );

/** The functions of each section with code, or why the section is refused. */
const codeFunctions = (elf: ElfFile, file: string): (readonly CodeFunction[] | Refusal)[] =>
  elf.sections
    .filter(({flags, size, type}) => (flags & executable) !== 0 && size > 0 && type === 1)
    .map((section) => attempt(() => functionsOf(elf, section, file)));

const functionsOf = (elf: ElfFile, section: Section, file: string): CodeFunction[] => {
  const symbols = elf.symbols
    .filter((symbol) => symbol.section === section.index && symbol.kind === symbolKinds.function)
    .sort((a, b) => a.value - b.value);
  if (symbols.length === 0)
    refuseObject(file, `section ${section.name}: no function symbol names the code in it`);
  if (section.bytes.length % 8 !== 0)
    refuseObject(
      file,
      `section ${section.name}: ${section.bytes.length} bytes are not whole instructions`,
    );
  return symbols.map(({name, value, size}, index) => {
    const end = size > 0 ? value + size : (symbols[index + 1]?.value ?? section.bytes.length);
    const next = symbols[index + 1]?.value ?? section.bytes.length;
    if (value % 8 !== 0 || end % 8 !== 0 || end <= value || end > next)
      refuseObject(
        file,
        `section ${section.name}: function ${name} has no valid extent (${value} to ${end})`,
      );
    return {name, section, start: value / 8, end: end / 8};
  });
};

const codeRelocations = (elf: ElfFile, file: string): Map<number, Map<number, Relocation>> =>
  new Map(
    [...elf.relocations]
      .filter(([section]) => ((elf.sections[section]?.flags ?? 0) & executable) !== 0)
      .map(([section, list]) => {
        const {name} = elf.sections[section];
        return [
          section,
          new Map(
            list.map((relocation) => {
              const {offset, symbol} = relocation;
              if (offset % 8 !== 0)
                refuseObject(
                  file,
                  `section ${name}: a relocation for ${symbol.name} lies inside an ` +
                    `instruction (offset ${offset})`,
                );
              return [offset / 8, relocation];
            }),
          ),
        ];
      }),
  );

const corePlaces = (elf: ElfFile, file: string): ReadonlySet<string> => {
  const find = (name: string): Section | undefined =>
    elf.sections.find((section) => section.name === name);
  const [ext, btf] = [find('.BTF.ext'), find('.BTF')];
  if (ext === undefined || btf === undefined) return new Set();
  return new Set(
    coreRelocations(ext.bytes, btf.bytes, file).map(({section, offset}) => `${section}:${offset}`),
  );
};

/** The maps that can be used; their numbers are those that instructions refer to. */
const usableMaps = ({maps}: Code): MapSpec[] =>
  maps.flatMap(({spec}) => (spec instanceof Refusal ? [] : [spec]));

/**
 * Copies the entry, then every function it calls, each right after the function that calls it first
 * (as libbpf does).
 */
const mergeProgram = (code: Code, entry: CodeFunction): Program => {
  const placed = new Map<CodeFunction, number>();
  const words: Uint8Array[] = [];
  let length = 0;
  const calls: {readonly at: number; readonly callee: CodeFunction}[] = [];
  const place = (one: CodeFunction, depth: number): void => {
    if (depth > 256)
      refuseObject(
        code.file,
        `section ${one.section.name}: calls are nested too deeply at ${one.name}`,
      );
    const base = length;
    placed.set(one, base);
    const insns = one.section.bytes.slice(one.start * 8, one.end * 8);
    words.push(insns);
    length += one.end - one.start;
    for (let index = 0; index < insnCount(insns); index++) {
      const callee = relocate(code, one, insns, index);
      if (callee !== undefined) {
        calls.push({at: base + index, callee});
        if (!placed.has(callee)) place(callee, depth + 1);
      }
      if (isWide(insns, index)) index++;
    }
  };
  const type = programType(code.file, entry);
  place(entry, 0);
  const insns = Uint8Array.from(Buffer.concat(words));
  for (const {at, callee} of calls)
    writeInsn(insns, at, {...insnAt(insns, at), imm: (placed.get(callee) ?? 0) - at - 1});
  return {
    name: entry.name,
    type,
    insns,
    maps: usableMaps(code),
    functions: [...placed].map(([{name}, start]) => ({name, start})),
  };
};

/**
 * Resolves the instruction at `index` in place; returns the function it calls, if it is a call
 * within the object.
 */
const relocate = (
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
  if (code.core.has(`${one.section.name}:${(one.start + index) * 8}`))
    fail(
      'CO-RE relocation against kernel types is not supported by jitstat',
      'Access fields by fixed offsets (no preserve_access_index).',
    );
  if (relocation === undefined) {
    if (isWide(insns, index) && srcAt(insns, index) !== 0)
      fail(`a wide load of kind ${srcAt(insns, index)} has no relocation`);
    if (codeAt(insns, index) !== codes.call || srcAt(insns, index) === 0) return undefined;
    if (srcAt(insns, index) !== pseudo.call)
      return fail('call of a kernel function (kfunc) is not supported by jitstat');
    return (
      functionAt(code, one.section, one.start + index + 1 + immAt(insns, index)) ??
      fail('the call goes to no function')
    );
  }
  const {symbol, type} = relocation;
  if (type !== relocationTypes.wide && type !== relocationTypes.call)
    return fail(`relocation type ${type} for ${symbol.name} is not supported by jitstat`);
  if (type === relocationTypes.call) {
    if (codeAt(insns, index) !== codes.call) return fail('a call relocation is not at a call');
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
  if (symbol.section === 0)
    return fail(
      `extern ${symbol.name} (kernel symbol or kernel configuration) is not supported by jitstat`,
      'Only maps and variables of the object itself can be used.',
    );
  const offset = symbol.value + immAt(insns, index);
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
