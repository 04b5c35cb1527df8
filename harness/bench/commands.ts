// npm run bench:commands: the same runs of two commands under ./jitstat and under hyperfine, in turn
// and in one run; the time to the first answer; the cost of a session in addition to its runs.
import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {median} from 'simple-statistics';
import {packageFile} from '../../workloads/package-file.ts';
import {loadBetween, readLoad} from '../host/host-load.ts';

const {values} = parseArgs({options: {rounds: {type: 'string', default: '5'}}});
const rounds = Number(values.rounds);

const launcher = packageFile('jitstat');
const root = mkdtempSync(join(tmpdir(), 'jitstat-bench-'));
const env = {...process.env, JITSTAT_STORE: join(root, 'store')};
const print = (text: string): void => void process.stdout.write(`${text}\n`);

interface Took {
  readonly wall: number;
  readonly cpu: number;
}

/** Seconds of wall time, and of CPU time of the process and the children it waited for. */
const timed = (program: string, args: readonly string[]): Took => {
  const [before, begun] = [readLoad(), performance.now()];
  const {status, stderr} = spawnSync(program, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.toString()}`);
  const after = readLoad();
  return {
    wall: (performance.now() - begun) / 1000,
    cpu: (after?.own ?? Number.NaN) - (before?.own ?? Number.NaN),
  };
};

const jitstat = (...args: readonly string[]): Took => timed(launcher, args);

/** Seconds until the first line of an answer, on either stream. */
const firstAnswer = (...args: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const begun = performance.now();
    const child = spawn(launcher, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let first: number | null = null;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', () => (first ??= (performance.now() - begun) / 1000));
    child.on('exit', () => resolve(first ?? Number.NaN));
  });

const cases = [
  {seconds: '0.1', limit: 'at most 1.25 times'},
  {seconds: '0.01', limit: 'at most 0.5 s more'},
] as const;

const sideBySide = (seconds: string, limit: string): void => {
  const both: {ours: Took; theirs: Took}[] = [];
  const sleep = `sleep ${seconds}`;
  const commands = ['--', ...sleep.split(' '), '--', ...sleep.split(' ')];
  for (let round = 0; round < rounds; round++)
    both.push({
      ours: jitstat('ab', '-q', '-r', '10', ...commands),
      theirs: timed('hyperfine', ['-r', '10', '--style', 'none', sleep, sleep]),
    });
  const [ours, theirs] = (['ours', 'theirs'] as const).map((tool) => ({
    wall: median(both.map((one) => one[tool].wall)),
    cpu: median(both.map((one) => one[tool].cpu)),
  }));
  print(
    `10 + 10 runs of ${seconds} s: jitstat ${ours.wall.toFixed(2)} s (CPU ${ours.cpu.toFixed(2)}), ` +
      `hyperfine ${theirs.wall.toFixed(2)} s (CPU ${theirs.cpu.toFixed(2)}): ` +
      `${(ours.wall / theirs.wall).toFixed(2)} times, ${(ours.wall - theirs.wall).toFixed(2)} s more ` +
      `(limit: ${limit})`,
  );
};

try {
  const load = readLoad();
  if (spawnSync('hyperfine', ['--version']).status !== 0)
    print('side by side: skipped, hyperfine is not installed (Debian: apt-get install hyperfine)');
  else for (const {seconds, limit} of cases) sideBySide(seconds, limit);
  const answers: number[] = [];
  for (let round = 0; round < rounds; round++)
    answers.push(await firstAnswer('ab', '--', 'sleep', '0.1', '--', 'sleep', '0.11'));
  print(`first answer: ${median(answers).toFixed(2)} s (limit: 3 s)`);
  const fixed: Took[] = [];
  for (let round = 0; round < rounds; round++)
    fixed.push(jitstat('ab', '-q', '-r', '2', '--', 'true', '--', 'true'));
  print(
    `a session of 2 + 2 runs of true: ${median(fixed.map(({wall}) => wall)).toFixed(2)} s, CPU ` +
      `${median(fixed.map(({cpu}) => cpu)).toFixed(2)} s (limit: 0.5 s besides the runs)`,
  );
  const meanwhile = loadBetween(load, readLoad());
  if (meanwhile !== null) print(`meanwhile others used ${meanwhile.others.toFixed(1)} CPUs`);
} finally {
  rmSync(root, {recursive: true, force: true});
}
