// Briefs of sessions as series: what was measured repeatedly on one machine, and whether the newest
// result is news.
import {lastOfEachNight} from './gather.ts';
import type {Judged, News} from './news.ts';
import {newsOf} from './news.ts';
import type {BriefRow, SessionBrief} from './session-briefs.ts';

export interface BriefSeries {
  /** Oldest first, at least one; of each night the last, which confirms those before it. */
  readonly briefs: readonly SessionBrief[];
  /** Of the newest session against the one before it that measured the same event. */
  readonly news: News;
}

/** `briefs`: oldest first. */
export const briefSeries = (briefs: readonly SessionBrief[]): BriefSeries[] => {
  const groups = new Map<string, SessionBrief[]>();
  for (const brief of lastOfEachNight(briefs)) {
    const key = `${brief.subject}\n${brief.host.id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [brief]);
    else group.push(brief);
  }
  return [...groups.values()].map((group) => ({briefs: group, news: newsOfLast(group)}));
};

const newsOfLast = (group: readonly SessionBrief[]): News => {
  const row = group.at(-1)!.primary;
  const now = judged(row);
  if (row === null || now === null) return 'none';
  const earlier = group.slice(0, -1).findLast(({primary}) => primary?.event === row.event);
  return newsOf(now, judged(earlier?.primary ?? null), row.margin);
};

const judged = (row: BriefRow | null): Judged | null =>
  row === null || row.verdict === null
    ? null
    : {
        verdict: row.verdict,
        change: row.ratio === null ? null : {ratio: row.ratio, low: row.low, high: row.high},
      };
