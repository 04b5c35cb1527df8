// The progress bar: one line on a terminal with the time left, nothing on a pipe.
import {visible} from '../../results/visible.ts';
import type {Io} from '../command/command.ts';
import {durationText} from '../../results/wording.ts';

export interface Progress {
  /** `note` is shown after the bar until another replaces it. */
  readonly step: (done: number, note?: string | null) => void;
  readonly end: () => void;
}

const width = 28;
/** With a note after it the whole line still fits into 80 columns. */
const narrow = {width: 10, label: 20} as const;
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
  let noted: string | null = null;
  const draw = (now: number, note: string | null = null): void => {
    noted = note ?? noted;
    const seconds = (io.now().getTime() - started) / 1000;
    const left = now > done ? (seconds / (now - done)) * (total - now) : null;
    const columns = noted === null ? width : narrow.width;
    const filled = Math.round((columns * now) / total);
    const name = visible(label);
    io.err(
      `${eraseLine}${noted === null ? name : name.slice(0, narrow.label)} ` +
        `[${'#'.repeat(filled)}${'.'.repeat(columns - filled)}] ` +
        `${now}/${total}${left === null ? '' : `, ${durationText(left)} left`}` +
        (noted === null ? '' : `; ${noted}`),
    );
  };
  draw(done);
  return {step: draw, end: () => io.err(eraseLine)};
};
