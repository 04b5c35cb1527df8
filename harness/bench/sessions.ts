// npm run bench:sessions: real A/A sessions of ordinary commands while other work disturbs the
// machine, and how many of them claim a change; at most 5 % may.
import {mkdtempSync, rmSync} from 'node:fs';
import {cpus, loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import type {ComparisonRow} from '../../results/types.ts';
import {rateInterval} from '../../results/stats/distributions.ts';
import {endOnSignals} from '../host/signals.ts';
import {atExit} from '../host/scratch.ts';
import {measure} from '../measure/measure.ts';
import {readMeasureOptions} from '../measure/read-options.ts';
import {startLoad} from './load.ts';
import {recordingIo} from '../testing/captured-io.ts';

const {values} = parseArgs({
  options: {
    sessions: {type: 'string', default: '60'},
    seconds: {type: 'string', default: '5'},
    minutes: {type: 'string', default: '9'},
    load: {type: 'string', default: String(cpus().length)},
    seed: {type: 'string', default: '1'},
  },
});
const [sessions, seconds, minutes, load, seed] = [
  values.sessions,
  values.seconds,
  values.minutes,
  values.load,
  values.seed,
].map(Number);

/** The promise: a table of two equal sides has a `more` or `less` in at most this share. */
const promised = 0.05;

/** From mostly waiting to mostly computing, short and long, with one process or several. */
const commands: readonly (readonly string[])[] = [
  ['true'],
  ['sleep', '0.01'],
  ['sh', '-c', ':'],
  ['sh', '-c', 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'],
  ['sh', '-c', 'head -c 3000000 /dev/zero | gzip -1 | wc -c'],
  ['sort', '-o', '/dev/null', new URL('../cli.js', import.meta.url).pathname],
];

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const io = recordingIo();

const claimsOf = (rows: readonly ComparisonRow[]): readonly ComparisonRow[] =>
  rows.filter(({verdict}) => verdict === 'more' || verdict === 'less');

const shown = ({event, change, verdict, pAdjusted}: ComparisonRow): string =>
  `${verdict} ${event} ${change === null ? '' : `${((change.ratio - 1) * 100).toFixed(1)} %`} ` +
  `(adjusted p ${pAdjusted?.toPrecision(2) ?? '?'})`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const rate = (wrong: number, of: number): string => {
  const {low, high} = rateInterval(wrong, of);
  return `${wrong} of ${of} claim a change: ${percent(wrong / of)} [${percent(low)}, ${percent(high)}]`;
};

/**
 * One session of a command against itself: the rows it calls changed, and whether its A/A shows a
 * change.
 */
const session = async (command: readonly string[], index: number, time: number, store: string) => {
  const options = readMeasureOptions(
    {values: {time, seed: seed * 1000 + index}, positionals: [], rest: []},
    io.now(),
  );
  const measured = await measure(io, {
    target: {kind: 'commands', before: command, after: command, cwd: process.cwd()},
    options,
    store,
    quiet: true,
  });
  const {comparison, plan} = measured.session;
  return {claims: claimsOf(comparison?.rows ?? []), quads: plan.quads, aa: comparison?.aa ?? null};
};

const run = async (): Promise<number> => {
  const store = atExit(mkdtempSync(join(tmpdir(), 'jitstat-sessions-')));
  const stop = startLoad(load, seed);
  const begun = Date.now();
  // On a busy machine a session takes longer than its time; the excess is taken off the next one.
  const timeOf = (index: number): number => {
    const left = minutes * 60 - (Date.now() - begun) / 1000;
    const over = index === 0 ? 0 : (Date.now() - begun) / 1000 / index - lastTime;
    return Math.max(0.5, Math.min(seconds, left / (sessions - index) - Math.max(0, over)));
  };
  let lastTime = seconds;
  const seen = commands.map((command) => ({command, sessions: 0, wrong: 0, controls: 0}));
  try {
    print(
      `${sessions} A/A sessions of at most ${seconds} s, ${load} busy processes on ${cpus().length} cores`,
    );
    for (let index = 0; index < sessions; index++) {
      const one = seen[index % seen.length];
      lastTime = timeOf(index);
      const {claims, quads, aa} = await session(one.command, index, lastTime, store);
      one.sessions++;
      if (claims.length > 0) one.wrong++;
      if ((aa?.changed ?? 0) > 0) one.controls++;
      if (claims.length > 0)
        print(`  ${one.command.join(' ')}, ${quads} quads: ${claims.map(shown).join(', ')}`);
    }
  } finally {
    stop();
    rmSync(store, {recursive: true, force: true});
  }
  for (const one of seen.filter((each) => each.sessions > 0))
    print(`${rate(one.wrong, one.sessions)}   ${one.command.join(' ')}`);
  const wrong = seen.reduce((sum, one) => sum + one.wrong, 0);
  const controls = seen.reduce((sum, one) => sum + one.controls, 0);
  print(`${rate(wrong, sessions)}   all, promised at most ${percent(promised)}`);
  print(`${rate(controls, sessions)}   the controls next to them`);
  const took = ((Date.now() - begun) / 60_000).toFixed(1);
  print(`${took} minutes, load average at the end ${loadavg()[0].toFixed(1)}`);
  return rateInterval(wrong, sessions).low > promised ? 1 : 0;
};

if (
  [sessions, load, seed].every(Number.isInteger) &&
  sessions > 0 &&
  load >= 0 &&
  seconds > 0 &&
  minutes > 0
) {
  endOnSignals();
  process.exitCode = await run();
} else {
  process.stderr.write(
    'bench:sessions: --sessions, --load and --seed take whole numbers, --seconds and --minutes a number\n',
  );
  process.exitCode = 2;
}
