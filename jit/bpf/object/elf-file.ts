// Reading a relocatable ELF64 file of machine BPF: sections, symbols and relocations, with every
// offset checked.
import {Refusal} from '../../refusal.ts';

export interface Section {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
  /** Size in bytes; for `.bss` the file holds no bytes of it. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly kind: number;
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

export interface Relocation {
  /** Byte offset into the section it applies to. */
  readonly offset: number;
  readonly type: number;
  readonly symbol: ElfSymbol;
}

export interface ElfFile {
  readonly sections: readonly Section[];
  readonly symbols: readonly ElfSymbol[];
  /** Relocations by the number of the section they apply to. */
  readonly relocations: ReadonlyMap<number, readonly Relocation[]>;
}

export const sectionTypes = {progbits: 1, symtab: 2, rela: 4, nobits: 8, rel: 9} as const;
export const symbolKinds = {none: 0, object: 1, function: 2, section: 3} as const;
export const executable = 4;

const headerBytes = 64;
const sectionHeaderBytes = 64;
const symbolBytes = 24;
const relocationBytes = 16;
const machineBpf = 247;
const maxSections = 10_000;
const maxBytes = 1 << 28;

/** Throws a Refusal that names the file. */
export const refuseObject = (
  file: string,
  reason: string,
  hint = 'Build it with `clang -O2 -g -target bpf -c`.',
): never => {
  throw new Refusal(`${file}: ${reason}`, hint);
};

/** Little-endian reads that refuse to leave the bytes. */
export const reader = (bytes: Uint8Array, file: string, what: string) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (at: number, length: number): void => {
    if (at < 0 || at + length > bytes.length)
      refuseObject(file, `${what} is cut off: ${length} bytes at ${at} of ${bytes.length}`);
  };
  return {
    u8: (at: number): number => (need(at, 1), view.getUint8(at)),
    u16: (at: number): number => (need(at, 2), view.getUint16(at, true)),
    u32: (at: number): number => (need(at, 4), view.getUint32(at, true)),
    /** Offsets and sizes; more than the file could hold is refused. */
    u64: (at: number): number => {
      need(at, 8);
      const value = view.getBigUint64(at, true);
      return value > BigInt(maxBytes)
        ? refuseObject(file, `${what} holds an impossible offset or size, 0x${value.toString(16)}`)
        : Number(value);
    },
    slice: (at: number, length: number): Uint8Array => (
      need(at, length),
      bytes.subarray(at, at + length)
    ),
    string: (at: number): string => {
      need(at, 1);
      const end = bytes.indexOf(0, at);
      return end < 0
        ? refuseObject(file, `${what} has a name without an end`)
        : Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1');
    },
  };
};

export const readElf = (bytes: Uint8Array, file: string): ElfFile => {
  const head = reader(bytes, file, 'the ELF header');
  if (bytes.length < headerBytes || head.u32(0) !== 0x464c457f)
    refuseObject(file, 'this is not an ELF file');
  if (head.u8(4) !== 2 || head.u8(5) !== 1)
    refuseObject(
      file,
      'only 64-bit little-endian ELF files are read',
      'Build with `-target bpf` or `-target bpfel`.',
    );
  if (head.u16(18) !== machineBpf)
    refuseObject(file, `the machine is ${head.u16(18)}, not BPF (${machineBpf})`);
  if (head.u16(16) !== 1) refuseObject(file, 'this is not a relocatable object (ELF type REL)');
  const sections = readSections(bytes, file);
  const symbols = readSymbols(sections, file);
  return {sections, symbols, relocations: readRelocations(sections, symbols, file)};
};

const readSections = (bytes: Uint8Array, file: string): Section[] => {
  const read = reader(bytes, file, 'the section table');
  const [table, entry, count, namesIndex] = [
    read.u64(40),
    read.u16(58),
    read.u16(60),
    read.u16(62),
  ];
  if (entry !== sectionHeaderBytes || count === 0 || count > maxSections)
    refuseObject(file, `impossible section table (${count} entries of ${entry} bytes)`);
  if (namesIndex >= count) refuseObject(file, 'the section names are missing');
  const at = (index: number): number => table + index * sectionHeaderBytes;
  const contents = (index: number): Uint8Array =>
    read.u32(at(index) + 4) === sectionTypes.nobits || read.u32(at(index) + 4) === 0
      ? new Uint8Array(0)
      : read.slice(read.u64(at(index) + 24), read.u64(at(index) + 32));
  const names = reader(contents(namesIndex), file, 'the section names');
  return Array.from({length: count}, (_, index) => ({
    index,
    name: index === 0 ? '' : names.string(read.u32(at(index))),
    type: read.u32(at(index) + 4),
    flags: read.u32(at(index) + 8),
    bytes: contents(index),
    size: read.u64(at(index) + 32),
    link: read.u32(at(index) + 40),
    info: read.u32(at(index) + 44),
  }));
};

const readSymbols = (sections: readonly Section[], file: string): ElfSymbol[] => {
  const table = sections.find(({type}) => type === sectionTypes.symtab);
  if (table === undefined)
    return refuseObject(file, 'there is no symbol table', 'Do not strip the object.');
  const strings = sections[table.link];
  if (strings === undefined) return refuseObject(file, 'the symbol table has no names');
  const read = reader(table.bytes, file, 'the symbol table');
  const names = reader(strings.bytes, file, 'the symbol names');
  return Array.from({length: Math.floor(table.bytes.length / symbolBytes)}, (_, index) => {
    const at = index * symbolBytes;
    const section = read.u16(at + 6);
    const kind = read.u8(at + 4) & 15;
    const name = read.u32(at);
    return {
      name:
        kind === symbolKinds.section
          ? (sections[section]?.name ?? '')
          : name === 0
            ? ''
            : names.string(name),
      kind,
      section,
      value: section < sections.length ? read.u64(at + 8) : 0,
      size: section < sections.length ? read.u64(at + 16) : 0,
    };
  });
};

const readRelocations = (
  sections: readonly Section[],
  symbols: readonly ElfSymbol[],
  file: string,
): Map<number, Relocation[]> => {
  const all = new Map<number, Relocation[]>();
  for (const section of sections) {
    if (section.type === sectionTypes.rela && (sections[section.info]?.flags ?? 0) & executable) {
      refuseObject(
        file,
        `section ${section.name}: relocations with addends (RELA) are not used by BPF objects`,
      );
    }
    if (section.type !== sectionTypes.rel) continue;
    const read = reader(section.bytes, file, `section ${section.name}`);
    const list = Array.from(
      {length: Math.floor(section.bytes.length / relocationBytes)},
      (_, index) => {
        const at = index * relocationBytes;
        const symbol = symbols[read.u32(at + 12)];
        if (symbol === undefined)
          return refuseObject(
            file,
            `section ${section.name}: relocation ${index} names a symbol that does not exist`,
          );
        return {offset: read.u64(at), type: read.u32(at + 8), symbol};
      },
    );
    all.set(section.info, [...(all.get(section.info) ?? []), ...list]);
  }
  return all;
};
