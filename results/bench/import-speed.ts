// `npm run bench:import [-- --linear] [--kind WORDS] [--sizes MB,MB]`: CPU seconds to read 10 and 50
// (--linear: 50, 100 and 200) MB of every kind of input, each in a separate process with the flags that
// `jitstat import` gives node.
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {kinds, textOf} from './import-kinds.ts';

const {values: options} = parseArgs({
  options: {
    linear: {type: 'boolean', default: false},
    kind: {type: 'string', default: ''},
    sizes: {type: 'string'},
    /** In the child process: reads one kind (its index) and prints the CPU seconds. */
    one: {type: 'string'},
  },
});
/** 50 MB of any kind are to be read in this time. */
const [judgedMb, mostSeconds] = [50, 4];
/** From the smallest to the largest size, the time per megabyte may grow by this factor. */
const mostGrowth = 1.5;

const readOne = (index: number, mb: number): void => {
  const {name, read, finds} = kinds[index];
  // From bytes, as files are read: a text made by repeating is not a flat string.
  const text = Buffer.from(textOf(kinds[index], mb * 1e6)).toString();
  const begun = process.cpuUsage();
  const found = read(text);
  const {user, system} = process.cpuUsage(begun);
  if (finds && found === 0) throw new Error(`${name}: nothing was read`);
  process.stdout.write(`${(user + system) / 1e6} ${process.resourceUsage().maxRSS / 1e3}\n`);
};

/** CPU seconds, and the largest memory the process held; NaN if it failed. */
interface Cost {
  readonly seconds: number;
  readonly memoryMb: number;
}

const measure = (index: number, mb: number): Cost => {
  const self = fileURLToPath(import.meta.url);
  const args = [...process.execArgv, self, '--one', String(index), '--sizes', String(mb)];
  const {stdout, stderr} = spawnSync(process.execPath, args, {encoding: 'utf8'});
  const [seconds = Number.NaN, memoryMb = Number.NaN] = stdout.trim().split(' ').map(Number);
  if (stdout === '')
    process.stderr.write(`${kinds[index].name}, ${mb} MB: ${stderr.trim().slice(0, 600)}\n`);
  return stdout === '' ? {seconds: Number.NaN, memoryMb} : {seconds, memoryMb};
};

/** Whether the largest size costs no more a MB than the smallest, and 50 MB take no more than 4 s. */
const passes = (sizes: readonly number[], seconds: readonly number[]): boolean =>
  growthOf(sizes, seconds) <= mostGrowth &&
  seconds.every((one, i) => sizes[i] !== judgedMb || one <= mostSeconds);

const growthOf = (sizes: readonly number[], seconds: readonly number[]): number => {
  const costs = seconds.map((one, i) => one / sizes[i]);
  return costs[costs.length - 1] / costs[0];
};

const report = (sizes: readonly number[]): void => {
  const heads = sizes.map((mb) => `${mb} MB`.padStart(9)).join('');
  process.stdout.write(
    `CPU seconds${' '.repeat(22)}${heads}  per MB, last/first  memory MB  result\n`,
  );
  const chosen = kinds.flatMap(({name}, index) => (name.includes(options.kind) ? [index] : []));
  const missed = chosen.filter((index) => {
    const costs = sizes.map((mb) => measure(index, mb));
    const seconds = costs.map((cost) => cost.seconds);
    const isPassed = passes(sizes, seconds);
    process.stdout.write(
      kinds[index].name.padEnd(33) +
        seconds.map((one) => one.toFixed(2).padStart(9)).join('') +
        growthOf(sizes, seconds).toFixed(2).padStart(20) +
        costs[costs.length - 1].memoryMb.toFixed(0).padStart(11) +
        `  ${isPassed ? 'pass' : 'miss'}\n`,
    );
    return !isPassed;
  });
  process.stdout.write(
    `${chosen.length - missed.length} of ${chosen.length} pass: ${judgedMb} MB within ` +
      `${mostSeconds} s, and at most ${mostGrowth} times as long a MB at the largest size\n`,
  );
};

const sizes = options.sizes?.split(',').map(Number) ?? (options.linear ? [50, 100, 200] : [10, 50]);
if (options.one === undefined) report(sizes);
else readOne(Number(options.one), sizes[0]);
