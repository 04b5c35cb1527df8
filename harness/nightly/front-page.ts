// The front page of a night in plain text: one line if nothing changed, otherwise alerts, matrix,
// change points, spikes, notes.
import {slicesEvent} from '../../results/compare/slices/rows.ts';
import {formatCount} from '../../dashboards/charts/axis-format.ts';
import {ascii} from '../../dashboards/tables/ascii.ts';
import {nightOutcome} from '../../results/history/index.ts';
import type {History, HistorySeries, Night} from '../../results/history/index.ts';
import type {Session} from '../../results/types.ts';
import {visibleTexts} from '../../results/visible.ts';
import {percent} from './alerts.ts';
import {plural} from '../../results/wording.ts';

/** Change points count as recent for this many days. */
const recentDays = 7;

/** The most events that are named for a workload. */
const mostEvents = 5;

/** The events of tonight's lines, if they were counted. */
const matrixEvents = [
  slicesEvent,
  'task-clock',
  'cycles',
  'instructions',
  'callgrind/instructions/',
  'branches',
  'branch-misses',
  'iTLB-load-misses',
  'page-faults',
  'duration_time',
] as const;

export interface FrontPageInput {
  readonly night: Night;
  readonly sessions: ReadonlyMap<string, Session>;
  readonly history: History;
  /** True for the first night of a suite on this machine. */
  readonly first: boolean;
  /** Print everything even if nothing changed. */
  readonly full: boolean;
}

/** ASCII; lines of 72 columns except for the first, which stays one line. */
export const frontPage = (input: FrontPageInput): string => pageOf(visibleTexts(input));

const pageOf = (input: FrontPageInput): string => {
  const {night, first, full} = input;
  const changes = recentChanges(input);
  if (night.status === 'refused')
    return lines([headline(input), ...section('BEFORE THIS NIGHT', alertLines(night))]);
  if (night.alerts.length === 0 && changes.length === 0 && !first && !full)
    return lines([headline(input), ...night.notes.map((note) => wrap(note, '  note: '))]);
  return lines([
    headline(input),
    ...section('ALERTS', alertLines(night)),
    ...section('TONIGHT', matrix(input)),
    ...section(`CHANGE POINTS of the last ${recentDays} days`, changes),
    ...section('SPIKES', spikeLines(input)),
    ...section('NOTES', [...night.notes.map((note) => wrap(note, '  ')), ...recentNotes(input)]),
  ]);
};

const headline = (input: FrontPageInput): string => {
  const {night, first} = input;
  const where = `jitstat ${night.night} ${night.machine}`;
  if (night.status === 'refused') return `${where}: REFUSED: ${night.reason ?? ''}`;
  const gating = night.alerts.filter(({gate}) => gate).length;
  const what =
    gating > 0
      ? plural(gating, 'gated alert')
      : night.alerts.length > 0
        ? `${plural(night.alerts.length, 'alert')}, none gated`
        : first
          ? 'first night, nothing to compare with'
          : quietWords(input);
  const aa = night.aa === null ? 'no A/A' : night.aa.bad ? 'A/A BAD' : 'A/A quiet';
  return `${where}: ${what} (${plural(night.workloads.length, 'workload')}, ${aa}).`;
};

/** For a night without alerts: whether nothing differs, or what differs does so as before. */
const quietWords = ({night, sessions, history}: FrontPageInput): string => {
  const {state, differing} = nightOutcome(night, [...sessions.values()], history.series);
  const names = differing.map(({name}) => name);
  const shown = names.length > 3 ? `${names.length} entries` : names.join(', ');
  const verb = names.length === 1 ? 'differs' : 'differ';
  if (state === 'quiet') return 'nothing changed';
  if (state === 'new') return `no alert; ${shown} ${verb} anew, not gated`;
  return state === 'standing'
    ? `no news; ${shown} ${verb} as before`
    : `no alert; ${shown} ${verb}`;
};

const alertLines = ({alerts}: Night): string[] =>
  alerts
    .toSorted((a, b) => Number(b.gate) - Number(a.gate))
    .map(({gate, text}) => wrap(text, gate ? '! ' : '- '));

/** After against before: each workload with all its events; for one side, the median of a run. */
const matrix = ({night, sessions}: FrontPageInput): string[] =>
  night.workloads.flatMap(({name, session, confirm, reason}) => {
    const measured = sessions.get(confirm ?? session ?? '');
    if (measured === undefined) return reason === undefined ? [] : [wrap(`${name}: ${reason}`, '')];
    const counted = (measured.comparison?.rows ?? measured.summary).map(({event}) => event);
    const cells = matrixEvents
      .filter((event) => counted.includes(event))
      .slice(0, mostEvents)
      .map((event) => `${event} ${cellOf(measured, event)}`);
    return cells.length === 0 ? [] : [wrap(`${name}: ${cells.join(', ')}`, '', '  ')];
  });

const cellOf = ({summary, comparison}: Session, event: string): string => {
  const level = summary.find((row) => row.event === event);
  if (level !== undefined) {
    const value = level.stats.median ?? level.stats.mean;
    return value === null ? 'not counted' : ascii(formatCount(value, level.unit));
  }
  const row = comparison!.rows.find((candidate) => candidate.event === event)!;
  return row.verdict === 'equal' || row.verdict === 'unsettled' || row.change === null
    ? row.verdict
    : `${percent(row.change.ratio)} ${row.verdict}`;
};

const recentChanges = ({night, history}: FrontPageInput): string[] => {
  const since = Date.parse(night.night) - recentDays * 86_400_000;
  return history.series.flatMap((series) =>
    series.changes
      .filter((change) => Date.parse(change.night) >= since)
      .map((change) =>
        wrap(
          `${nameOf(series)} ` +
            `${change.ratio === null ? 'changed' : percent(change.ratio)} since ` +
            `${change.night} (p ${change.p.toExponential(0)}), sessions ` +
            `${change.sessionBefore} and ${change.sessionAfter}`,
          '- ',
        ),
      ),
  );
};

const spikeLines = ({history}: FrontPageInput): string[] =>
  history.series
    .flatMap((series) => {
      const last = series.points.at(-1);
      if (series.measure === 'ratio' || last === undefined || (last.spikes ?? 0) === 0) return [];
      const known = series.points
        .slice(0, -1)
        .filter(({runs, spikes}) => runs !== null && spikes !== null);
      const runs = known.reduce((sum, point) => sum + point.runs!, 0);
      const usual =
        runs === 0
          ? ''
          : '; nights before ' +
            `${((100 * known.reduce((sum, point) => sum + point.spikes!, 0)) / runs).toFixed(1)} ` +
            '%';
      return [wrap(`${nameOf(series)}: ${last.spikes} of ${last.runs} runs${usual}`, '- ')];
    })
    .slice(0, 12);

const recentNotes = ({night, history}: FrontPageInput): string[] =>
  history.notes
    .filter(({date}) => Date.parse(night.night) - Date.parse(date) <= 30 * 86_400_000)
    .map(({date, text}) => wrap(`${date} ${text}`, '  '));

const nameOf = (series: HistorySeries): string =>
  `${series.workload} ${series.side} ${series.event}`;

const section = (title: string, body: readonly string[]): string[] =>
  body.length === 0 ? [] : ['', title, ...body];

const wrap = (text: string, first: string, indent = ' '.repeat(first.length)): string => {
  const out: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    if (line.length + word.length > 72 && line.trim() !== first.trim()) {
      out.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...out, line.trimEnd()].join('\n');
};

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;
