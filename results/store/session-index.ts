// What is derived from all sessions of a store, through an index file for each month.
import type {Session} from '../types.ts';
import type {Derivation, Derived, DerivedRequest, DerivedRow, DerivedRows} from './derived.ts';
import {readDerived} from './derived.ts';
import {monthFolders, sessionName} from './find-session.ts';
import {readSessionFile} from './session.ts';

/** `derive` gets a session whose checksum was verified; `checked` is false if it has none. */
export const sessionDerivation = (
  version: string,
  derive: (session: Session, checked: boolean) => Derived,
): Derivation => ({
  version,
  wanted: (name) => sessionName.test(name),
  fileOf: (name) => `${name}/session.json`,
  derive: (path) => {
    const {session, checked} = readSessionFile(path);
    return derive(session, checked);
  },
});

/** Oldest first. Damaged and foreign files are named in `problems` each time. */
export const readSessions = (
  request: Omit<DerivedRequest, 'folder'>,
  now?: () => number,
): DerivedRows => {
  const {folders, problems} = monthFolders(request.store);
  const rows: DerivedRow[] = [];
  for (const folder of folders) {
    const month = readDerived({...request, folder}, now);
    for (const row of month.rows) rows.push(row);
    problems.push(...month.problems);
  }
  const isSorted = rows.every((row, at) => at === 0 || rows[at - 1].name <= row.name);
  return {
    rows: isSorted ? rows : rows.sort((a, b) => (a.name < b.name ? -1 : 1)),
    problems,
  };
};
