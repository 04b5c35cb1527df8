// Counts of a machine's virtual CPU while it does something: the host's perf on its thread.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, readdirSync} from 'node:fs';
import {parseVerboseRuns} from '../../results/import/verbose.ts';
import type {Perf} from '../perf/perf.ts';

/** The thread that runs the guest: QEMU names it `CPU 0/KVM` or `CPU 0/TCG`. */
export const vcpuThread = (pid: number): number => {
  const tasks = `/proc/${pid}/task`;
  const found = readdirSync(tasks).find((tid) =>
    readFileSync(`${tasks}/${tid}/comm`, 'utf8').startsWith('CPU 0/'),
  );
  if (found === undefined) throw new Error(`process ${pid} has no thread of a virtual CPU`);
  return Number(found);
};

/** What perf runs: says that counting has begun, and ends when it is told to. */
const bracket = ['sh', '-c', 'echo >&3; read -r _ <&4'];

/** Runs `use` while `events` of `tid` are counted; events that perf could not count are left out. */
export const countThread = async <T>(
  perf: Perf,
  tid: number,
  events: readonly string[],
  use: () => Promise<T>,
): Promise<{readonly value: T; readonly counts: ReadonlyMap<string, number>}> => {
  const args = ['stat', '-v', '-e', events.join(), '-t', String(tid), '--', ...bracket];
  const child = spawn(perf.path, args, {
    env: {...process.env, LC_ALL: 'C'},
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'close');
  const [begun, end] = [child.stdio[3]!, child.stdio[4]! as NodeJS.WritableStream];
  end.on('error', () => undefined);
  try {
    // A perf that cannot count ends at once, and then nothing is counted.
    await Promise.race([once(begun, 'data'), ended]);
    const value = await use();
    end.write('\n');
    await ended;
    const [run = []] = parseVerboseRuns(said).runs;
    return {value, counts: new Map(run.map(({event, value: count}) => [event, count]))};
  } finally {
    // What perf runs ends with its input, perf with that.
    end.end();
    child.kill('SIGKILL');
  }
};
