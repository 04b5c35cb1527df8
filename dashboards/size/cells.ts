// The words that all texts of a size report share: figures, names, and the sentences.
import type {RefusedReason, SizedProgram, SizeReport} from '../../results/size/types.ts';
import {groupThousands} from '../tables/ascii.ts';
import {percentText} from '../tables/figures.ts';
import {nounFor} from '../../results/wording.ts';

export const count = (value: number): string => groupThousands(String(value));

/** With its sign; 0 has none. */
export const signed = (value: number): string => (value > 0 ? `+${count(value)}` : count(value));

/** A ratio as a change in percent; `-` if there is none. */
export const change = (ratio: number | null): string =>
  ratio === null || !Number.isFinite(ratio) ? '-' : percentText(ratio - 1);

/** The change from one number of bytes to another; `new` if there were none before. */
export const changeBetween = (before: number, after: number): string =>
  before === 0 ? (after === 0 ? '-' : 'new') : change(after / before);

export const plural = (number: number, word: string): string =>
  `${count(number)} ${nounFor(number, word)}`;

/** `file program`, or the file alone if it is its only name. */
export const nameOf = ({file, program}: SizedProgram): string => `${file} ${program}`;

const refusers: Readonly<Record<RefusedReason['by'], (report: SizeReport) => string>> = {
  loader: () => 'not loaded',
  before: ({before}) => `${before} refuses`,
  after: ({after}) => `${after} refuses`,
  both: () => 'both sides refuse',
};

export const refuser = (report: SizeReport, {by}: RefusedReason): string => refusers[by](report);

/** The sentences under the figures. */
export const sentences = (report: SizeReport): readonly string[] => {
  const {sums, grew, shrank, same} = report;
  const moved =
    `${plural(grew.programs, 'program')} grew (+${count(grew.bytes)} bytes), ` +
    `${count(shrank.programs)} shrank (-${count(shrank.bytes)} bytes), ${count(same)} stayed the same.`;
  if (!report.disagree) return [moved];
  return [
    moved,
    `Sum and median disagree: all programs together changed by ${change(sums.ratio)}, the middle ` +
      `program by ${change(sums.median)}. A few programs with large changes decide the sum.`,
  ];
};
