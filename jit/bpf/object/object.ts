// Programs of a clang-built BPF object: one per function outside `.text`, followed by the functions
// it calls.
import {Refusal} from '../../refusal.ts';
import {listedTypes} from '../../program-kinds.ts';
import type {Program, StandIn} from '../../types.ts';
import {coreRelocations} from './btf.ts';
import {dependOnKernel} from './fixed-types.ts';
import {executable, readElf, refuseObject, symbolKinds} from './elf-file.ts';
import type {ElfFile, Relocation, Section} from './elf-file.ts';
import {insnAt, insnCount, isWide, writeInsn} from '../word/insn.ts';
import {contextStandIns} from '../word/program-types.ts';
import {attempt, readMaps} from './object-maps.ts';
import type {Code, CodeFunction} from './object-relocate.ts';
import {relocate, usableMaps} from './object-relocate.ts';
import {playedSections, typeOfSection} from './section-types.ts';
import type {ReadOptions} from './section-types.ts';

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
 * not. To show code only (`toRun: false`) most of that is read as well; `Program.standIns` lists the
 * stand-ins. Throws a Refusal if the file is not a BPF object, or if there is no
 * program in it.
 */
export const readObject = (
  bytes: Uint8Array,
  file: string,
  options: ReadOptions = {},
): ObjectPrograms => {
  const elf = readElf(bytes, file);
  const {toRun = true} = options;
  const functions = codeFunctions(elf, file);
  const code: Code = {
    file,
    elf,
    maps: readMaps(elf, file, options),
    functions: functions.flatMap((list) => (list instanceof Refusal ? [] : list)),
    relocations: codeRelocations(elf, file),
    core: corePlaces(elf, file, toRun),
    standIn: null,
  };
  const programs: Program[] = [];
  const refused: {name: string; error: Refusal}[] = [];
  for (const list of functions) {
    if (list instanceof Refusal) refused.push({name: '', error: list});
    else
      for (const entry of list) {
        if (entry.section.name === '.text') continue;
        const program = attempt(() => programOf(code, entry, options, toRun));
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

const programOf = (
  code: Code,
  entry: CodeFunction,
  options: ReadOptions,
  toRun: boolean,
): Program => {
  const type = programType(code.file, entry, options);
  if (toRun) return {...mergeProgram(code, entry), type};
  const standIns = new Set<StandIn>(contextStandIns(type));
  const merged = mergeProgram({...code, standIn: (what) => standIns.add(what)}, entry);
  return {...merged, type, standIns: [...standIns]};
};

const programType = (file: string, {name, section}: CodeFunction, options: ReadOptions) =>
  typeOfSection(section.name, options) ??
  options.type ??
  (options.toRun === false
    ? refuseObject(
        file,
        `section ${section.name}: the name does not say of which type program ${name} is`,
        `Say it with --type, for example --type xdp; there are also ${listedTypes.join(', ')}.`,
      )
    : refuseObject(
        file,
        `section ${section.name}: program ${name} is of a type that is not supported by jitstat`,
        `Supported are sections named ${Object.keys(playedSections).join(', ')}.`,
      ));

/** The functions of each section with code, or why the section is refused. */
const codeFunctions = (elf: ElfFile, file: string): (readonly CodeFunction[] | Refusal)[] =>
  elf.sections
    .filter(({flags, size, type}) => (flags & executable) !== 0 && size > 0 && type === 1)
    .map((section) => attempt(() => functionsOf(elf, section, file)));

const functionsOf = (elf: ElfFile, section: Section, file: string): CodeFunction[] => {
  const here = elf.symbols
    .filter((symbol) => symbol.section === section.index)
    .sort((a, b) => a.value - b.value);
  const typed = here.filter(({kind}) => kind === symbolKinds.function);
  // Clang before 2020 gives functions no type; labels inside of them are not global.
  const untyped = here.filter(({kind, isGlobal}) => kind === symbolKinds.none && isGlobal);
  const symbols = typed.length > 0 ? typed : untyped;
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
                  `section ${name}: a relocation for ${symbol.name} is inside an ` +
                    `instruction (offset ${offset})`,
                );
              return [offset / 8, relocation];
            }),
          ),
        ];
      }),
  );

const corePlaces = (elf: ElfFile, file: string, toRun: boolean): ReadonlySet<string> => {
  const find = (name: string): Section | undefined =>
    elf.sections.find((section) => section.name === name);
  const [ext, btf] = [find('.BTF.ext'), find('.BTF')];
  if (ext === undefined || btf === undefined) return new Set();
  const all = coreRelocations(ext.bytes, btf.bytes, file);
  // For code that is only shown any will do.
  const list = toRun ? dependOnKernel(all, btf.bytes, file) : all;
  return new Set(list.map(({section, offset}) => `${section}:${offset}`));
};

/**
 * Copies the entry, then every function it calls, each right after the function that calls it first
 * (as libbpf does).
 */
const mergeProgram = (code: Code, entry: CodeFunction): Omit<Program, 'type'> => {
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
  place(entry, 0);
  const insns = Uint8Array.from(Buffer.concat(words));
  for (const {at, callee} of calls)
    writeInsn(insns, at, {...insnAt(insns, at), imm: (placed.get(callee) ?? 0) - at - 1});
  return {
    name: entry.name,
    insns,
    maps: usableMaps(code),
    functions: [...placed].map(([{name}, start]) => ({name, start})),
  };
};
