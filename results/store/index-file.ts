// An index file: what was derived from the files of one folder, in groups and their parts, which
// are read and verified separately, so that one series of a long history costs only that series.
import {createHash} from 'node:crypto';
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';

//  jitstat index 2 <bytes of the header> <sum of the header>\n
//  <header: JSON with a row for each group>\n
//  <group: JSON with a row for each of its parts>\n
//  <part: JSON>\n
//  <part: JSON>\n
//  <group> …
//
// A sum is the first half of a SHA-256; that of a group is in the header, that of a part in its
// group. If anything does not fit, the file is discarded and written again from the files it was
// made from.

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

/** Name, bytes, and sum. */
type Row = readonly [string, number, string];

interface StoredHeader extends IndexHeader {
  /** The bytes of a group are followed by those of its parts, here as the last figure. */
  readonly groups: readonly (readonly [...Row, number])[];
}

interface StoredGroup<Value> {
  readonly value: Value;
  readonly parts: readonly Row[];
}

export interface GroupContent<Value> {
  readonly value: Value;
  readonly parts: ReadonlyMap<string, unknown>;
}

export interface IndexGroup<Value> {
  readonly value: Value;
  readonly parts: readonly string[];
  /** Undefined if there is no such part. Throws an Error if it is damaged. */
  readonly part: (name: string) => unknown;
}

export interface IndexFile<Value> {
  readonly header: IndexHeader;
  readonly groups: readonly string[];
  /** Throws an Error if it is damaged. */
  readonly group: (name: string) => IndexGroup<Value>;
  readonly close: () => void;
}

const firstLine = /^jitstat index 2 (\d{1,9}) ([\w+/]{22})\n/;
const firstBytes = 128;

/** The file's bytes; `groups` by name. */
export const indexBytes = <Value>(
  header: IndexHeader,
  groups: ReadonlyMap<string, GroupContent<Value>>,
): Uint8Array => {
  const table: [...Row, number][] = [];
  const bodies: Buffer[] = [];
  for (const [name, {value, parts}] of groups) {
    const columns = [...parts].map(([part, column]) => [part, lineOf(column)] as const);
    const group = lineOf({
      value,
      parts: columns.map(([part, body]) => [part, body.length, sumOf(body)]),
    } satisfies StoredGroup<Value>);
    table.push([name, group.length, sumOf(group), sum(columns.map(([, body]) => body.length))]);
    bodies.push(group, ...columns.map(([, body]) => body));
  }
  const head = lineOf({...header, groups: table} satisfies StoredHeader);
  return Buffer.concat([
    Buffer.from(`jitstat index 2 ${head.length} ${sumOf(head)}\n`),
    head,
    ...bodies,
  ]);
};

const lineOf = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Null if the file is missing, damaged, or of another version. */
export const openIndex = <Value>(path: string, version: string): IndexFile<Value> | null => {
  let descriptor: number | null = null;
  try {
    // A pipe in its place would block.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const file = readHeader<Value>(descriptor, version);
    if (file !== null) return file;
  } catch {
    // As if it were not there.
  }
  if (descriptor !== null) closeSync(descriptor);
  return null;
};

const readHeader = <Value>(descriptor: number, version: string): IndexFile<Value> | null => {
  if (!fstatSync(descriptor).isFile()) return null;
  const line = firstLine.exec(readAt(descriptor, 0, firstBytes, true).toString('latin1'));
  if (line === null) return null;
  const start = line[0].length;
  const stored = readJson<StoredHeader>(descriptor, start, Number(line[1]), line[2]);
  const {groups, ...header} = stored;
  if (header.version !== version) return null;
  const table = new Map<string, {row: Row; from: number}>();
  let from = start + Number(line[1]);
  for (const [name, length, check, ofParts] of groups) {
    table.set(name, {row: [name, length, check], from});
    from += length + ofParts;
  }
  return {
    header,
    groups: [...table.keys()],
    group: (name) => {
      const {row, from: begin} = table.get(name)!;
      return readGroup<Value>(descriptor, begin, row);
    },
    close: () => closeSync(descriptor),
  };
};

const readGroup = <Value>(
  descriptor: number,
  begin: number,
  [, length, check]: Row,
): IndexGroup<Value> => {
  const {value, parts} = readJson<StoredGroup<Value>>(descriptor, begin, length, check);
  return {
    value,
    parts: parts.map(([part]) => part),
    part: (wanted) => {
      let from = begin + length;
      for (const [part, bytes, partCheck] of parts) {
        if (part === wanted) return readJson(descriptor, from, bytes, partCheck);
        from += bytes;
      }
      return undefined;
    },
  };
};

const readJson = <Value>(
  descriptor: number,
  from: number,
  length: number,
  check: string,
): Value => {
  const bytes = readAt(descriptor, from, length);
  if (sumOf(bytes) !== check) throw new Error('the index is damaged');
  return JSON.parse(bytes.toString()) as Value;
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
