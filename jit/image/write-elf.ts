// An image as an ELF file: loadable segments at their addresses, so that objdump, gdb and perf read
// it like any program.
//
//   | ELF header | program headers | segment … | .symtab | .strtab | .shstrtab | section headers |
import {
  elfBytes,
  elfHeader,
  programHeader,
  sectionHeader,
  sectionTypes,
  symbolEntry,
  writeFields,
} from '../elf/fields.ts';
import type {Image, ImageFunction} from '../types.ts';
import {assemble} from '../x86/assemble-form.ts';

const pageBytes = 4096;
/** Types and flags of the ELF header, of program headers and of sections. */
const executableFile = 2;
const machineX86 = 62;
const loaded = 1;
const [readable, runnable] = [4, 1];
const [allocated, executable] = [2, 4];
const [int3] = assemble('int3');

interface Segment {
  readonly address: bigint;
  readonly functions: ImageFunction[];
  bytes: number;
  offset: number;
}

interface Symbol {
  readonly name: string;
  readonly value: bigint;
  readonly size: number;
  /** st_info: binding << 4 | type; 0x00 local label, 0x12 global function. */
  readonly info: number;
  readonly section: number;
}

/**
 * ELF64 for x86-64 (ET_EXEC). Each function is a FUNC symbol, each poke site a local label; gaps
 * are int3.
 */
export const imageToElf = (image: Image): Uint8Array => {
  const segments = segmentsOf(image.functions);
  const symbols = symbolsOf(image, segments);
  const end = placeInFile(segments);
  const names = strings(symbols.map((symbol) => symbol.name));
  const sectionNames = segments
    .map((_segment, index) => (index === 0 ? '.text' : `.text.${index}`))
    .concat('.symtab', '.strtab', '.shstrtab');
  const sectionStrings = strings(sectionNames);
  const symbolOffset = align8(end);
  const stringOffset = symbolOffset + elfBytes.symbol * (symbols.length + 1);
  const sectionStringOffset = stringOffset + names.bytes.length;
  const sectionOffset = align8(sectionStringOffset + sectionStrings.bytes.length);
  const count = sectionNames.length + 1;

  const file = new Uint8Array(sectionOffset + elfBytes.sectionHeader * count);
  const view = new DataView(file.buffer);
  writeHeader(file, view, segments, sectionOffset, count);
  segments.forEach((segment, index) =>
    writeSegment(file, view, segment, elfBytes.header + elfBytes.programHeader * index),
  );
  symbols.forEach((symbol, index) =>
    writeSymbol(view, symbolOffset + elfBytes.symbol * (index + 1), symbol, names.offsets[index]),
  );
  file.set(names.bytes, stringOffset);
  file.set(sectionStrings.bytes, sectionStringOffset);

  const locals = symbols.filter((symbol) => symbol.info === 0).length;
  const sections: readonly SectionHeader[] = [
    ...segments.map(({address, offset, bytes}) =>
      section(sectionTypes.progbits, offset, bytes, {
        flags: allocated | executable,
        address,
        alignment: 4,
      }),
    ),
    section(sectionTypes.symtab, symbolOffset, stringOffset - symbolOffset, {
      link: segments.length + 2,
      info: locals + 1,
      alignment: 8,
      entryBytes: elfBytes.symbol,
    }),
    section(sectionTypes.strtab, stringOffset, names.bytes.length),
    section(sectionTypes.strtab, sectionStringOffset, sectionStrings.bytes.length),
  ];
  sections.forEach((header, index) =>
    writeSection(
      view,
      sectionOffset + elfBytes.sectionHeader * (index + 1),
      header,
      sectionStrings.offsets[index],
    ),
  );
  return file;
};

interface SectionHeader {
  readonly type: number;
  readonly flags: number;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly alignment: number;
  readonly entryBytes: number;
}

const section = (
  type: number,
  offset: number,
  size: number,
  others: Partial<SectionHeader> = {},
): SectionHeader => ({
  type,
  flags: 0,
  address: 0n,
  offset,
  size,
  link: 0,
  info: 0,
  alignment: 1,
  entryBytes: 0,
  ...others,
});

/** Gives each segment its place after the headers; returns the end of the last one. */
const placeInFile = (segments: readonly Segment[]): number => {
  let end = elfBytes.header + elfBytes.programHeader * segments.length;
  for (const segment of segments) {
    // A loader maps whole pages: offset and address agree within the page.
    end += Number((segment.address - BigInt(end)) & BigInt(pageBytes - 1));
    segment.offset = end;
    end += segment.bytes;
  }
  return end;
};

const align8 = (value: number): number => Math.ceil(value / 8) * 8;

/** Functions that share a page share a segment. */
const segmentsOf = (functions: readonly ImageFunction[]): Segment[] => {
  const segments: Segment[] = [];
  const page = (address: bigint) => address / BigInt(pageBytes);
  for (const each of functions.toSorted((a, b) => (a.base < b.base ? -1 : 1))) {
    const last = segments.at(-1);
    if (last !== undefined && page(each.base) <= page(last.address + BigInt(last.bytes) - 1n)) {
      last.functions.push(each);
      last.bytes = Number(each.base - last.address) + each.code.length;
    } else
      segments.push({address: each.base, functions: [each], bytes: each.code.length, offset: 0});
  }
  return segments;
};

const symbolsOf = (image: Image, segments: readonly Segment[]): Symbol[] => {
  const sectionOf = (address: bigint) =>
    1 +
    segments.findIndex(
      (segment) => address >= segment.address && address < segment.address + BigInt(segment.bytes),
    );
  const labels = image.programs.flatMap(({name, compiled}) =>
    compiled.pokes.flatMap((poke, index) =>
      (['bypass', 'target'] as const).flatMap((kind): Symbol[] => {
        const offset = poke[kind];
        if (offset === null) return [];
        const value = compiled.functions[poke.function].base + BigInt(offset);
        return [
          {
            name: `${name}.poke${index}.${kind}`,
            value,
            size: 5,
            info: 0,
            section: sectionOf(value),
          },
        ];
      }),
    ),
  );
  const functions = image.functions.map(({symbol, base, code}): Symbol => ({
    name: symbol,
    value: base,
    size: code.length,
    info: 0x12,
    section: sectionOf(base),
  }));
  return [...labels, ...functions];
};

const strings = (names: readonly string[]): {bytes: Uint8Array; offsets: number[]} => {
  const offsets: number[] = [];
  let text = '\0';
  for (const name of names) {
    offsets.push(Buffer.byteLength(text));
    text += `${name}\0`;
  }
  return {bytes: Buffer.from(text), offsets};
};

const writeHeader = (
  file: Uint8Array,
  view: DataView,
  segments: readonly Segment[],
  sectionOffset: number,
  sections: number,
): void => {
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // 64-bit, little endian, version 1
  writeFields(view, 0, elfHeader, {
    type: executableFile,
    machine: machineX86,
    version: 1,
    entry: segments[0]?.address ?? 0n,
    programHeaders: elfBytes.header,
    sectionHeaders: sectionOffset,
    headerBytes: elfBytes.header,
    programHeaderBytes: elfBytes.programHeader,
    programHeaderCount: segments.length,
    sectionHeaderBytes: elfBytes.sectionHeader,
    sectionCount: sections,
    sectionNames: sections - 1,
  });
};

const writeSegment = (
  file: Uint8Array,
  view: DataView,
  {address, functions, bytes, offset}: Segment,
  at: number,
): void => {
  writeFields(view, at, programHeader, {
    type: loaded,
    flags: readable | runnable,
    offset,
    address,
    physicalAddress: address,
    fileBytes: bytes,
    memoryBytes: bytes,
    alignment: pageBytes,
  });
  file.fill(int3, offset, offset + bytes);
  for (const {base, code} of functions) file.set(code, offset + Number(base - address));
};

const writeSymbol = (view: DataView, at: number, symbol: Symbol, name: number): void => {
  const {info, section, value, size} = symbol;
  writeFields(view, at, symbolEntry, {name, info, section, value, size});
};

const writeSection = (view: DataView, at: number, section: SectionHeader, name: number): void =>
  writeFields(view, at, sectionHeader, {...section, name});
