// Journals: every finished block survives a kill at any moment, and resuming continues after the
// last whole line.
import {spawn, spawnSync} from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {bundleScript} from '../testdata/bundle-script.ts';
import {testHost, testPlan} from '../testdata/session.ts';
import {blocksToSamples} from './blocks.ts';
import {sealLine} from './checksum.ts';
import type {JournalBlock, JournalHeader} from './journal-types.ts';
import {createJournal, resumeJournal} from './journal.ts';
import {readJournal, unfinishedJournals} from './read-journal.ts';
import {isAlive} from './owner.ts';

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'jitstat-journal-'));
});
afterEach(() => rmSync(store, {recursive: true, force: true}));

const header: JournalHeader = {
  schema: 'jitstat/journal/1',
  id: '20261122-093000000-aaaa',
  created: '2026-11-22T09:30:00.000Z',
  kind: 'ab',
  workload: 'tailcall1',
  before: {label: 'v58'},
  after: {label: 'rfc1'},
  host: testHost,
  plan: testPlan,
  commands: {before: ['a'], after: ['b']},
  notCounted: [],
};

const block = (index: number, aa = false): JournalBlock => ({
  type: 'block',
  index,
  quad: Math.floor(index / 4),
  position: index % 4,
  side: [0, 1, 1, 0][index % 4] as 0 | 1,
  warmup: index < 4,
  aa,
  placement: {text: `random:${index}`, side: 'before', addresses: {main: '0x1000'}},
  runs: [0, 1].map((run) => ({
    events: {
      cycles: [100 * index + run, 50, 25],
      'LLC-loads': run === 0 ? [7, null, null] : [null, null, null],
    },
  })),
});

test('header, blocks and notes come back', () => {
  const journal = createJournal(store, header);
  [block(0), block(1)].forEach(journal.append);
  journal.append({type: 'note', text: 'clock dropped'});
  journal.close();
  const content = readJournal(journal.path);
  expect(content.header).toMatchObject(header);
  expect(content.blocks).toEqual([block(0), block(1)]);
  expect(content.notes).toEqual(['clock dropped']);
  expect(content.torn).toBeNull();
});

test('cut at every byte, a journal keeps its whole lines and says what was torn', () => {
  const journal = createJournal(store, header);
  [block(0), block(1), block(2)].forEach(journal.append);
  journal.close();
  const whole = readFileSync(journal.path);
  const ends = [...whole.keys()].filter((at) => whole[at] === 10).map((at) => at + 1);
  for (let size = ends[0]; size <= whole.length; size += 7) {
    writeFileSync(journal.path, whole.subarray(0, size));
    const content = readJournal(journal.path);
    const lines = ends.filter((end) => end <= size).length;
    expect(content.blocks.length).toBe(lines - 1);
    expect(content.torn).toEqual(
      size === ends[lines - 1] ? null : {line: lines + 1, bytes: size - ends[lines - 1]},
    );
  }
  truncateSync(journal.path, ends[0] - 1);
  expect(() => readJournal(journal.path)).toThrow(/not a jitstat journal/);
});

test('resuming cuts the torn line off and continues', () => {
  const journal = createJournal(store, header);
  journal.append(block(0));
  journal.close();
  appendFileSync(journal.path, '{"type":"block","ind');
  const resumed = resumeJournal(store, header.id);
  expect(resumed.content.torn).toEqual({line: 3, bytes: 20});
  resumed.journal.append(block(1));
  resumed.journal.close();
  expect(readJournal(journal.path)).toMatchObject({blocks: [block(0), block(1)], torn: null});
});

test.each([
  ['bytes of no JSON', '\0\0\0\0'],
  ['half a line', '{"type":"block","index":1,"qu'],
  ['two lines run together', `${sealLine(block(1))}${sealLine(block(7))}`],
  ['a block without its place', sealLine({...block(1), index: null})],
  ['a count of letters', sealLine({...block(1), runs: [{events: {cycles: ['x', 1, 1]}}]})],
  ['a block without checksum', JSON.stringify(block(1))],
  ['another value', sealLine(block(1)).replace('[101,', '[109,')],
  ['nothing', ''],
  ['null', 'null'],
])(
  'a damaged line (%s) is named; whole blocks after it are kept, also when resumed',
  (_, damage) => {
    const journal = createJournal(store, header);
    [block(0), block(1), block(2)].forEach(journal.append);
    journal.close();
    const lines = readFileSync(journal.path, 'utf8').split('\n');
    writeFileSync(journal.path, lines.with(2, damage).join('\n'));
    const resumed = resumeJournal(store, header.id);
    expect(resumed.content).toMatchObject({blocks: [block(0), block(2)], damaged: [3], torn: null});
    resumed.journal.append(block(1));
    resumed.journal.close();
    expect(readJournal(journal.path)).toMatchObject({
      blocks: [block(0), block(2), block(1)],
      damaged: [3],
      torn: null,
    });
  },
);

test('a second journal of the same id is refused', () => {
  createJournal(store, header).close();
  expect(() => createJournal(store, header)).toThrow(/EEXIST/);
});

test('unfinished journals leave out those a living process writes, and name foreign files', () => {
  createJournal(store, header).close();
  const line = (id: string, owner: object) => `${JSON.stringify({...header, id, owner})}\n`;
  writeFileSync(join(store, 'journals', 'b.ndjson'), line('b', {pid: process.ppid, start: null}));
  writeFileSync(join(store, 'journals', 'c.ndjson'), line('c', {pid: 4194303, start: 1}));
  writeFileSync(join(store, 'journals', 'd.ndjson'), 'shopping list\n');
  const {journals, busy, problems} = unfinishedJournals(store);
  expect(busy).toMatchObject([{id: 'b', holder: {pid: process.ppid}}]);
  expect(journals.map((content) => content.header.id)).toEqual([header.id, 'c']);
  expect(problems.map(({path}) => path)).toEqual([join(store, 'journals', 'd.ndjson')]);
  expect(unfinishedJournals(join(store, 'nowhere'))).toEqual({
    journals: [],
    finished: [],
    busy: [],
    problems: [],
  });
});

test('of a doubled block the first is kept, the others are named', () => {
  const journal = createJournal(store, header);
  const again = {...block(1), runs: block(2).runs};
  [block(0), block(1), again, block(2), block(0)].forEach(journal.append);
  journal.close();
  expect(readJournal(journal.path)).toMatchObject({
    blocks: [block(0), block(1), block(2)],
    doubled: [1, 0],
    damaged: [],
  });
});

test('a session is resumed once at a time, also within one process', () => {
  const journal = createJournal(store, header);
  const message = `Session ${header.id} is being measured by process ${process.pid}.`;
  expect(() => resumeJournal(store, header.id)).toThrow(message);
  expect(unfinishedJournals(store)).toMatchObject({journals: [], busy: [{id: header.id}]});
  journal.close();
  const {journal: second} = resumeJournal(store, header.id);
  expect(() => resumeJournal(store, header.id)).toThrow(message);
  second.remove();
  expect(existsSync(second.path)).toBe(false);
  expect(() => resumeJournal(store, header.id)).toThrow('another process has just ended it');
  expect(readdirSync(join(store, 'locks'))).toEqual(['.gitignore']);
});

test('a journal of before there were checksums is read, and said to be unchecked', () => {
  mkdirSync(join(store, 'journals'), {recursive: true});
  const path = join(store, 'journals', `${header.id}.ndjson`);
  writeFileSync(path, [header, block(0), ''].map((one) => one && JSON.stringify(one)).join('\n'));
  const {journal, content} = resumeJournal(store, header.id);
  expect(content).toMatchObject({checked: false, blocks: [block(0)], damaged: []});
  journal.append(block(1));
  journal.close();
  expect(readJournal(path)).toMatchObject({checked: false, blocks: [block(0), block(1)]});
  writeFileSync(path, readFileSync(path, 'utf8').replace('[101,', '[109,'));
  expect(readJournal(path)).toMatchObject({blocks: [block(0)], damaged: [3]});
});

test.each([
  ['an empty file', '', /is empty/],
  ['half a header', '{"schema":"jit', /is empty or without a whole first line/],
  ['another plan', sealLine({...header, checked: 1}).replace('"seed":1', '"seed":3'), /checksum/],
  ['no checksum', JSON.stringify({...header, checked: 1}), /checksum of its header does not fit/],
  ['a header without plan', sealLine({...header, plan: null}), /its plan is null/],
  ['the header of another session', sealLine({...header, id: 'x'}), /journal of session x/],
])('%s in the place of a journal is refused by name', (what, line, message) => {
  createJournal(store, header).close();
  const path = join(store, 'journals', `${header.id}.ndjson`);
  writeFileSync(path, what.startsWith('half') || line === '' ? line : `${line}\n`);
  expect(() => readJournal(path)).toThrow(message);
  expect(unfinishedJournals(store)).toMatchObject({journals: [], problems: [{path}]});
});

test('a journal that cannot be written leaves nothing, no lock either', () => {
  mkdirSync(join(store, 'journals', `${header.id}.ndjson`), {recursive: true});
  expect(() => createJournal(store, header)).toThrow(/EEXIST/);
  expect(readdirSync(join(store, 'tmp'))).toEqual([]);
  expect(readdirSync(join(store, 'locks'))).toEqual(['.gitignore']);
});

test.skipIf(!existsSync('/proc/self/stat'))(
  'a process that was killed and not waited for is dead (skipped without /proc)',
  () => {
    const child = spawn('sleep', ['60']);
    expect(isAlive({pid: child.pid!, start: null})).toBe(true);
    child.kill('SIGKILL');
    // Node waits for its children between turns only, so within this one the child stays a zombie.
    while (!/\) Z /.test(readFileSync(`/proc/${child.pid}/stat`, 'latin1')))
      spawnSync('sleep', ['0.01']);
    expect(isAlive({pid: child.pid!, start: null})).toBe(false);
  },
);

test('blocks become columns in execution order, A/A apart, placements shared', () => {
  const {samples, aaSamples, placements} = blocksToSamples(
    [block(5), block(2), block(3, true)],
    ['LLC-loads'],
  );
  expect([...samples.quad]).toEqual([0, 0, 1, 1]);
  expect([...samples.side]).toEqual([1, 1, 1, 1]);
  expect([...samples.warmup]).toEqual([1, 1, 0, 0]);
  expect([...samples.placement]).toEqual([0, 0, 2, 2]);
  expect(placements.map(({text}) => text)).toEqual(['random:2', 'random:3', 'random:5']);
  expect(samples.events.map(({event}) => event)).toEqual(['LLC-loads', 'cycles']);
  expect([...samples.events[0].value]).toEqual([7, NaN, 7, NaN]);
  expect(samples.events[0].enabled).toBeNull();
  expect([...samples.events[1].value]).toEqual([200, 201, 500, 501]);
  expect(aaSamples?.runs).toBe(2);
});

test('SIGKILL in mid-write loses no block that append returned from', async () => {
  const source = fileURLToPath(new URL('./journal.ts', import.meta.url));
  const script = await bundleScript(
    store,
    `import {createJournal} from ${JSON.stringify(source)};
        const journal = createJournal(process.argv[2], ${JSON.stringify(header)});
        for (let index = 0; ; index++) {
          journal.append({...${JSON.stringify(block(0))}, index});
          process.stdout.write('.');
        }`,
  );
  for (const delay of [0, 3, 7, 12, 20, 31]) {
    const folder = join(store, `kill-${delay}`);
    const child = spawn(process.execPath, [script, folder], {stdio: ['ignore', 'pipe', 'inherit']});
    let acknowledged = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      acknowledged += chunk.length;
    });
    while (acknowledged === 0) await sleep(2);
    await sleep(delay);
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
    const [content] = unfinishedJournals(folder).journals;
    expect(content.blocks.length).toBeGreaterThanOrEqual(acknowledged);
    expect(content.blocks.map(({index}) => index)).toEqual(content.blocks.map((_, index) => index));
  }
});
