// npm run bench:start: CPU time of short commands next to that of `node -e 0`, measured in turns,
// and how many of our files each one loads.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {packageFile} from '../../workloads/package-file.ts';

const rounds = 20;
const main = resolve('dist/harness/main.js');

const programs: readonly (readonly [name: string, argv: readonly string[]])[] = [
  ['node -e 0', ['-e', '0']],
  ['--help', [main, '--help']],
  ['ab --help', [main, 'ab', '--help']],
  ['history --help', [main, 'history', '--help']],
  ['list', [main, 'list']],
  ['doctor --help', [main, 'doctor', '--help']],
  ['jit tailcall1 --hex', [main, 'jit', 'tailcall1', '--variant', 'v61', '--hex']],
  ['ab, all loaded', [main, 'ab', 'no-such-workload']],
  ['table, all loaded', [main, 'table', 'no-such-file']],
  ['compare, all loaded', [main, 'compare', 'no-such-file']],
];

/** User and system time of all children that have ended, in ticks of 10 ms (proc(5)). */
const childTicks = (): number => {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[13]) + Number(fields[14]);
};

const run = (argv: readonly string[], env: NodeJS.ProcessEnv = process.env): void =>
  void spawnSync(process.execPath, argv, {env, stdio: 'ignore'});

/** Our scripts that one run loads, as V8 lists them for coverage. */
const filesLoaded = (argv: readonly string[]): number => {
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-start-'));
  run(argv, {...process.env, NODE_V8_COVERAGE: folder});
  const [file] = readdirSync(folder);
  const {result} = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
    result: readonly {url: string}[];
  };
  rmSync(folder, {recursive: true});
  return result.filter(({url}) => url.startsWith('file:')).length;
};

const ticks = programs.map(() => 0);
for (let round = 0; round < rounds; round++)
  programs.forEach(([, argv], at) => {
    const before = childTicks();
    run(argv);
    ticks[at] += childTicks() - before;
  });

console.log(`Node ${process.version}, jitstat in ${packageFile('')}, ${rounds} rounds\n`);
console.log('start                     CPU, s   of node -e 0   files');
programs.forEach(([name, argv], at) => {
  const seconds = ticks[at] / 100 / rounds;
  console.log(
    `${name.padEnd(24)} ${seconds.toFixed(3).padStart(7)}  ` +
      `${(ticks[at] / ticks[0]).toFixed(2).padStart(13)}  ${String(filesLoaded(argv)).padStart(6)}`,
  );
});
