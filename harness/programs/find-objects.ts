// BPF objects in files and folders: plain ones, and those inside an executable, as in libbpf
// skeletons.
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  readdirSync,
  statSync,
} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {elfBytes, elfHeader, sectionHeader} from '../../jit/elf/fields.ts';
import type {ElfField} from '../../jit/elf/fields.ts';
import {UserError} from '../../results/error.ts';

/** A file to look into: its path, and the names of it and its folder in reports. */
export interface ObjectFile {
  readonly path: string;
  readonly file: string;
  readonly folder: string;
  /** The user named the file itself, so it must hold a program. */
  readonly isNamed: boolean;
}

const magic = Buffer.from('\x7fELF', 'latin1');
const machineBpf = 247;
/** Larger files are not read, in bytes. */
const mostBytes = 1 << 28;

/**
 * The ELF files under `path`, or `path` itself, sorted. Files of a folder are called by their places
 * in it, after `prefix`. Throws a UserError for pipes and devices, and the system's errors.
 */
export const objectFiles = (path: string, name: string, prefix = ''): readonly ObjectFile[] => {
  const stat = statSync(path);
  // A read of a pipe without a writer would never return.
  if (!stat.isFile() && !stat.isDirectory())
    throw new UserError(`${name} is not a regular file.`, 'Name an object or a folder with some.');
  if (stat.isFile()) return [{path, file: name, folder: dirname(name), isNamed: true}];
  const found = readdirSync(path, {recursive: true, withFileTypes: true})
    .map((entry) => ({entry, each: join(entry.parentPath, entry.name)}))
    .filter(
      ({entry, each}) => entry.isFile() || (entry.isSymbolicLink() && isFileOutside(path, each)),
    )
    .map(({each}) => each)
    .sort()
    .filter((each) => isElf(each) || isUnreadableObject(each));
  return found.map((each) => {
    const file = join(prefix, relative(path, each));
    return {path: each, file, folder: dirname(file), isNamed: false};
  });
};

/** A link to a file that is not in the folder anyway; links to folders are not followed. */
const isFileOutside = (folder: string, link: string): boolean => {
  try {
    const isInside = !relative(realpathSync(folder), realpathSync(link)).startsWith('..');
    return !isInside && statSync(link).isFile();
  } catch {
    return false;
  }
};

/** By its name an object, which the report must not pass over in silence. */
const isUnreadableObject = (path: string): boolean => {
  if (!path.endsWith('.o')) return false;
  try {
    accessSync(path, constants.R_OK);
    return false;
  } catch {
    return true;
  }
};

export const isElf = (path: string): boolean => {
  const head = Buffer.alloc(magic.length);
  try {
    const fd = openSync(path, 'r');
    try {
      readSync(fd, head);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
  return head.equals(magic);
};

export interface FoundObject {
  /** `@0x1234` if a file holds several objects, otherwise ''. */
  readonly suffix: string;
  readonly bytes: Uint8Array;
}

/** The BPF objects of a file: itself, or those inside it; none if it is another ELF file. */
export const objectsIn = ({path, file}: ObjectFile): readonly FoundObject[] => {
  const {size} = statSync(path);
  if (size > mostBytes)
    throw new UserError(`${file}: ${size} bytes are more than ${mostBytes}.`, 'Split it.');
  const bytes = readFileSync(path);
  if (!bytes.subarray(0, 4).equals(magic) || machineOf(bytes, 0) === machineBpf)
    return [{suffix: '', bytes}];
  const inside: {at: number; bytes: Uint8Array}[] = [];
  for (let at = bytes.indexOf(magic, 1); at > 0; at = bytes.indexOf(magic, at + 1)) {
    if (machineOf(bytes, at) !== machineBpf) continue;
    const end = at + extentOf(bytes.subarray(at));
    if (end > at && end <= bytes.length) inside.push({at, bytes: bytes.subarray(at, end)});
  }
  return inside.map(({at, bytes: object}) => ({
    suffix: inside.length > 1 ? `@0x${at.toString(16)}` : '',
    bytes: object,
  }));
};

const machineOf = (bytes: Buffer, at: number): number =>
  at + elfBytes.header > bytes.length ? 0 : field(bytes, at, elfHeader.machine);

/** The end of the last section or of the section table; 0 if the header makes no sense. */
const extentOf = (bytes: Buffer): number => {
  const table = field(bytes, 0, elfHeader.sectionHeaders);
  const count = field(bytes, 0, elfHeader.sectionCount);
  let end = table + count * elfBytes.sectionHeader;
  if (end > bytes.length) return 0;
  for (let at = table; at < table + count * elfBytes.sectionHeader; at += elfBytes.sectionHeader)
    if (field(bytes, at, sectionHeader.type) !== sectionWithoutBytes)
      end = Math.max(
        end,
        field(bytes, at, sectionHeader.offset) + field(bytes, at, sectionHeader.size),
      );
  return end;
};

/** SHT_NOBITS. */
const sectionWithoutBytes = 8;

const field = (bytes: Buffer, at: number, {offset, bytes: width}: ElfField): number =>
  width === 8 ? Number(bytes.readBigUInt64LE(at + offset)) : bytes.readUIntLE(at + offset, width);
