// A session killed with SIGKILL at any moment goes on with the same plan, and no finished block is lost.
import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, test} from 'vitest';
import {listSessions, loadSession, readJournal} from '../../results/store/index.ts';
import {seededRandom} from '../random.ts';
import {noPerf} from '../testing.ts';

const launcher = fileURLToPath(new URL('../../jitstat', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'jitstat-kill-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

const quick = ['-r', '6', '--runs-per-block', '1', '--warmup', '1', '--seed', '5', '--no-report', '--json', '--events', 'task-clock,page-faults'];
const commands = ['--', 'true', '--', 'true'];

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const jitstat = (args: readonly string[], killAfterMs: number | null): Promise<Ended> => new Promise((resolve) => {
  const child = spawn(launcher, args, {stdio: ['ignore', 'pipe', 'pipe']});
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
  if (killAfterMs !== null) void sleep(killAfterMs).then(() => child.kill('SIGKILL'));
  child.on('close', (code) => resolve({code, out, err}));
});

const journalsIn = (store: string): string[] => {
  const folder = join(store, 'journals');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

describe.skipIf(noPerf !== null)(`killed sessions${noPerf === null ? '' : ` (skipped: ${noPerf})`}`, () => {
  test('24 kills at random moments, each resumed', {timeout: 240_000}, async () => {
    const whole = await jitstat(['ab', '--store', join(root, 'whole'), ...quick, ...commands], null);
    expect(whole.err).toBe('');
    const random = seededRandom(20);
    const outcome = {early: 0, cut: 0, finished: 0};
    for (let kill = 0; kill < 24; kill++) {
      const store = join(root, String(kill));
      await jitstat(['ab', '--store', store, ...quick, ...commands], 150 + random() * 900);
      const [journal] = journalsIn(store);
      if (journal === undefined) {
        if (existsSync(join(store, 'data'))) outcome.finished++;
        else outcome.early++;
        continue;
      }
      outcome.cut++;
      const {header, blocks} = readJournal(journal);
      const kept = blocks.map((block) => block.runs[0].events['task-clock']?.[0]);
      const resumed = await jitstat(['ab', '--resume', '--store', store, '--no-report', '--json'], null);
      expect(resumed).toMatchObject({code: 0, err: ''});
      expect(journalsIn(store)).toEqual([]);
      const {entries, problems} = listSessions(store);
      expect(problems).toEqual([]);
      expect(entries.map((entry) => entry.id)).toEqual([header.id]);
      const {session, samples, aaSamples} = await loadSession(store, header.id);
      expect(session.plan).toEqual(header.plan);
      const values = samples!.events.find((series) => series.event === 'task-clock')!.value;
      const aaValues = aaSamples!.events.find((series) => series.event === 'task-clock')!.value;
      expect(values.length + aaValues.length).toBe(4 * (header.plan.warmupQuads + header.plan.quads + header.plan.aaQuads));
      expect([...values, ...aaValues]).toEqual(expect.arrayContaining(kept));
    }
    expect(outcome.cut).toBeGreaterThan(5);
    console.log(`kills: ${JSON.stringify(outcome)}`);
  });

  test('a torn last line is dropped and its block is run again', {timeout: 60_000}, async () => {
    const store = join(root, 'torn');
    let journal: string | undefined;
    for (let wait = 400; journal === undefined && wait < 2000; wait += 100) {
      await jitstat(['ab', '--store', store, ...quick, ...commands], wait);
      journal = journalsIn(store)[0];
    }
    const {appendFileSync} = await import('node:fs');
    const before = readFileSync(journal!, 'utf8');
    appendFileSync(journal!, '{"type":"block","index":99,"qu');
    const resumed = await jitstat(['ab', '--resume', '--store', store, '--no-report', '--json'], null);
    expect(resumed.code).toBe(0);
    expect(before.endsWith('\n')).toBe(true);
  });
});
