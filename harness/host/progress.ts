// The progress bar: one line on a terminal with the time left, nothing on a pipe.
import {visible} from '../../results/visible.ts';
import type {Io} from '../command/command.ts';

export interface Progress {
  readonly step: (done: number) => void;
  readonly end: () => void;
}

const width = 28;
/** Back to the first column, and erase (ECMA-48 EL): the only control sequence jitstat writes. */
export const eraseLine = '\r\x1b[K';

/** A bar over `total` steps of which `done` are done; silent unless stderr is a terminal. */
export const progressBar = (
  io: Io,
  label: string,
  total: number,
  done: number,
  quiet: boolean,
): Progress => {
  if (quiet || !io.errIsTerminal) return {step: () => {}, end: () => {}};
  const started = io.now().getTime();
  const draw = (now: number): void => {
    const seconds = (io.now().getTime() - started) / 1000;
    const left = now > done ? (seconds / (now - done)) * (total - now) : null;
    const filled = Math.round((width * now) / total);
    io.err(
      `${eraseLine}${visible(label)} ` +
        `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ` +
        `${now}/${total}${left === null ? '' : `, ${duration(left)} left`}`,
    );
  };
  draw(done);
  return {step: draw, end: () => io.err(eraseLine)};
};

const duration = (seconds: number): string =>
  seconds < 90
    ? `${Math.ceil(seconds)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
