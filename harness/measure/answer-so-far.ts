// What the quads so far say about the primary event, for people who wait: after the progress bar on
// a terminal, or in one line if stderr is not a terminal and the number of runs is open. It is not
// a verdict.
import {primaryEvent} from '../../results/compare/context.ts';
import {draftRow} from '../../results/compare/quads/row.ts';
import {layoutOf} from '../../results/compare/quads/quads.ts';
import type {JournalBlock, JournalHeader} from '../../results/store/index.ts';
import {blocksToSamples} from '../../results/store/index.ts';
import type {Samples} from '../../results/types.ts';
import type {Io} from '../command/command.ts';
import {visible} from '../../results/visible.ts';
import type {MeasureOptions} from './measure-options.ts';

/** After this time somebody at a pipe would like to hear something. */
const patienceMs = 1200;

/**
 * Called with all blocks after each one; returns the note for the bar, or null if there is nothing
 * new.
 */
export const answerSoFar = (
  io: Io,
  header: JournalHeader,
  options: MeasureOptions,
  quiet: boolean,
): ((blocks: readonly JournalBlock[]) => string | null) => {
  if (quiet || header.after === null) return () => null;
  const isOneLine = !io.errIsTerminal && header.workload === null && options.runs === null;
  if (!io.errIsTerminal && !isOneLine) return () => null;
  const begun = io.now().getTime();
  let isSaid = false;
  return (blocks) => {
    const last = blocks.at(-1);
    const isDue = !isOneLine || (!isSaid && io.now().getTime() - begun >= patienceMs);
    if (last === undefined || last.position !== 3 || last.aa || last.warmup || !isDue) return null;
    const own = blocks.filter(({aa}) => !aa);
    const text = estimateOf(blocksToSamples(own).samples, options.primary);
    if (text === null || !isOneLine) return text;
    isSaid = true;
    const names = [header.before, header.after!].map(({label}) => visible(label).slice(0, 60));
    io.err(`so far: ${names.join(' -> ')}: ${text}\n`);
    return null;
  };
};

/** `elapsed +4.6 % (-1.2..+10.7), 5 quads`; null before two quads are complete. */
const estimateOf = (samples: Samples, named: string | null): string | null => {
  const event = primaryEvent(
    samples.events.map((series) => series.event),
    named ?? undefined,
  );
  const series = samples.events.find((one) => one.event === event);
  const layout = layoutOf(samples);
  if (series === undefined || layout.quads < 2) return null;
  const {estimate} = draftRow(samples, series, layout, {level: 0.95, margin: undefined});
  if (estimate === null || !Number.isFinite(estimate.low) || !Number.isFinite(estimate.high))
    return null;
  const name = event === 'duration_time' ? 'elapsed' : event;
  return (
    `${name} ${percent(estimate.value)} % ` +
    `(${percent(estimate.low)}..${percent(estimate.high)}), ${layout.quads} quads`
  );
};

const percent = (ln: number): string => {
  const value = 100 * Math.expm1(ln);
  return `${value < 0 ? '' : '+'}${value.toFixed(Math.abs(value) < 9.95 ? 1 : 0)}`;
};
