// Other work on the machine, for benches that need a disturbed one: processes that burn the CPU in
// bursts, with pauses, from a seed.
import type {ChildProcess} from 'node:child_process';
import {spawn} from 'node:child_process';
import {seededRandom} from '../derived-seed.ts';

/** Runs in a separate process: argv holds burst and pause in turn, over and over. */
const burner = `
  const times = process.argv.slice(1).map(Number);
  const step = (at) => {
    const end = Date.now() + times[at % times.length];
    while (Date.now() < end);
    setTimeout(step, times[(at + 1) % times.length], at + 2);
  };
  step(0);
`;

/** Milliseconds of burning and of pause in turn, for one process. */
type Pattern = (random: () => number) => readonly number[];

const turns =
  (count: number, longest: {readonly burst: number; readonly pause: number}): Pattern =>
  (random) =>
    Array.from({length: 2 * count}, (_, at) =>
      Math.ceil(random() ** 2 * (at % 2 === 0 ? longest.burst : longest.pause)),
    );

/** Length of a window in the slow wave of `drift`, and the number of windows in a wave. */
const wave = {windowMs: 50, windows: 600} as const;

export const loads = {
  /** From short jobs to a compiler run. */
  mixed: turns(20, {burst: 800, pause: 800}),
  /** Without a pause. */
  steady: () => [1000, 0],
  /** From no load to full load and back in half a minute. */
  drift: () =>
    Array.from({length: wave.windows}, (_, at) => {
      const busy = (1 - Math.cos((2 * Math.PI * at) / wave.windows)) / 2;
      return [Math.round(wave.windowMs * busy), Math.round(wave.windowMs * (1 - busy))];
    }).flat(),
  /** Mostly quiet, and then everything at once. */
  bursts: turns(20, {burst: 300, pause: 3000}),
} as const satisfies Readonly<Record<string, Pattern>>;

/** Starts `processes` of them; returns a function that ends them. */
export const startLoad = (
  processes: number,
  seed: number,
  kind: keyof typeof loads = 'mixed',
): (() => void) => {
  const random = seededRandom(seed);
  const children = Array.from({length: processes}, (): ChildProcess =>
    spawn(process.execPath, ['-e', burner, ...loads[kind](random).map(String)], {
      stdio: 'ignore',
    }),
  );
  return () => void children.map((child) => child.kill('SIGKILL'));
};
