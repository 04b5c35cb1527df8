// An index file: what was derived from the files of one folder, in sections that are read and
// verified separately, so that reading one series of a long history costs only that series.
import {createHash} from 'node:crypto';
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';

//  jitstat index 1 <bytes of the header> <sum of the header>\n
//  <header: JSON with a row for each section>\n
//  <section: JSON>\n
//  <section: JSON>\n
//
// A sum is the first half of a SHA-256; those of the sections are in the header. If anything does
// not fit, the file is discarded and written again from the files it was made from.

/** What the file says about itself and its folder. */
export interface IndexHeader {
  /** Of what is derived; another version's file is not read. */
  readonly version: string;
  /** Stamp of the folder when its names were read; null if it had changed too recently. */
  readonly folder: string | null;
  /** Names that are not in the file and are looked at each time: damaged, or too new. */
  readonly open: readonly string[];
  /** Names that do not belong there. */
  readonly strays: readonly string[];
}

interface StoredHeader extends IndexHeader {
  /** Name, bytes, and sum, in the order of the sections. */
  readonly sections: readonly (readonly [string, number, string])[];
}

export interface IndexFile {
  readonly header: IndexHeader;
  readonly sections: readonly string[];
  /** Undefined if there is no such section. Throws an Error if it is damaged. */
  readonly section: (name: string) => unknown;
  readonly close: () => void;
}

const firstLine = /^jitstat index 1 (\d{1,9}) ([\w+/]{22})\n/;
const firstBytes = 128;

/** The file's bytes; `sections` by name. */
export const indexBytes = (
  header: IndexHeader,
  sections: ReadonlyMap<string, unknown>,
): Uint8Array => {
  const table: [string, number, string][] = [];
  const bodies: Buffer[] = [];
  for (const [name, value] of sections) {
    const body = Buffer.from(`${JSON.stringify(value)}\n`);
    table.push([name, body.length, sumOf(body)]);
    bodies.push(body);
  }
  const head = Buffer.from(`${JSON.stringify({...header, sections: table})}\n`);
  return Buffer.concat([
    Buffer.from(`jitstat index 1 ${head.length} ${sumOf(head)}\n`),
    head,
    ...bodies,
  ]);
};

/** Null if the file is missing, damaged, or of another version. */
export const openIndex = (path: string, version: string): IndexFile | null => {
  let descriptor: number | null = null;
  try {
    // A pipe in its place would block.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const file = readHeader(descriptor, version);
    if (file !== null) return file;
  } catch {
    // As if it were not there.
  }
  if (descriptor !== null) closeSync(descriptor);
  return null;
};

const readHeader = (descriptor: number, version: string): IndexFile | null => {
  if (!fstatSync(descriptor).isFile()) return null;
  const line = firstLine.exec(readAt(descriptor, 0, firstBytes, true).toString('latin1'));
  if (line === null) return null;
  const bytes = readAt(descriptor, line[0].length, Number(line[1]));
  if (sumOf(bytes) !== line[2]) return null;
  const {sections, ...header} = JSON.parse(bytes.toString()) as StoredHeader;
  if (header.version !== version) return null;
  const table = new Map<string, {from: number; length: number; sum: string}>();
  let from = line[0].length + bytes.length;
  for (const [name, length, sum] of sections) {
    table.set(name, {from, length, sum});
    from += length;
  }
  return {
    header,
    sections: [...table.keys()],
    section: (name) => {
      const place = table.get(name);
      if (place === undefined) return undefined;
      const body = readAt(descriptor, place.from, place.length);
      if (sumOf(body) !== place.sum) throw new Error(`section ${name} is damaged`);
      return JSON.parse(body.toString()) as unknown;
    },
    close: () => closeSync(descriptor),
  };
};

const sumOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('base64').slice(0, 22);

/** One for all reads: thousands of buffers would keep the garbage collector busy. */
let room = Buffer.alloc(0);

/** The bytes are valid until the next read. */
const readAt = (descriptor: number, from: number, length: number, short = false): Buffer => {
  if (room.length < length) room = Buffer.allocUnsafeSlow(2 * length);
  const bytes = room.subarray(0, length);
  let read = 0;
  while (read < length) {
    const got = readSync(descriptor, bytes, read, length - read, from + read);
    if (got === 0) break;
    read += got;
  }
  if (read < length && !short) throw new Error('the file ends too early');
  return bytes.subarray(0, read);
};
