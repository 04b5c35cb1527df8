// npm run bench:size: `jitstat size` over 800 real programs and four variants: time, CPU time and
// memory of all its processes.
//
//   npm run bench:size [-- --rounds N] [--programs N]
//
// The files are those of the corpus, Debian's first and then selftests spread evenly, until the loader
// takes as many programs; variants refuse some of them. Each way of loading is measured once in each
// round; the table has the medians. Load of others also makes CPU time longer, up to twice. What the
// kernel takes to verify and compile the objects is measured once, apart.
import {spawn, spawnSync} from 'node:child_process';
import {readFileSync, readdirSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {median} from 'simple-statistics';
import {attempt} from '../command/trouble.ts';
import {loadBetween, readLoad} from '../host/host-load.ts';
import {objectsIn} from '../programs/find-objects.ts';
import type {ObjectFile} from '../programs/find-objects.ts';
import {askKernel} from '../programs/kernel-answer.ts';
import {kernelLoader} from '../programs/kernel.ts';
import {loadOwnObject} from '../programs/own.ts';
import {corpusCache, corpusGroups} from './corpus-groups.ts';
import {tableText} from './corpus-table.ts';
import {printGoal} from './precision-text.ts';

const goal = {seconds: 5, bytes: 300e6} as const;
const sampleMs = 20;
const main = fileURLToPath(new URL('../main.js', import.meta.url));
const sides = ['--before', 'v58', '--after', 'rfc1', '--after', 'v510', '--after', 'v618'];

const ways = [
  {name: '--loader own', loader: 'own', args: ['--loader', 'own']},
  {name: 'libbpf, loaded before', loader: 'libbpf', args: []},
  {name: 'libbpf, --no-cache', loader: 'libbpf', args: ['--no-cache']},
] as const;

type Loader = (typeof ways)[number]['loader'];

/** How many programs of an object each loader takes; libbpf's are then in the cache. */
const counters = (loader: string): Record<Loader, (bytes: Uint8Array) => number> => ({
  own: (bytes) => loadOwnObject(bytes, 'object').programs.length,
  libbpf: (bytes) => askKernel(loader, {what: 'object', bytes}, true).programs.length,
});

/** As many files of the corpus as hold `wanted` programs. */
const chooseFiles = (
  all: readonly ObjectFile[],
  wanted: number,
  count: (bytes: Uint8Array) => number,
): readonly ObjectFile[] => {
  const chosen: ObjectFile[] = [];
  let programs = 0;
  for (const file of all) {
    if (programs >= wanted) break;
    chosen.push(file);
    for (const {bytes} of objectsIn(file)) programs += countOrNone(bytes, count);
  }
  return chosen;
};

const countOrNone = (bytes: Uint8Array, count: (bytes: Uint8Array) => number): number => {
  const programs = attempt(() => count(bytes));
  return programs instanceof Error ? 0 : programs;
};

/** Every fourth first, then those between. */
const spread = <T>(all: readonly T[]): readonly T[] =>
  [0, 2, 1, 3].flatMap((first) => all.filter((_, at) => at % 4 === first));

interface Took {
  readonly seconds: number;
  readonly cpu: number;
  readonly bytes: number;
  readonly programs: number;
  readonly refused: number;
}

const measure = (args: readonly string[], files: readonly ObjectFile[]): Promise<Took> =>
  new Promise((resolve, reject) => {
    const paths = files.map(({path}) => path);
    const [before, begun] = [readLoad(), performance.now()];
    const child = spawn(
      process.execPath,
      [main, 'size', ...paths, ...sides, '--json', '-q', ...args],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let bytes = 0;
    const timer = setInterval(() => {
      bytes = Math.max(bytes, memoryOf(child.pid!));
    }, sampleMs);
    const output: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => output.push(data));
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - begun) / 1000;
      const cpu = (readLoad()?.own ?? Number.NaN) - (before?.own ?? Number.NaN);
      if (code !== 0) return reject(new Error(`jitstat size ended with ${code}`));
      const [first] = JSON.parse(Buffer.concat(output).toString()) as {
        programs: unknown[];
        refusals: unknown[];
      }[];
      const [programs, refused] = [first.programs.length, first.refusals.length];
      resolve({seconds, cpu, bytes, programs, refused});
    });
  });

/** Resident bytes of a process and all below it; shared pages count in each. */
const memoryOf = (pid: number): number => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const own = 1024 * Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').split(' ').filter(Boolean),
    );
    return children.reduce((sum, child) => sum + memoryOf(Number(child)), own);
  } catch {
    return 0;
  }
};

/** CPU seconds that the kernel takes for the bpf(2) calls of libbpf, as the loader says at its end. */
const kernelSeconds = (loader: string, files: readonly ObjectFile[]): number => {
  let ns = 0;
  for (const file of files)
    for (const {bytes} of objectsIn(file)) {
      const {stderr} = spawnSync(loader, ['object'], {
        input: bytes,
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      ns += Number(/^bpf\(2\): (\d+) ns$/m.exec(stderr.toString())?.[1] ?? 0);
    }
  return ns / 1e9;
};

const run = async (): Promise<void> => {
  const {values} = parseArgs({
    options: {
      rounds: {type: 'string', default: '3'},
      programs: {type: 'string', default: '800'},
    },
  });
  const [rounds, wanted] = [Number(values.rounds), Number(values.programs)];
  if (![rounds, wanted].every((one) => Number.isInteger(one) && one > 0))
    throw new Error('--rounds and --programs take whole numbers from 1.');
  process.env['JITSTAT_DEEP'] = '1';
  const {groups, missing} = await corpusGroups(corpusCache, 1, availableParallelism());
  for (const reason of missing) process.stderr.write(`left out: ${reason}\n`);
  const all = groups.flatMap(({files}, at) => (at < 2 ? files : spread(files)));
  const native = await kernelLoader();
  if ('missing' in native) throw new Error(`Programs cannot be loaded here: ${native.missing}.`);
  const counts = counters(native.path);
  const files = {
    own: chooseFiles(all, wanted, counts.own),
    libbpf: chooseFiles(all, wanted, counts.libbpf),
  };
  const took = ways.map((): Took[] => []);
  const load = readLoad();
  for (let round = 0; round < rounds; round++)
    for (const [at, {args, loader}] of ways.entries())
      took[at].push(await measure(args, files[loader]));
  const inKernel = kernelSeconds(native.path, files.libbpf);
  const cells = ways.map(({name}, at) => [
    name,
    took[at][0].programs,
    took[at][0].refused,
    ...(['seconds', 'cpu'] as const).map((field) => middle(took[at], field).toFixed(1)),
    (middle(took[at], 'bytes') / 1e6).toFixed(0),
  ]);
  const heads = ['size, v58 with three others', 'programs', 'refused', 'time, s', 'CPU, s', 'MB'];
  process.stdout.write(`${tableText(heads, cells)}\n`);
  for (const [at, {name}] of ways.entries()) {
    printGoal(`${name}: under ${goal.seconds} s`, middle(took[at], 'seconds') < goal.seconds);
    printGoal(`${name}: under ${goal.bytes / 1e6} MB`, middle(took[at], 'bytes') < goal.bytes);
  }
  const [, , cold] = took;
  const ours = middle(cold, 'cpu') - inKernel;
  process.stdout.write(
    `libbpf, --no-cache: CPU of the kernel's verifier and compiler ${inKernel.toFixed(1)} s, ` +
      `of libbpf and jitstat ${ours.toFixed(1)} s\n`,
  );
  const meanwhile = loadBetween(load, readLoad());
  if (meanwhile !== null)
    process.stdout.write(
      `of ${availableParallelism()} CPUs others used ${meanwhile.others.toFixed(1)}\n`,
    );
};

const middle = (all: readonly Took[], field: 'seconds' | 'cpu' | 'bytes'): number =>
  median(all.map((one) => one[field]));

try {
  await run();
} catch (error) {
  process.stderr.write(`bench:size: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
