// An image as an ELF file: loadable segments at their addresses, so that objdump, gdb and perf read
// it like any program.
//
//   | ELF header | program headers | segment … | .symtab | .strtab | .shstrtab | section headers |
import type {Image, ImageFunction} from '../types.ts';
import {assemble} from '../x86/assemble.ts';

const headerBytes = 64;
const programHeaderBytes = 56;
const sectionHeaderBytes = 64;
const symbolBytes = 24;
const pageBytes = 4096;
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
  let end = headerBytes + programHeaderBytes * segments.length;
  for (const segment of segments) {
    // A loader maps whole pages: offset and address agree within the page.
    end += Number((segment.address - BigInt(end)) & BigInt(pageBytes - 1));
    segment.offset = end;
    end += segment.bytes;
  }
  const names = strings(symbols.map((symbol) => symbol.name));
  const sectionNames = segments
    .map((_segment, index) => (index === 0 ? '.text' : `.text.${index}`))
    .concat('.symtab', '.strtab', '.shstrtab');
  const sectionStrings = strings(sectionNames);
  const symbolOffset = align8(end);
  const stringOffset = symbolOffset + symbolBytes * (symbols.length + 1);
  const sectionStringOffset = stringOffset + names.bytes.length;
  const sectionOffset = align8(sectionStringOffset + sectionStrings.bytes.length);
  const count = sectionNames.length + 1;

  const file = new Uint8Array(sectionOffset + sectionHeaderBytes * count);
  const view = new DataView(file.buffer);
  writeHeader(file, view, segments, sectionOffset, count);
  segments.forEach((segment, index) =>
    writeSegment(file, view, segment, headerBytes + programHeaderBytes * index),
  );
  symbols.forEach((symbol, index) =>
    writeSymbol(view, symbolOffset + symbolBytes * (index + 1), symbol, names.offsets[index]),
  );
  file.set(names.bytes, stringOffset);
  file.set(sectionStrings.bytes, sectionStringOffset);

  const locals = symbols.filter((symbol) => symbol.info === 0).length;
  const sections: SectionHeader[] = [
    ...segments.map((segment): SectionHeader => ({
      type: 1,
      flags: 6,
      address: segment.address,
      offset: segment.offset,
      size: segment.bytes,
      link: 0,
      info: 0,
      alignment: 4,
      entry: 0,
    })),
    {
      type: 2,
      flags: 0,
      address: 0n,
      offset: symbolOffset,
      size: stringOffset - symbolOffset,
      link: segments.length + 2,
      info: locals + 1,
      alignment: 8,
      entry: symbolBytes,
    },
    {
      type: 3,
      flags: 0,
      address: 0n,
      offset: stringOffset,
      size: names.bytes.length,
      link: 0,
      info: 0,
      alignment: 1,
      entry: 0,
    },
    {
      type: 3,
      flags: 0,
      address: 0n,
      offset: sectionStringOffset,
      size: sectionStrings.bytes.length,
      link: 0,
      info: 0,
      alignment: 1,
      entry: 0,
    },
  ];
  sections.forEach((section, index) =>
    writeSection(
      view,
      sectionOffset + sectionHeaderBytes * (index + 1),
      section,
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
  readonly entry: number;
}

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
  view.setUint16(16, 2, true); // ET_EXEC
  view.setUint16(18, 62, true); // EM_X86_64
  view.setUint32(20, 1, true);
  view.setBigUint64(24, segments[0]?.address ?? 0n, true);
  view.setBigUint64(32, BigInt(headerBytes), true);
  view.setBigUint64(40, BigInt(sectionOffset), true);
  view.setUint16(52, headerBytes, true);
  view.setUint16(54, programHeaderBytes, true);
  view.setUint16(56, segments.length, true);
  view.setUint16(58, sectionHeaderBytes, true);
  view.setUint16(60, sections, true);
  view.setUint16(62, sections - 1, true);
};

const writeSegment = (
  file: Uint8Array,
  view: DataView,
  {address, functions, bytes, offset}: Segment,
  at: number,
): void => {
  view.setUint32(at, 1, true); // PT_LOAD
  view.setUint32(at + 4, 5, true); // read, execute
  [BigInt(offset), address, address, BigInt(bytes), BigInt(bytes), BigInt(pageBytes)].forEach(
    (value, index) => view.setBigUint64(at + 8 + 8 * index, value, true),
  );
  file.fill(int3, offset, offset + bytes);
  for (const {base, code} of functions) file.set(code, offset + Number(base - address));
};

const writeSymbol = (view: DataView, at: number, symbol: Symbol, name: number): void => {
  view.setUint32(at, name, true);
  view.setUint8(at + 4, symbol.info);
  view.setUint16(at + 6, symbol.section, true);
  view.setBigUint64(at + 8, symbol.value, true);
  view.setBigUint64(at + 16, BigInt(symbol.size), true);
};

const writeSection = (view: DataView, at: number, section: SectionHeader, name: number): void => {
  view.setUint32(at, name, true);
  view.setUint32(at + 4, section.type, true);
  [BigInt(section.flags), section.address, BigInt(section.offset), BigInt(section.size)].forEach(
    (value, index) => view.setBigUint64(at + 8 + 8 * index, value, true),
  );
  view.setUint32(at + 40, section.link, true);
  view.setUint32(at + 44, section.info, true);
  view.setBigUint64(at + 48, BigInt(section.alignment), true);
  view.setBigUint64(at + 56, BigInt(section.entry), true);
};
