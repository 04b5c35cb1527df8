// What is derived from the files of a store, kept in index files as long as those files do not
// change. The files are the truth: if an index is deleted, damaged or old, only time is lost.
import {existsSync, mkdirSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {writeWhole} from './durable.ts';
import {indexBytes, openIndex} from './index-file.ts';
import type {GroupContent, IndexFile} from './index-file.ts';
import type {StoreProblem} from './store-layout.ts';

/** What is kept of one file. All of it must be plain JSON. */
export interface Derived {
  /** Groups are read one by one. */
  readonly group: string;
  /** What many files of a group have in common; kept once. */
  readonly shared: unknown;
  readonly own: unknown;
  /** By name; parts are read one by one. */
  readonly parts: readonly (readonly [string, unknown])[];
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
 * Times of Linux are at most 10 ms old; some file systems know only whole seconds, or even ones.
 */
const settledMs = (changedMs: number): number => (changedMs % 1000 === 0 ? 2_000 : 100);

/** What is derived from the files of one folder, by name. */
export const readDerived = (request: DerivedRequest, now: () => number = Date.now): DerivedRows => {
  const {store, folder, derivation} = request;
  const indexPath = join(store, 'index', `${relative(store, folder)}.index`);
  const file = openIndex<Group>(indexPath, derivation.version);
  try {
    const rows = file === null ? null : unchangedRows(file, request, now());
    return rows === null ? refreshed(file, request, indexPath, now()) : {rows, problems: []};
  } finally {
    file?.close();
  }
};

/** Rows of the requested groups; null if anything has changed. */
const unchangedRows = (
  file: IndexFile<Group>,
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

/** What the index has of a group: columns, and what its files share, each once. */
interface Group {
  readonly names: readonly string[];
  readonly stamps: readonly string[];
  readonly own: readonly unknown[];
  readonly shared: readonly unknown[];
  readonly sharedOf: readonly number[];
}

/** A part of a group: values, and the positions of the files that have one. */
type Column = [at: number, value: unknown][];

/** As the index has them, by name. Throws if it is damaged. */
const keptRows = (
  file: IndexFile<Group>,
  {folder, derivation, group, parts}: Omit<DerivedRequest, 'store'>,
): Kept[] => {
  const kept: Kept[] = [];
  const wanted = file.groups.filter((name) => group === null || group(name));
  for (const name of wanted) {
    const found = file.group(name);
    const {names, stamps, own, shared, sharedOf} = found.value;
    const partsOf = names.map((): [string, unknown][] => []);
    for (const part of parts ?? found.parts)
      for (const [at, value] of (found.part(part) ?? []) as Column) partsOf[at].push([part, value]);
    names.forEach((one, at) =>
      kept.push({
        row: {
          name: one,
          path: `${folder}/${derivation.fileOf(one)}`,
          group: name,
          shared: shared[sharedOf[at]],
          own: own[at],
          parts: partsOf[at],
        },
        stamp: stamps[at],
      }),
    );
  }
  return wanted.length > 1 ? kept.sort((a, b) => (a.row.name < b.row.name ? -1 : 1)) : kept;
};

/** Reads what has changed, and writes the index again if there is something new to keep. */
const refreshed = (
  file: IndexFile<Group> | null,
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
      indexBytes({version: derivation.version, folder: folderStamp, open, strays}, groupsOf(kept)),
    );
  return {
    rows: rows
      .filter((row) => group === null || group(row.group))
      .map((row) => (parts === null ? row : {...row, parts: only(row.parts, parts)})),
    problems,
  };
};

const only = (all: Derived['parts'], wanted: readonly string[]): Derived['parts'] =>
  all.filter(([part]) => wanted.includes(part));

/** All that the index holds; nothing if it is damaged. */
const allOf = (file: IndexFile<Group> | null, request: DerivedRequest): Kept[] => {
  if (file === null) return [];
  try {
    return keptRows(file, {...request, group: null, parts: null});
  } catch {
    return [];
  }
};

const groupsOf = (kept: readonly Kept[]): Map<string, GroupContent<Group>> => {
  const groups = new Map<string, Kept[]>();
  for (const one of kept) {
    const group = groups.get(one.row.group);
    if (group === undefined) groups.set(one.row.group, [one]);
    else group.push(one);
  }
  return new Map(
    [...groups].map(([name, own]) => [name, {value: groupOf(own), parts: columnsOf(own)}]),
  );
};

const groupOf = (own: readonly Kept[]): Group => {
  const shared = new Map<string, number>();
  const sharedOf = own.map(({row}) => {
    const text = JSON.stringify(row.shared);
    if (!shared.has(text)) shared.set(text, shared.size);
    return shared.get(text)!;
  });
  return {
    names: own.map(({row}) => row.name),
    stamps: own.map(({stamp}) => stamp),
    own: own.map(({row}) => row.own),
    shared: [...shared.keys()].map((text) => JSON.parse(text) as unknown),
    sharedOf,
  };
};

const columnsOf = (own: readonly Kept[]): Map<string, Column> => {
  const columns = new Map<string, Column>();
  own.forEach(({row}, at) => {
    for (const [part, value] of row.parts) {
      const column = columns.get(part);
      if (column === undefined) columns.set(part, [[at, value]]);
      else column.push([at, value]);
    }
  });
  return columns;
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
    const changedMs = Math.max(mtimeMs, ctimeMs);
    return changedMs > now - settledMs(changedMs) ? null : `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return null;
  }
};
