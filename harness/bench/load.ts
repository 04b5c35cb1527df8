// Other work on the machine, for benches that need a disturbed one: processes that burn the CPU in
// bursts, with pauses, from a seed.
import type {ChildProcess} from 'node:child_process';
import {spawn} from 'node:child_process';
import {seededRandom} from '../derived-seed.ts';

/** Bursts and pauses, in milliseconds: from short jobs to a compiler run. */
const longestMs = {burst: 800, pause: 800};

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

/** Starts `processes` of them; returns how to end them. */
export const startLoad = (processes: number, seed: number): (() => void) => {
  const random = seededRandom(seed);
  const times = (): readonly string[] =>
    Array.from({length: 40}, (_, at) =>
      String(Math.ceil(random() ** 2 * (at % 2 === 0 ? longestMs.burst : longestMs.pause))),
    );
  const children = Array.from({length: processes}, (): ChildProcess =>
    spawn(process.execPath, ['-e', burner, ...times()], {stdio: 'ignore'}),
  );
  return () => void children.map((child) => child.kill('SIGKILL'));
};
