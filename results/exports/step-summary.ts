// Markdown for a GitHub step summary: alerts first, then a table for each workload, with the
// unsettled rows folded away.
import {isClaim} from '../claims.ts';
import {nightOutcome} from '../history/night-outcome.ts';
import type {Night} from '../history/types.ts';
import type {Change, ComparisonRow, Session, SideStats} from '../types.ts';
import type {ExportWriter} from './rows.ts';
import {namesOf} from './rows.ts';
import {plural} from '../wording.ts';

export const stepSummary: ExportWriter = {
  what: 'markdown for $GITHUB_STEP_SUMMARY',
  write: (input) => {
    const {sessions, night} = input;
    const nameOf = namesOf(input);
    return [
      ...(night === null
        ? []
        : [
            `## jitstat ${night.night} on ${escaped(night.machine)}: ` +
              outcomeOf(
                night,
                sessions.map(({session}) => session),
              ),
            '',
          ]),
      ...(night?.alerts ?? []).map(
        ({gate, text}) => `- ${gate ? '**gated** ' : ''}${escaped(text)}`,
      ),
      ...sessions.flatMap(({session}) => ['', ...sessionText(session, nameOf(session))]),
      '',
    ].join('\n');
  },
};

/** Never quieter than the tables below it. */
const outcomeOf = (night: Night, sessions: readonly Session[]): string => {
  const {status, reason, alerts} = night;
  if (status === 'refused') return `refused, ${escaped(reason ?? '')}`;
  const {state, differing} = nightOutcome(night, sessions, null);
  if (alerts.length === 0)
    return state === 'quiet'
      ? 'no change shown'
      : `no news; ${differing.map(({name}) => escaped(name)).join(', ')} ` +
          `${differing.length === 1 ? 'differs between its' : 'differ between their'} sides`;
  return plural(alerts.length, 'alert');
};

const sessionText = (session: Session, name: string): string[] => {
  const rows = session.comparison?.rows ?? [];
  const shown = rows.filter(({verdict}) => verdict !== 'unsettled');
  const rest = rows.length - shown.length;
  const sides =
    session.after === null
      ? escaped(session.before.label)
      : `${escaped(session.before.label)} → ${escaped(session.after.label)}`;
  return [
    `### ${escaped(name)}: ${sides}`,
    '',
    ...(shown.length === 0
      ? []
      : [
          '| event | before | after | change | 95 % interval | verdict |',
          '|---|---:|---:|---:|---:|---|',
          ...shown.map(rowText),
        ]),
    ...(rest === 0
      ? []
      : [
          '',
          `<details><summary>${rest} not settled</summary>`,
          '',
          ...rows
            .filter(({verdict}) => verdict === 'unsettled')
            .map(({event, reason}) => `- ${escaped(event)}: ${escaped(reason)}`),
          '',
          '</details>',
        ]),
    ...session.summary.map(({event, unit, stats}) =>
      `- ${escaped(event)}: ${level(stats)} ${unit}`.trimEnd(),
    ),
    '',
    `session \`${session.id}\`, ${session.plan.quads} quads`,
  ];
};

const interval = ({low, high}: Change): string =>
  low === null || high === null ? '-' : `${percent(low)} … ${percent(high)}`;

const rowText = (row: ComparisonRow): string => {
  const change = row.change === null ? ['', ''] : [percent(row.change.ratio), interval(row.change)];
  return (
    `| ${escaped(row.event)} | ${level(row.before)} | ${level(row.after)} | ` +
    `${change.join(' | ')} | ` +
    `${isClaim(row) ? `**${row.verdict}**` : row.verdict} |`
  );
};

const level = ({mean}: SideStats): string =>
  mean === null
    ? ''
    : Math.abs(mean) >= 10_000
      ? Math.round(mean).toLocaleString('en-US')
      : String(Number(mean.toPrecision(5)));

const percent = (ratio: number): string =>
  `${ratio < 1 ? '−' : '+'}${Math.abs((ratio - 1) * 100).toFixed(2)} %`;

const escaped = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>|#&]/g, '\\$&').replace(/[\r\n]+/g, ' ');
