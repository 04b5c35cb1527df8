// Prints how long a job takes from submit to result, next to the bare command, and how quiet a
// waiting agent is, next to a node that does nothing.
import {spawn} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {noFleet, startFleet, until} from './fleet.fixture.ts';
import type {Fleet} from './fleet.fixture.ts';

const reason = noFleet();
describe.skipIf(reason !== null)(`quiet${reason === null ? '' : `: skipped, ${reason}`}`, () => {
  let fleet: Fleet;
  beforeAll(async () => {
    // A hub's default heartbeat.
    fleet = await startFleet(['alder'], 120);
    await fleet.startHub();
  });
  afterAll(() => fleet?.stop());

  test('from submit to result, and a waiting agent', async () => {
    const agent = fleet.startAgent('alder');
    expect(await until(() => agent.output().includes('measures for'), 60)).toBe(true);
    const times: {whole: number; bare: number}[] = [];
    for (let at = 0; at < 5; at++) {
      const begin = Date.now();
      const [job] = await fleet.submit(fleet.token('anna'), {
        suite: 'true',
        commit: `abcde00${at}`,
        host: 'alder',
      });
      await until(
        async () => (await fleet.jobs()).find(({id}) => id === job)?.state === 'completed',
        90,
      );
      const whole = Date.now() - begin;
      const bare = fleet.run(
        'ab -r 4 --no-aa --no-report --runs-per-block 1 -q --events task-clock,page-faults'
          .split(' ')
          .concat('--store', 'bare', '--', 'true', '--', 'true'),
      );
      expect(bare.status).toBe(0);
      times.push({whole, bare: bare.ms});
    }
    const node = spawn(fleet.node, ['-e', 'setInterval(() => {}, 1e9)'], {stdio: 'ignore'});
    // After work V8 tidies up for a while, so the quietest of a few windows counts.
    const seconds = 10;
    await sleep(5000);
    const rates: {bare: number; idle: number}[] = [];
    for (let window = 0; window < 4; window++) {
      const [bareBefore, before] = [switches(node.pid!), switches(agent.pid)];
      await sleep(seconds * 1000);
      rates.push({
        bare: (switches(node.pid!) - bareBefore) / seconds,
        idle: (switches(agent.pid) - before) / seconds,
      });
    }
    const {bare, idle} = rates.reduce((least, one) => (one.idle < least.idle ? one : least));
    node.kill('SIGKILL');
    const middle = (of: 'whole' | 'bare'): number =>
      times.map((one) => one[of]).sort((a, b) => a - b)[2];
    console.log(
      `fleet: medians of ${times.length}: submit to result ${middle('whole')} ms, the same command ` +
        `bare ${middle('bare')} ms; ` +
        `voluntary switches a second: idle agent ${idle.toFixed(2)}, bare node ${bare.toFixed(2)}`,
    );
    // A count, not a time: two per second more than a bare node.
    expect(idle).toBeLessThan(2 + bare + 1);
  });
});

/** Voluntary context switches of all threads of a process. */
const switches = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => readFileSync(`/proc/${pid}/task/${task}/status`, 'latin1'))
    .reduce((sum, text) => sum + Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(text)?.[1]), 0);
