// From briefs of sessions to lines of series: what was measured again and again, newest state last.
import type {BriefRow, News, SessionBrief} from '../../results/history/index.ts';
import {newsOf} from '../../results/history/index.ts';
import {formatChange, formatCount} from '../charts/axis-format.ts';
import type {SeriesLine} from '../page/series-table.ts';
import {sessionTitle} from '../page/session-page.ts';
import {sessionPath, timeOf, workloadPath} from './paths.ts';

/** `briefs`: oldest first. A night's confirming session stands for both. */
export const seriesLines = (briefs: readonly SessionBrief[]): SeriesLine[] => {
  const groups = new Map<string, SessionBrief[]>();
  for (const brief of briefs) {
    const key = `${brief.subject}\n${brief.host.id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [brief]);
    else if (brief.night !== null && group.at(-1)!.night === brief.night)
      group[group.length - 1] = brief;
    else group.push(brief);
  }
  return [...groups.values()].map(lineOf);
};

const lineOf = (group: readonly SessionBrief[]): SeriesLine => {
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
    news: newsOfLast(group),
    refused: last.status === 'refused' ? (last.reason ?? 'no reason was kept') : null,
    when: timeOf(last),
    sessionHref: sessionPath(last.id),
  };
};

/** What sessions are grouped by: the workload, or the label of a command. */
export const titleOf = ({workload, before}: SessionBrief): string => workload ?? before.label;

const valueOf = (row: BriefRow | null): number | null =>
  row === null ? null : row.verdict === null ? row.before : row.ratio;

/** Of the newest session against the one before it that measured the same event. */
const newsOfLast = (group: readonly SessionBrief[]): News => {
  const row = group.at(-1)!.primary;
  const now = judged(row);
  if (row === null || now === null) return 'none';
  const earlier = group.slice(0, -1).findLast(({primary}) => primary?.event === row.event);
  return newsOf(now, judged(earlier?.primary ?? null), row.margin);
};

const judged = (row: BriefRow | null) =>
  row === null || row.verdict === null
    ? null
    : {
        verdict: row.verdict,
        change: row.ratio === null ? null : {ratio: row.ratio, low: row.low, high: row.high},
      };

/** `task-clock +1.53 %`, or the level of one side. */
export const changeWords = ({event, change, level}: SeriesLine): string =>
  change === null
    ? `${event} ${level ?? 'not measured'}`
    : `${event} ${formatChange(change.ratio)}`;
