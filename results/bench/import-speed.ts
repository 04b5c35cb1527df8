// `npm run bench:import [-- --large] [--kind WORDS] [--sizes MB,MB]`: CPU seconds to read 10 and 50
// (--large: and 200) MB of every kind of input, each in a process of its own.
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {kinds, textOf} from './import-kinds.ts';

const {values: options} = parseArgs({
  options: {
    large: {type: 'boolean', default: false},
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
  // From bytes, as files are read: a text made by repeating is no flat string.
  const text = Buffer.from(textOf(kinds[index], mb * 1e6)).toString();
  const begun = process.cpuUsage();
  const found = read(text);
  const {user, system} = process.cpuUsage(begun);
  if (finds && found === 0) throw new Error(`${name}: nothing was read`);
  process.stdout.write(`${(user + system) / 1e6}\n`);
};

const measure = (index: number, mb: number): number => {
  const self = fileURLToPath(import.meta.url);
  const args = [...process.execArgv, self, '--one', String(index), '--sizes', String(mb)];
  const {stdout, stderr} = spawnSync(process.execPath, args, {encoding: 'utf8'});
  const seconds = Number.parseFloat(stdout);
  if (Number.isNaN(seconds))
    process.stderr.write(`${kinds[index].name}, ${mb} MB: ${stderr.trim().slice(0, 600)}\n`);
  return seconds;
};

const report = (sizes: readonly number[]): void => {
  const heads = sizes.map((mb) => `${mb} MB`.padStart(9)).join('');
  process.stdout.write(`CPU seconds${' '.repeat(22)}${heads}     MB/s  per MB, last/first\n`);
  const failed: string[] = [];
  kinds.forEach(({name}, index) => {
    if (!name.includes(options.kind)) return;
    const seconds = sizes.map((mb) => measure(index, mb));
    const costs = seconds.map((one, i) => one / sizes[i]);
    const growth = costs[costs.length - 1] / costs[0];
    process.stdout.write(
      name.padEnd(33) +
        seconds.map((one) => one.toFixed(2).padStart(9)).join('') +
        (1 / costs[costs.length - 1]).toFixed(1).padStart(9) +
        `${growth.toFixed(2).padStart(8)}\n`,
    );
    const isSlow = seconds.some((one, i) => sizes[i] === judgedMb && one > mostSeconds);
    if (isSlow || !(growth <= mostGrowth)) failed.push(name);
  });
  process.stdout.write(
    failed.length === 0
      ? `all within ${mostSeconds} s for ${judgedMb} MB and linear (at most ${mostGrowth} times a MB)\n`
      : `over ${mostSeconds} s for ${judgedMb} MB, or more than ${mostGrowth} times as long a MB: ` +
          `${failed.join(', ')}\n`,
  );
};

const sizes = options.sizes?.split(',').map(Number) ?? (options.large ? [10, 50, 200] : [10, 50]);
if (options.one === undefined) report(sizes);
else readOne(Number(options.one), sizes[0]);
