// Locks: one holder at a time, also when many processes try at once; those of the dead are taken
// over.
import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {bundleScript} from '../testdata/bundle-script.ts';
import {lockHolder, takeLock} from './lock.ts';
import {ownerText, thisProcess} from './owner.ts';

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'jitstat-lock-'));
});
afterEach(() => rmSync(store, {recursive: true, force: true}));

const locks = (): string[] =>
  readdirSync(join(store, 'locks')).filter((name) => name !== '.gitignore');
const what = 'Session x is being measured';

test('a lock is held until it is released, by name', () => {
  const lock = takeLock(store, 'x', what);
  expect(() => takeLock(store, 'x', what)).toThrow(`${what} by process ${process.pid}.`);
  takeLock(store, 'x.y', what).release();
  expect(lockHolder(store, 'x')).toMatchObject({pid: process.pid, host: null});
  lock.release();
  expect(lockHolder(store, 'x')).toBeNull();
  takeLock(store, 'x', what).release();
  expect(locks()).toEqual([]);
});

/** The file another process would have made here: this one's, with another owner. */
const planted = (owner: string): string => {
  const lock = takeLock(store, 'x', what);
  const [name] = locks();
  lock.release();
  const path = join(store, 'locks', name.replace(ownerText(thisProcess()), owner));
  writeFileSync(path, '{}\n');
  return path;
};

test.each([
  ['a process that is gone', '4194303-1'],
  ['a process whose id is used by another one now', `${process.ppid}-1`],
])('the lock of %s is taken over', (_, owner) => {
  planted(owner);
  const lock = takeLock(store, 'x', what);
  expect(locks()).toHaveLength(1);
  lock.release();
});

test('the lock of a living process is respected, with its pid in the message', () => {
  planted(`${process.ppid}-x`);
  expect(() => takeLock(store, 'x', what)).toThrow(`${what} by process ${process.ppid}.`);
  expect(locks()).toHaveLength(1);
});

test.each([
  ['of this host before it was started again', {host: hostname(), boot: 'other'}, null],
  ['of another host', {host: 'build3', boot: 'other'}, /by process 7 on build3\./],
  ['of nobody knows where', null, /by process 7 on another host\./],
])('a lock %s', (_, place, message) => {
  mkdirSync(join(store, 'locks'), {recursive: true});
  const path = join(store, 'locks', 'x.7-1-00000000.lock');
  writeFileSync(path, place === null ? '' : JSON.stringify(place));
  if (message === null) takeLock(store, 'x', what).release();
  else {
    expect(() => takeLock(store, 'x', what)).toThrow(message);
    expect(() => takeLock(store, 'x', what)).toThrow(
      expect.objectContaining({hint: expect.stringContaining(path)}),
    );
  }
});

test('of processes that try at once exactly one gets the lock', async () => {
  const source = fileURLToPath(new URL('./lock.ts', import.meta.url));
  const script = await bundleScript(
    store,
    `import {takeLock} from ${JSON.stringify(source)};
        process.stdin.once('data', () => {
          try {
            const lock = takeLock(process.argv[2], 'x', 'It is held');
            process.stdout.write('got');
            process.stdin.once('end', () => { lock.release(); process.exit(0); });
          } catch (error) {
            process.stdout.write(error.message);
            process.exit(0);
          }
        });
        process.stdout.write('ready ');`,
  );
  for (let round = 0; round < 8; round++) {
    // Half of the rounds begin with the lock of a dead process, which all of them may take over.
    if (round % 2 === 1) planted('4194303-1');
    const children = Array.from({length: 6}, () => {
      const child = spawn(process.execPath, [script, store], {stdio: 'pipe'});
      let out = '';
      const waiting: (() => void)[] = [];
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        waiting.splice(0).forEach((go) => go());
      });
      const says = async (wanted: RegExp): Promise<string> => {
        while (!wanted.test(out)) await new Promise<void>((go) => waiting.push(go));
        return out;
      };
      return {child, says, closed: new Promise((go) => child.once('close', go))};
    });
    await Promise.all(children.map(({says}) => says(/ready /)));
    for (const {child} of children) child.stdin.write('go');
    const said = await Promise.all(children.map(({says}) => says(/ready (?:got|It is held by)/)));
    expect(said.filter((one) => one.endsWith('got'))).toHaveLength(1);
    for (const {child} of children) child.stdin.end();
    await Promise.all(children.map(({closed}) => closed));
    expect(locks()).toEqual([]);
  }
});
