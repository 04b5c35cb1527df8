// Labels of a history chart: letters for marks, places for labels at their lines, and dates.
import type {HistoryMark} from '../../results/history/types.ts';
import {textWidth} from './text-metrics.ts';
import {fontSize} from './theme.ts';

export interface Letter {
  readonly letter: string;
  readonly nights: readonly string[];
  readonly text: string;
}

/** Equal texts share a letter; the list says what each stands for. */
export const letters = (marks: readonly HistoryMark[]): Letter[] => {
  const groups = new Map<string, HistoryMark[]>();
  for (const mark of marks)
    groups.set(`${mark.kind}\n${mark.text}`, [
      ...(groups.get(`${mark.kind}\n${mark.text}`) ?? []),
      mark,
    ]);
  return [...groups.values()].map((group, i) => {
    const letter = String.fromCharCode(97 + (i % 26)) + (i < 26 ? '' : String(Math.floor(i / 26)));
    const nights = group.map((mark) => mark.night);
    const when =
      nights.length > 3 ? `${nights[0]} and ${nights.length - 1} other nights` : nights.join(', ');
    return {letter, nights, text: `${letter}: ${when}, ${group[0].text}`};
  });
};

/**
 * Labels at their lines, on the first of three rows on which they do not overlap; a label without
 * room is left to the text.
 */
export const spread = (
  labels: readonly {readonly index: number; readonly text: string}[],
  px: (index: number) => number,
  plot: number,
) => {
  const rows: number[][] = [[], [], []];
  return labels.map(({index, text}) => {
    const width = textWidth(text, fontSize.note);
    const at = Math.min(plot - width / 2, Math.max(width / 2, px(index)));
    const row = rows.findIndex((taken) =>
      taken.every((other, i) =>
        i % 2 === 1 ? true : other > at + width / 2 + 5 || taken[i + 1] < at - width / 2 - 5,
      ),
    );
    if (row === -1) return {index, text: '', px: at, row: 0};
    rows[row].push(at - width / 2, at + width / 2);
    return {index, text, px: at, row};
  });
};

export const dateTicks = (nights: readonly string[], most: number): number[] => {
  const count = Math.min(most, nights.length);
  const ticks = Array.from({length: count}, (_none, i) =>
    Math.round((i * (nights.length - 1)) / Math.max(1, count - 1)),
  );
  return [...new Set(ticks)];
};
