// Reading a relocatable ELF64 file of machine BPF: sections, symbols and relocations, with every
// offset checked.
import {
  elfBytes,
  elfHeader,
  relocationEntry,
  sectionHeader,
  sectionTypes,
  symbolEntry,
  symbolKinds,
} from '../../elf/fields.ts';
import type {ElfField} from '../../elf/fields.ts';
import {Refusal} from '../../refusal.ts';

export {sectionTypes, symbolKinds} from '../../elf/fields.ts';

export interface Section {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
  /** Size in bytes; the file holds no bytes of `.bss`. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly kind: number;
  readonly isGlobal: boolean;
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

/** SHF_EXECINSTR and SHF_ALLOC. */
export const executable = 4;
const loadedFlag = 2;

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

/** Little-endian reads that refuse offsets outside `bytes`. */
export const reader = (bytes: Uint8Array, file: string, what: string) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (at: number, length: number): void => {
    if (at < 0 || at + length > bytes.length)
      refuseObject(
        file,
        `${what} is cut off: ${length} byte${length === 1 ? '' : 's'} at ${at} of ${bytes.length}`,
      );
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
    /** A field of the structure at `at`, by its size. */
    field(at: number, {offset, bytes: size}: ElfField): number {
      const place = at + offset;
      if (size === 8) return this.u64(place);
      return size === 4 ? this.u32(place) : size === 2 ? this.u16(place) : this.u8(place);
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
        : visibleName(Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString());
    },
  };
};

/** The kernel refuses such a name; here it takes one line in listings and messages. */
const visibleName = (name: string): string =>
  name.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const readElf = (bytes: Uint8Array, file: string): ElfFile => {
  const head = reader(bytes, file, 'the ELF header');
  if (bytes.length < elfBytes.header || head.u32(0) !== 0x464c457f)
    refuseObject(file, 'this is not an ELF file');
  if (head.u8(4) !== 2 || head.u8(5) !== 1)
    refuseObject(
      file,
      'only 64-bit little-endian ELF files are read',
      'Build with `-target bpf` or `-target bpfel`.',
    );
  if (head.field(0, elfHeader.machine) !== machineBpf)
    refuseObject(
      file,
      `the machine is ${head.field(0, elfHeader.machine)}, not BPF (${machineBpf})`,
    );
  if (head.field(0, elfHeader.type) !== 1)
    refuseObject(file, 'this is not a relocatable object (ELF type REL)');
  const sections = readSections(bytes, file);
  const symbols = readSymbols(sections, file);
  return {sections, symbols, relocations: readRelocations(sections, symbols, file)};
};

const readSections = (bytes: Uint8Array, file: string): Section[] => {
  const read = reader(bytes, file, 'the section table');
  const [table, entry, count, namesIndex] = [
    read.field(0, elfHeader.sectionHeaders),
    read.field(0, elfHeader.sectionHeaderBytes),
    read.field(0, elfHeader.sectionCount),
    read.field(0, elfHeader.sectionNames),
  ];
  if (entry !== elfBytes.sectionHeader || count === 0 || count > maxSections)
    refuseObject(file, `impossible section table (${count} entries of ${entry} bytes)`);
  if (namesIndex >= count) refuseObject(file, 'the section names are missing');
  const at = (index: number): number => table + index * elfBytes.sectionHeader;
  const contents = (index: number): Uint8Array =>
    read.field(at(index), sectionHeader.type) === sectionTypes.nobits ||
    read.field(at(index), sectionHeader.type) === 0
      ? new Uint8Array(0)
      : read.slice(
          read.field(at(index), sectionHeader.offset),
          read.field(at(index), sectionHeader.size),
        );
  const names = reader(contents(namesIndex), file, 'the table of section names');
  return Array.from({length: count}, (_, index) => ({
    index,
    name: index === 0 ? '' : names.string(read.field(at(index), sectionHeader.name)),
    type: read.field(at(index), sectionHeader.type),
    // The upper half of the flags is not used.
    flags: read.u32(at(index) + sectionHeader.flags.offset),
    bytes: contents(index),
    size: read.field(at(index), sectionHeader.size),
    link: read.field(at(index), sectionHeader.link),
    info: read.field(at(index), sectionHeader.info),
  }));
};

const readSymbols = (sections: readonly Section[], file: string): ElfSymbol[] => {
  const table = sections.find(({type}) => type === sectionTypes.symtab);
  if (table === undefined)
    return refuseObject(file, 'there is no symbol table', 'Do not strip the object.');
  const strings = sections[table.link];
  if (strings === undefined) return refuseObject(file, 'the symbol table has no names');
  const read = reader(table.bytes, file, 'the symbol table');
  const names = reader(strings.bytes, file, 'the table of symbol names');
  return Array.from({length: Math.floor(table.bytes.length / elfBytes.symbol)}, (_, index) => {
    const at = index * elfBytes.symbol;
    const section = read.field(at, symbolEntry.section);
    const info = read.field(at, symbolEntry.info);
    const kind = info & 15;
    const name = read.field(at, symbolEntry.name);
    return {
      name:
        kind === symbolKinds.section
          ? (sections[section]?.name ?? '')
          : name === 0
            ? ''
            : names.string(name),
      kind,
      isGlobal: info >> 4 !== 0,
      section,
      value: section < sections.length ? read.field(at, symbolEntry.value) : 0,
      size: section < sections.length ? read.field(at, symbolEntry.size) : 0,
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
    // Those of debug information, often thousands, change nothing that is loaded.
    if (section.type !== sectionTypes.rel) continue;
    if (((sections[section.info]?.flags ?? 0) & loadedFlag) === 0) continue;
    const read = reader(section.bytes, file, `section ${section.name}`);
    const list = Array.from(
      {length: Math.floor(section.bytes.length / elfBytes.relocation)},
      (_, index) => {
        const at = index * elfBytes.relocation;
        const symbol = symbols[read.field(at, relocationEntry.symbol)];
        if (symbol === undefined)
          return refuseObject(
            file,
            `section ${section.name}: relocation ${index} names a symbol that does not exist`,
          );
        return {
          offset: read.field(at, relocationEntry.offset),
          type: read.field(at, relocationEntry.type),
          symbol,
        };
      },
    );
    all.set(section.info, [...(all.get(section.info) ?? []), ...list]);
  }
  return all;
};
