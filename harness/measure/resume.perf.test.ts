// A session killed with SIGKILL at any moment continues with the same plan, and no finished block
// is lost; of two resumes at once, one continues it. JITSTAT_KILLS=100 sets how often.
import {spawn, spawnSync} from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {listSessions, loadSession, readJournal} from '../../results/store/index.ts';
import {seededRandom} from '../derived-seed.ts';
import {noPerf} from '../testing/captured-io.ts';
import {stoppingCommand} from '../testing/stopping-command.ts';

const launcher = fileURLToPath(new URL('../../jitstat', import.meta.url));
const built = fileURLToPath(new URL('../../dist/harness/main.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'jitstat-kill-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));
/**
 * The launcher builds if necessary; the tests then start the built program, so that kills hit it
 * and not the launcher.
 */
beforeAll(() => void spawnSync(launcher, ['--help'], {stdio: 'ignore'}));

const quick = [
  '-r',
  '6',
  '--runs-per-block',
  '1',
  '--warmup',
  '1',
  '--seed',
  '5',
  '--aa',
  '--no-report',
  '--json',
  '--events',
  'task-clock,page-faults',
];
const commands = ['--', 'true', '--', 'true'];
/** Runs such a session, kills it once its journal has the given number of lines, and resumes it. */
const killedAt = async (
  store: string,
  lines: number,
  ...hooks: readonly string[]
): Promise<string> => {
  const {command, goOn} = stoppingCommand(store, lines + 4);
  const argv = ['ab', '--store', store, ...quick, ...hooks, '--', ...command, '--', ...command];
  await jitstat(argv, {store, lines});
  goOn();
  return journalsIn(store)[0];
};
const kills = Number(process.env['JITSTAT_KILLS'] ?? 6);
/** The machine may be busy, so no assertion depends on how long something takes. */
const timeout = kills * 400_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `kill`: after milliseconds, or once the journal of a store has a number of lines. */
const jitstat = (
  args: readonly string[],
  kill: number | {readonly store: string; readonly lines: number} | null = null,
): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [built, ...args], {stdio: ['ignore', 'pipe', 'pipe']});
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const ended = (): boolean => child.exitCode !== null;
    if (kill !== null) void momentOf(kill, ended).then(() => child.kill('SIGKILL'));
    child.on('close', (code) => resolve({code, out, err}));
  });

const momentOf = async (
  kill: number | {readonly store: string; readonly lines: number},
  ended: () => boolean,
): Promise<void> => {
  if (typeof kill === 'number') return sleep(kill);
  while (!ended() && linesIn(kill.store) <= kill.lines) await sleep(2);
  return undefined;
};

const linesIn = (store: string): number => {
  try {
    return journalsIn(store).reduce(
      (sum, journal) => sum + readFileSync(journal, 'utf8').split('\n').length,
      0,
    );
  } catch {
    return 0; // It was removed just now.
  }
};

const journalsIn = (store: string): string[] => {
  const folder = join(store, 'journals');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

describe.skipIf(noPerf !== null)(
  `killed sessions${noPerf === null ? '' : ` (skipped: ${noPerf})`}`,
  () => {
    test(`${kills} kills at random moments, each resumed`, {timeout}, async () => {
      const started = Date.now();
      const whole = await jitstat(['ab', '--store', join(root, 'whole'), ...quick, ...commands]);
      const wholeMs = Date.now() - started;
      expect(whole).toMatchObject({code: 0, err: ''});
      const random = seededRandom(20);
      const outcome = {early: 0, cut: 0, finished: 0};
      for (let kill = 0; kill < kills; kill++) {
        const store = join(root, String(kill));
        // A few at any time, even before there is a plan or after the end; the others while blocks
        // run.
        if (kill < kills / 6)
          await jitstat(['ab', '--store', store, ...quick, ...commands], random() * wholeMs);
        else await killedAt(store, 1 + Math.floor(random() * 20));
        const [journal] = journalsIn(store);
        if (journal === undefined) {
          if (existsSync(join(store, 'data'))) outcome.finished++;
          else outcome.early++;
          continue;
        }
        outcome.cut++;
        const {header, blocks} = readJournal(journal);
        const kept = blocks.map((block) => block.runs[0].events['task-clock']?.[0]);
        const resumed = await jitstat([
          'ab',
          '--resume',
          '--store',
          store,
          '--no-report',
          '--json',
          '-q',
        ]);
        expect(resumed).toMatchObject({code: 0, err: ''});
        expect(journalsIn(store)).toEqual([]);
        const {entries, problems} = listSessions(store);
        expect(problems).toEqual([]);
        expect(entries.map((entry) => entry.id)).toEqual([header.id]);
        const {session, samples, aaSamples} = await loadSession(store, header.id);
        expect(session.plan).toEqual(header.plan);
        const values = samples!.events.find((series) => series.event === 'task-clock')!.value;
        const aaValues = aaSamples!.events.find((series) => series.event === 'task-clock')!.value;
        expect(values.length + aaValues.length).toBe(
          4 * (header.plan.warmupQuads + header.plan.quads + header.plan.aaQuads),
        );
        expect([...values, ...aaValues]).toEqual(expect.arrayContaining(kept));
      }
      expect(outcome.cut).toBeGreaterThan(0);
      console.log(`kills: ${JSON.stringify(outcome)}`);
    });

    test(`${kills} kills with two resumes at once: one answer each`, {timeout}, async () => {
      const random = seededRandom(21);
      for (let kill = 0; kill < kills; kill++) {
        const store = join(root, `two-${kill}`);
        const lines = 1 + Math.floor(random() * 20);
        await killedAt(store, lines);
        const resume = ['ab', '--resume', '--store', store, '--no-report', '--json', '-q'];
        const ended = await Promise.all([jitstat(resume), jitstat(resume)]);
        const answers = ended.filter(({code}) => code === 0);
        expect(answers.length, JSON.stringify(ended)).toBeGreaterThan(0);
        expect(new Set(answers.map(({out}) => out)).size).toBe(1);
        for (const {code, err, out} of ended.filter((one) => !answers.includes(one))) {
          expect({code, out}).toEqual({code: 2, out: ''});
          expect(err).toMatch(/^jitstat: .*(is being measured|just ended it|Nothing to resume)/);
        }
        expect(journalsIn(store)).toEqual([]);
        const {entries, problems} = listSessions(store);
        expect({sessions: entries.length, problems}).toEqual({sessions: 1, problems: []});
      }
    });

    test(
      'a store without room keeps the runs, and resume finishes the session',
      {timeout},
      async () => {
        const store = join(root, 'no-room');
        await killedAt(store, 4);
        writeFileSync(join(store, 'data'), '');
        const resume = ['ab', '--resume', '--store', store, '--no-report', '--json', '-q'];
        const refused = await jitstat(resume);
        expect(refused).toMatchObject({code: 2, out: ''});
        expect(refused.err).toMatch(
          /^jitstat: .* cannot be written .*\n {2}hint: .*, then: jitstat ab --resume \S+ --store /,
        );
        const {blocks, header} = readJournal(journalsIn(store)[0]);
        rmSync(join(store, 'data'));
        expect(await jitstat(resume)).toMatchObject({code: 0, err: ''});
        const {samples} = await loadSession(store, header.id);
        const kept = blocks
          .filter(({aa}) => !aa)
          .map(({runs}) => runs[0].events['task-clock']?.[0]);
        expect(kept).toHaveLength(4 * (header.plan.warmupQuads + header.plan.quads));
        const clock = samples!.events.find(({event}) => event === 'task-clock')!;
        expect([...clock.value]).toEqual(kept);
      },
    );

    test('a setup that fails on resume is cleaned up after', {timeout}, async () => {
      const store = join(root, 'setup');
      const hooks = ['--setup', `test ! -e ${store}.go`, '--cleanup', `echo x >> ${store}.cleaned`];
      await killedAt(store, 4, ...hooks);
      expect(existsSync(`${store}.cleaned`)).toBe(false);
      const resume = ['ab', '--resume', '--store', store, '--no-report', '--json', '-q'];
      const {code, out, err} = await jitstat(resume);
      expect({code, out}).toEqual({code: 2, out: ''});
      expect(err).toMatch(/^jitstat: --setup of .* ended with exit code 1\.\n {2}hint: /);
      expect(readFileSync(`${store}.cleaned`, 'utf8')).toBe('x\nx\n');
      expect(journalsIn(store)).toHaveLength(1);
    });

    test('an incomplete last line is dropped and its block is run again', {timeout}, async () => {
      const store = join(root, 'torn');
      const journal = await killedAt(store, 4);
      expect(readJournal(journal).blocks.length).toBeGreaterThan(2);
      appendFileSync(journal, '{"type":"block","index":99,"qu');
      const resumed = await jitstat(['ab', '--resume', '--store', store, '--no-report', '--json']);
      expect(resumed.code, resumed.err).toBe(0);
      expect(resumed.err).toMatch(/^jitstat: going on with \S+: running sh -c .* and sh -c .*\n$/);
      expect(listSessions(store).entries).toHaveLength(1);
    });
  },
);
