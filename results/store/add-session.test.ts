// Sessions of another store: added once, and only whole and unchanged.
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {testSamples, testSession} from '../testdata/session.ts';
import {addSession, decodeFiles, encodeFiles, folderOf} from './add-session.ts';
import {sealDocument, withoutSeal} from './checksum.ts';
import {finishSession, listSessions, loadSession} from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-add-'));
const [from, to] = [join(folder, 'from'), join(folder, 'to')];
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const session = testSession({id: '20260101-020000000-abcd', created: '2026-01-01T02:00:00.000Z'});
let files: Record<string, Uint8Array>;
beforeAll(async () => {
  files = {...decodeFiles(encodeFiles(await finishSession(from, session, testSamples())))};
});

test('is added with its runs, and once', async () => {
  const first = await addSession(to, files);
  expect(first).toMatchObject({added: true});
  expect(await addSession(to, files)).toMatchObject({added: false, checksum: first.checksum});
  expect((await loadSession(to, session.id)).samples).not.toBeNull();
  expect(folderOf(to, session.id)).toBe(first.folder);
  expect(folderOf(to, '20260101')).toBeNull();
});

test('several at once are one', async () => {
  const store = join(folder, 'many');
  const all = await Promise.all([1, 2, 3, 4].map(() => addSession(store, files)));
  expect(all.filter(({added}) => added)).toHaveLength(1);
  expect(listSessions(store).entries).toHaveLength(1);
});

const text = (): string => Buffer.from(files['session.json']).toString();

test.each([
  [
    'a changed byte',
    () => ({...files, 'session.json': Buffer.from(text().replace('"ab"', '"AB"'))}),
  ],
  ['damaged runs', () => ({...files, 'runs.json.gz': Buffer.from('x')})],
  ['an unknown file', () => ({...files, '../../x': Buffer.from('x')})],
  ['no session', () => ({'runs.json.gz': files['runs.json.gz']})],
])('%s is refused, and leaves nothing', async (_name, make) => {
  const store = join(folder, 'refused');
  await expect(addSession(store, make())).rejects.toMatchObject({name: 'UserError'});
  expect(listSessions(store).entries).toEqual([]);
  expect(readdirSync(join(folder, 'refused', 'tmp'), {recursive: true})).toEqual([]);
});

test.each([
  {id: '../../x', created: session.created},
  {id: 'x', created: session.created},
  {id: session.id, created: '../../x'},
])('%j would be stored elsewhere and is refused', async (odd) => {
  const document = JSON.parse(text()) as object;
  const sealed = sealDocument({...withoutSeal(document), ...odd, runsChecksum: null});
  const store = join(folder, 'odd');
  const made = addSession(store, {'session.json': Buffer.from(sealed)});
  await expect(made).rejects.toMatchObject({name: 'UserError'});
  expect(readdirSync(store)).toEqual(['.gitignore', 'tmp']);
});
