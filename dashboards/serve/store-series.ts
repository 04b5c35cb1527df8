// From briefs of sessions to lines of series: what was measured repeatedly, newest state last.
import type {BriefRow, BriefSeries, SessionBrief} from '../../results/history/index.ts';
import {briefSeries} from '../../results/history/index.ts';
import {formatChange, formatCount} from '../charts/axis-format.ts';
import type {SeriesLine} from '../page/series-table.ts';
import {sessionTitle} from '../page/session-page.ts';
import {sessionPath, timeOf, workloadPath} from './paths.ts';

/** `briefs`: oldest first. */
export const seriesLines = (briefs: readonly SessionBrief[]): SeriesLine[] =>
  briefSeries(briefs).map(lineOf);

const lineOf = ({briefs: group, news}: BriefSeries): SeriesLine => {
  const last = group.at(-1)!;
  const row = last.primary;
  return {
    title: sessionTitle(last),
    href: workloadPath(titleOf(last)),
    machine: last.host.name,
    count: group.length,
    trend: group.map(({primary}) => (primary?.event === row?.event ? valueOf(primary) : null)),
    event: row?.event ?? '',
    change:
      row === null || row.ratio === null ? null : {ratio: row.ratio, low: row.low, high: row.high},
    level: row === null || row.before === null ? null : formatCount(row.before, row.unit),
    verdict: row?.verdict ?? null,
    news,
    refused: last.status === 'refused' ? (last.reason ?? 'no reason was kept') : null,
    when: timeOf(last),
    sessionHref: sessionPath(last.id),
  };
};

/** What sessions are grouped by: the workload, or the label of a command. */
export const titleOf = ({workload, before}: SessionBrief): string => workload ?? before.label;

const valueOf = (row: BriefRow | null): number | null =>
  row === null ? null : row.verdict === null ? row.before : row.ratio;

/** `task-clock +1.53 %`, or the level of one side. */
export const changeWords = ({event, change, level}: SeriesLine): string =>
  change === null
    ? `${event} ${level ?? 'not measured'}`
    : `${event} ${formatChange(change.ratio)}`;
