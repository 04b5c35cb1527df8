// The history in plain text: a block a workload, side and machine, a line an event, its change
// points below it.
import type {History, HistorySeries, HistoryStretch} from '../../results/history/index.ts';
import {visibleTexts} from '../../results/visible.ts';
import {percent} from '../nightly/alerts.ts';

export const historyText = (history: History): string => textOf(visibleTexts(history));

const textOf = (history: History): string => {
  const blocks = new Map<string, HistorySeries[]>();
  for (const series of history.series) {
    const title =
      `${series.workload}  ` +
      `${series.side}${series.measure === 'ratio' ? '  (after / before)' : ''}  on ` +
      `${series.machine}`;
    blocks.set(title, [...(blocks.get(title) ?? []), series]);
  }
  return [
    ...[...blocks].flatMap(([title, series]) => [title, ...series.flatMap(seriesLines), '']),
    ...eventLines(history),
    history.rule,
    '',
  ].join('\n');
};

const seriesLines = (series: HistorySeries): string[] => {
  const counted = series.points.filter(({value}) => value !== null);
  const last = series.stretches.at(-1);
  const flagged = counted.filter(({spike}) => spike).length;
  const runs = total(counted.map((point) => point.runs));
  const spikes = total(counted.map((point) => point.spikes));
  const rate = runs === 0 ? '' : `, ${((100 * spikes) / runs).toFixed(1)} % of runs spike`;
  return [
    `  ${series.event.padEnd(24)} ${levelText(last, series)}${counted.length} ` +
      `night${counted.length === 1 ? '' : 's'}${flagged === 0 ? '' : `, ${flagged} set aside`}${rate}`,
    ...series.changes.map(
      (change) =>
        `    ${change.night}  ` +
        `${change.ratio === null ? 'from 0' : percent(change.ratio)}  ` +
        `${number(change.before)} -> ${number(change.after)}  p ` +
        `${change.p.toExponential(1)}  ${change.sessionBefore} | ${change.sessionAfter}`,
    ),
    ...series.spikeChanges.map(
      (change) =>
        `    ${change.night}  spiking runs ${(100 * change.before).toFixed(1)} % -> ` +
        `${(100 * change.after).toFixed(1)} %  p ${change.p.toExponential(1)}  ` +
        `${change.sessionBefore} | ${change.sessionAfter}`,
    ),
  ];
};

const levelText = (stretch: HistoryStretch | undefined, series: HistorySeries): string => {
  if (stretch === undefined || stretch.level === null) return 'not counted, ';
  const spread =
    stretch.high === null || stretch.level === 0
      ? ''
      : ` +- ${((100 * (stretch.high - stretch.level)) / stretch.level).toFixed(2)} %`;
  const level =
    series.measure === 'ratio'
      ? percent(stretch.level)
      : `${number(stretch.level)}${series.unit === '' ? '' : ` ${series.unit}`}`;
  return `${level}${series.measure === 'ratio' ? '' : spread}, `;
};

/** Marks that stand on series, each once. */
const eventLines = ({series}: History): string[] => {
  const seen = new Set(
    series.flatMap(({machine, marks}) =>
      marks.map(
        ({night, kind, text}) =>
          `${night}  ${kind}: ${text}${kind === 'note' ? '' : ` (${machine})`}`,
      ),
    ),
  );
  return seen.size === 0
    ? []
    : ['what happened', ...[...seen].sort().map((line) => `  ${line}`), ''];
};

const total = (values: readonly (number | null)[]): number =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

const number = (value: number): string =>
  Math.abs(value) >= 10_000
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(5)));
