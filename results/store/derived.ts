// What is derived from the files of a store, kept in index files as long as those files do not
// change. The files are the truth: if an index is deleted, damaged or old, only time is lost.
import {existsSync, mkdirSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {writeWhole} from './durable.ts';
import {indexBytes, openIndex} from './index-file.ts';
import type {IndexFile} from './index-file.ts';
import type {StoreProblem} from './store-layout.ts';

/** What is kept of one file. All of it must be plain JSON. */
export interface Derived {
  /** Groups are read one by one. */
  readonly group: string;
  /** What many files of a group have in common; kept once. */
  readonly shared: unknown;
  readonly own: unknown;
  /** Parts are read one by one. */
  readonly parts: Readonly<Record<string, unknown>>;
}

export interface Derivation {
  /** Changes with what is derived. */
  readonly version: string;
  /** Whether a name in the folder is one of its files. */
  readonly wanted: (name: string) => boolean;
  /** Names that are silently skipped. */
  readonly ignored?: (name: string) => boolean;
  /** Path of the file, from the folder. */
  readonly fileOf: (name: string) => string;
  /** Reads the file and verifies its checksum. Throws an Error that says what is wrong with it. */
  readonly derive: (path: string) => Derived;
}

/** One file as it is read back; `parts` holds those asked for. */
export interface DerivedRow extends Derived {
  readonly name: string;
  readonly path: string;
}

export interface DerivedRequest {
  readonly store: string;
  readonly folder: string;
  readonly derivation: Derivation;
  /** Null: all of them. */
  readonly group: ((group: string) => boolean) | null;
  /** Null: all of them. */
  readonly parts: readonly string[] | null;
}

export interface DerivedRows {
  readonly rows: readonly DerivedRow[];
  readonly problems: readonly StoreProblem[];
}

/**
 * A file changed less than this ago may change again without a newer timestamp, and is not kept.
 * Times of Linux are no finer than 10 ms; some file systems know whole seconds.
 */
const settledMs = 2_000;

/** What is derived from the files of one folder, by name. */
export const readDerived = (request: DerivedRequest, now: () => number = Date.now): DerivedRows => {
  const {store, folder, derivation} = request;
  const indexPath = join(store, 'index', `${relative(store, folder)}.index`);
  const file = openIndex(indexPath, derivation.version);
  try {
    const rows = file === null ? null : unchangedRows(file, request, now());
    return rows === null ? refreshed(file, request, indexPath, now()) : {rows, problems: []};
  } finally {
    file?.close();
  }
};

/** Rows of the requested groups; null if anything has changed. */
const unchangedRows = (
  file: IndexFile,
  {folder, derivation, group, parts}: DerivedRequest,
  now: number,
): DerivedRow[] | null => {
  const {header} = file;
  if (header.folder === null || header.folder !== stampOf(folder, now)) return null;
  if (header.open.length > 0 || header.strays.length > 0) return null;
  try {
    const kept = keptRows(file, {folder, derivation, group, parts});
    return kept.every(({row, stamp}) => stamp === stampOf(row.path, now))
      ? kept.map(({row}) => row)
      : null;
  } catch {
    return null;
  }
};

interface Kept {
  readonly row: DerivedRow;
  readonly stamp: string;
}

/** The section of a group: columns, and what its files share, each once. */
interface GroupSection {
  readonly names: readonly string[];
  readonly stamps: readonly string[];
  readonly own: readonly unknown[];
  readonly shared: readonly unknown[];
  readonly sharedOf: readonly number[];
  readonly parts: readonly string[];
}

/** JSON has no raw line feed, so that the two kinds of names differ. */
const groupSection = (group: string): string => JSON.stringify(group);
const partSection = (group: string, part: string): string => `${groupSection(group)}\n${part}`;

/** As the index has them, by name. Throws if a section is damaged. */
const keptRows = (
  file: IndexFile,
  {folder, derivation, group, parts}: Omit<DerivedRequest, 'store'>,
): Kept[] => {
  const kept: Kept[] = [];
  let groups = 0;
  for (const name of file.sections) {
    if (name.includes('\n')) continue;
    const ofGroup = JSON.parse(name) as string;
    if (group !== null && !group(ofGroup)) continue;
    groups++;
    const section = file.section(name) as GroupSection;
    const rows = section.names.map((one, at) => ({
      name: one,
      path: `${folder}/${derivation.fileOf(one)}`,
      group: ofGroup,
      shared: section.shared[section.sharedOf[at]],
      own: section.own[at],
      parts: Object.create(null) as Record<string, unknown>,
    }));
    for (const wanted of parts ?? section.parts)
      for (const [at, value] of (file.section(partSection(ofGroup, wanted)) ?? []) as [
        number,
        unknown,
      ][])
        rows[at].parts[wanted] = value;
    rows.forEach((row, at) => kept.push({row, stamp: section.stamps[at]}));
  }
  return groups > 1 ? kept.sort((a, b) => (a.row.name < b.row.name ? -1 : 1)) : kept;
};

/** Reads what has changed, and writes the index again if there is something new to keep. */
const refreshed = (
  file: IndexFile | null,
  request: DerivedRequest,
  indexPath: string,
  now: number,
): DerivedRows => {
  const {store, folder, derivation, group, parts} = request;
  const problems: StoreProblem[] = [];
  const folderStamp = stampOf(folder, now);
  const known = new Map(allOf(file, request).map((kept) => [kept.row.name, kept]));
  const kept: Kept[] = [];
  const rows: DerivedRow[] = [];
  const open: string[] = [];
  const strays: string[] = [];
  let derived = 0;
  for (const name of namesIn(folder, problems)) {
    if (derivation.ignored?.(name) === true) continue;
    if (!derivation.wanted(name)) {
      strays.push(name);
      problems.push({path: join(folder, name), text: 'does not belong in a store'});
      continue;
    }
    const path = join(folder, derivation.fileOf(name));
    const stamp = stampOf(path, now);
    const old = known.get(name);
    if (old !== undefined && old.stamp === stamp) {
      rows.push(old.row);
      kept.push(old);
      continue;
    }
    try {
      const row = {name, path, ...derivation.derive(path)};
      rows.push(row);
      if (stamp === null || stamp !== stampOf(path, now)) open.push(name);
      else {
        derived++;
        kept.push({row, stamp});
      }
    } catch (error) {
      open.push(name);
      problems.push({path, text: error instanceof Error ? error.message : String(error)});
    }
  }
  const isNew =
    derived > 0 ||
    kept.length !== known.size ||
    file?.header.folder !== folderStamp ||
    file.header.open.join('\n') !== open.join('\n');
  if (isNew && kept.length > 0)
    writeIndex(
      store,
      indexPath,
      indexBytes(
        {version: derivation.version, folder: folderStamp, open, strays},
        sectionsOf(kept),
      ),
    );
  return {
    rows: rows
      .filter((row) => group === null || group(row.group))
      .map((row) => (parts === null ? row : {...row, parts: only(row.parts, parts)})),
    problems,
  };
};

const only = (all: Derived['parts'], wanted: readonly string[]): Derived['parts'] =>
  Object.fromEntries(
    wanted.filter((part) => Object.hasOwn(all, part)).map((part) => [part, all[part]]),
  );

/** All that the index holds; nothing if a section is damaged. */
const allOf = (file: IndexFile | null, request: DerivedRequest): Kept[] => {
  if (file === null) return [];
  try {
    return keptRows(file, {...request, group: null, parts: null});
  } catch {
    return [];
  }
};

const sectionsOf = (kept: readonly Kept[]): Map<string, unknown> => {
  const groups = new Map<string, Kept[]>();
  for (const one of kept) {
    const group = groups.get(one.row.group);
    if (group === undefined) groups.set(one.row.group, [one]);
    else group.push(one);
  }
  const sections = new Map<string, unknown>();
  for (const [group, own] of groups) {
    const shared = new Map<string, number>();
    const sharedOf = own.map(({row}) => {
      const text = JSON.stringify(row.shared);
      if (!shared.has(text)) shared.set(text, shared.size);
      return shared.get(text)!;
    });
    const parts = new Map<string, [number, unknown][]>();
    own.forEach(({row}, at) => {
      for (const [part, value] of Object.entries(row.parts)) {
        const column = parts.get(part);
        if (column === undefined) parts.set(part, [[at, value]]);
        else column.push([at, value]);
      }
    });
    sections.set(groupSection(group), {
      names: own.map(({row}) => row.name),
      stamps: own.map(({stamp}) => stamp),
      own: own.map(({row}) => row.own),
      shared: [...shared.keys()].map((text) => JSON.parse(text) as unknown),
      sharedOf,
      parts: [...parts.keys()],
    } satisfies GroupSection);
    for (const [part, column] of parts) sections.set(partSection(group, part), column);
  }
  return sections;
};

/** A store that cannot be written can still be read. */
const writeIndex = (store: string, path: string, content: Uint8Array): void => {
  try {
    const root = join(store, 'index');
    mkdirSync(root, {recursive: true});
    const ignore = join(root, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
    writeWhole(store, path, content);
  } catch {
    // It is made again the next time.
  }
};

const namesIn = (folder: string, problems: StoreProblem[]): string[] => {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      problems.push({path: folder, text: error instanceof Error ? error.message : String(error)});
    return [];
  }
};

/**
 * Changes whenever the file or the names in the folder do; null if it is missing, or has changed so
 * recently that it may change again without a newer timestamp.
 */
const stampOf = (path: string, now: number): string | null => {
  try {
    const {ino, size, mtimeMs, ctimeMs} = statSync(path);
    return Math.max(mtimeMs, ctimeMs) > now - settledMs
      ? null
      : `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return null;
  }
};
