// The four answers at the top of a night's page, from its alerts and its primary events.
import type {NightOutcome} from '../../results/history/night-outcome.ts';
import type {AlertCode, Night} from '../../results/history/types.ts';
import type {Session} from '../../results/types.ts';
import {formatChange, plural} from '../charts/axis-format.ts';
import type {Answer} from './short-answer.ts';
import {primaryRow} from '../../results/rows/primary-row.ts';

export const changedCodes: readonly AlertCode[] = ['change-found', 'budget-exceeded'];
export const missingCodes: readonly AlertCode[] = [
  'missing-workload',
  'refused-night',
  'unfinished-night',
  'not-counted',
  'running-dropped',
];
export const hostCodes: readonly AlertCode[] = ['host-changed', 'perf-changed', 'bad-aa'];

/**
 * The night's workloads, each with the session that counts: the confirming one, if there is one.
 */
export const measuredWorkloads = (night: Night, sessions: readonly Session[]) =>
  night.workloads.flatMap(({name, session, confirm}) => {
    const found = sessions.find((one) => one.id === (confirm ?? session));
    return found === undefined || found.comparison === null ? [] : [{name, session: found}];
  });

export const nightGlance = (
  night: Night,
  sessions: readonly Session[],
  outcome: NightOutcome,
  changePoints: number,
): readonly Answer[] => {
  const of = (codes: readonly AlertCode[]) =>
    night.alerts.filter((alert) => codes.includes(alert.code));
  const missing = of(missingCodes);
  const host = of(hostCodes);
  const gated = night.alerts.filter((alert) => alert.gate).length;
  const rows = measuredWorkloads(night, sessions).map(({name, session}) => ({
    name,
    row: primaryRow(session.comparison!),
  }));
  const largest = rows
    .filter(({row}) => row?.change != null)
    .sort(
      (a, b) => Math.abs(Math.log(b.row!.change!.ratio)) - Math.abs(Math.log(a.row!.change!.ratio)),
    )[0];
  const recent =
    changePoints === 0 ? 'no recent change point' : plural(changePoints, 'recent change point');
  return [
    didAnythingChange(
      night,
      outcome,
      `${gated === 0 ? 'no gated alert' : plural(gated, 'gated alert')}; ${recent}.`,
    ),
    largest === undefined
      ? {question: 'By how much?', answer: 'Not known', detail: 'No workload was measured.'}
      : {
          question: 'By how much?',
          answer: `${largest.row!.event} ${formatChange(largest.row!.change!.ratio)}`,
          detail:
            `${largest.name}, ${largest.row!.verdict}; the largest tonight of ` +
            `${plural(rows.length, 'workload')}, after against before.`,
          tone: largest.row!.verdict,
        },
    {
      question: 'Is it the code?',
      answer:
        night.aa === null
          ? 'No A/A tonight'
          : night.aa.bad
            ? 'The A/A is not clean'
            : host.length > 0
              ? 'The host changed'
              : 'The host is as before',
      detail:
        host[0]?.text ??
        (night.aa === null
          ? 'Without an A/A the noise of this night is not known.'
          : 'The A/A showed no change, and the host record is the same.'),
    },
    {
      question: 'What is missing?',
      answer: missing.length === 0 ? 'Nothing' : plural(missing.length, 'alert'),
      detail: missing[0]?.text ?? 'All workloads were measured and all events counted as before.',
    },
  ];
};

/** This answer never denies what a cell of the night's matrix shows. */
const didAnythingChange = (
  {status, reason, alerts}: Night,
  {state, differing}: NightOutcome,
  rest: string,
): Answer => {
  const question = 'Did anything change?';
  const changed = alerts.filter(({code}) => changedCodes.includes(code));
  const [first] = differing;
  const differs =
    first === undefined
      ? ''
      : `${first.name}: ${first.row.event} ` +
        `${first.row.change === null ? first.row.verdict : formatChange(first.row.change.ratio)}` +
        `${differing.length === 1 ? '' : ` and ${differing.length - 1} more`}`;
  const answers: Record<NightOutcome['state'], readonly [string, string]> = {
    refused: ['The night was refused', reason ?? 'No reason was kept.'],
    unfinished: ['The night did not finish', 'What it measured is below.'],
    alerts: [plural(changed.length, 'change'), changed[0]?.text ?? ''],
    silenced: [
      'Not distinguishable from noise',
      `${differs}; without a clean A/A no change raises an alert.`,
    ],
    new: [`New, not gated`, `${differs}, unlike last time; ${rest}`],
    first: [
      'Differs, for the first time',
      `${differs}; later nights are compared with it; ${rest}`,
    ],
    standing: ['No news', `${differs} differs as on earlier nights; ${rest}`],
    differs: ['No alert', `${differs} differs between its sides; ${rest}`],
    quiet: ['No change shown', `${rest.slice(0, 1).toUpperCase()}${rest.slice(1)}`],
  };
  const [answer, detail] = answers[status === 'refused' ? 'refused' : state];
  return {question, answer, detail};
};
