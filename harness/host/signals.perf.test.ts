// INT, TERM and HUP at random moments, to the process or its group: nothing survives, no scratch
// file stays, no finished run is lost. JITSTAT_SIGNALS=200 sets how many (a handful by default); a
// quarter of them are SIGKILL to the process alone.
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {constants, tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {listSessions, readJournal} from '../../results/store/index.ts';
import {seededRandom} from '../derived-seed.ts';
import {noPerf} from '../testing/captured-io.ts';
import {endMarked, leftRunning} from '../testing/marked-processes.ts';
import {stoppingCommand} from '../testing/stopping-command.ts';

const launcher = fileURLToPath(new URL('../../jitstat', import.meta.url));
const built = fileURLToPath(new URL('../../dist/harness/main.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'jitstat-signals-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));
beforeAll(() => void spawnSync(launcher, ['--help'], {stdio: 'ignore'}));

const count = Number(process.env['JITSTAT_SIGNALS'] ?? 6);
const kills = Math.ceil(count / 4);
const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One side leaves a background process with each run, the other one ignores SIGTERM. */
const sides = ['sh -c "sleep 300 & sleep 0.02"', 'sh -c "trap \'\' TERM INT HUP; sleep 0.02; :"'];
const args = '--runs-per-block 1 --no-report --events task-clock,page-faults --seed 5'.split(' ');
const words = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);

const journalIn = (store: string): string | null => {
  const folder = join(store, 'journals');
  const [name] = existsSync(folder) ? readdirSync(folder) : [];
  return name === undefined ? null : join(folder, name);
};
const blocksIn = (store: string): number => {
  const journal = journalIn(store);
  try {
    return journal === null ? 0 : readJournal(journal).blocks.length;
  } catch {
    return 0; // Its first line may be being written just now.
  }
};

const start = (at: number | string) => {
  const [folder, mark] = [join(root, String(at)), `JITSTAT_MARK=${process.pid}-${at}`];
  const [store, scratch] = [join(folder, 'store'), join(folder, 'scratch')];
  mkdirSync(scratch, {recursive: true});
  const env = {...process.env, TMPDIR: scratch, JITSTAT_MARK: mark.slice(13)};
  const argv = ['ab', '-r', '400', '--store', store, ...args];
  const child = spawn(
    process.execPath,
    [built, ...argv, '--', ...words(sides[0]), '--', ...words(sides[1])],
    {stdio: ['ignore', 'ignore', 'pipe'], env, detached: true},
  );
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
    child.on('close', (code, signal) => resolve([code, signal])),
  );
  return {child, ended, mark, store, scratch, env, said: () => err};
};

const interrupt = async (at: number, waitMs: number) => {
  const {child, ended, mark, store, scratch, env, said} = start(at);
  const name = names[at % 3];
  await sleep(waitMs);
  const before = blocksIn(store);
  process.kill(at % 2 === 0 ? child.pid! : -child.pid!, name);
  const how = await Promise.race([ended, sleep(200_000, ['survived', null] as const)]);
  if (how[0] === 'survived') endMarked(mark);
  const survivors = await leftRunning(mark);
  return {name, how, err: said(), survivors, scratch: readdirSync(scratch), before, store, env};
};

describe.skipIf(noPerf !== null)(
  noPerf === null ? 'signals' : `signals (skipped: ${noPerf})`,
  () => {
    test(`${count} at random moments`, {timeout: 60_000 + count * 400_000}, async () => {
      const random = seededRandom(14);
      const seen = {early: 0, before: 0, measuring: 0};
      for (let at = 0; at < count; at++) {
        const one = await interrupt(at, 100 + random() * 3400);
        const code = 128 + constants.signals[one.name];
        // Until the program is loaded, the default action of the signal will do.
        expect([`${code},`, `,${one.name}`], one.err).toContain(String(one.how));
        expect(one, one.err).toMatchObject({survivors: [], scratch: []});
        expect(one.err).not.toMatch(/\.js:\d|internal failure|no counts/);
        const journal = journalIn(one.store);
        const after = blocksIn(one.store);
        expect(after).toBeGreaterThanOrEqual(one.before);
        seen[one.how[0] === null ? 'early' : after > 0 ? 'measuring' : 'before']++;
        if (journal !== null) expect(readJournal(journal).torn).toBeNull();
        if (after > 0) expect(one.err).toContain('--resume');
      }
      console.log(`signals: ${JSON.stringify(seen)}`);
    });

    test(
      `${kills} times SIGKILL to the process alone: its children end`,
      {timeout: 60_000 + kills * 400_000},
      async () => {
        const random = seededRandom(15);
        for (let at = 0; at < kills; at++) {
          const {mark, store, child, ended} = start(`kill-${at}`);
          await sleep(300 + random() * 3000);
          child.kill('SIGKILL');
          await ended;
          expect(await leftRunning(mark)).toEqual([]);
          const journal = journalIn(store);
          if (journal !== null) expect(readJournal(journal).damaged).toEqual([]);
        }
      },
    );

    test('what was interrupted is finished by --resume', async () => {
      const argv = ['-r', '8', '--no-aa', ...args];
      const store = join(root, 'resumed');
      const {command, goOn} = stoppingCommand(store, 8);
      const child = spawn(
        process.execPath,
        [built, 'ab', '--store', store, ...argv, '--', ...command, '--', ...command],
        {stdio: 'ignore', detached: true},
      );
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      await expect.poll(() => blocksIn(store), {timeout: 300_000}).toBeGreaterThanOrEqual(3);
      process.kill(-child.pid!, 'SIGTERM');
      expect(await ended).toBe(143);
      goOn();
      const kept = blocksIn(store);
      expect(kept).toBeGreaterThanOrEqual(3);
      const resumed = spawnSync(
        process.execPath,
        [built, 'ab', '--resume', '--no-report', '-q', '--store', store],
        {encoding: 'utf8'},
      );
      expect(resumed).toMatchObject({status: 0, stderr: ''});
      expect(listSessions(store).entries).toHaveLength(1);
      expect(journalIn(store)).toBeNull();
    });
  },
);
