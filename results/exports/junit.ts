// JUnit XML: a test case for each workload and event; gated alerts and a refused night fail, rows
// that are not settled or not counted are skipped.
import type {Alert} from '../history/types.ts';
import type {Session} from '../types.ts';
import type {ExportWriter, ExportInput} from './rows.ts';
import {namesOf} from './rows.ts';

export const junit: ExportWriter = {
  what: 'JUnit XML for CI systems: gated alerts are failures',
  write: (input) => {
    const nameOf = namesOf(input);
    const suites = input.sessions.map(({session}) =>
      suiteOf(session, nameOf(session), alertsOf(input, session)),
    );
    const rest = (input.night?.alerts ?? []).filter(
      (alert) => !input.sessions.some(({session}) => alertsOf(input, session).includes(alert)),
    );
    const cases = [
      ...refusal(input),
      ...rest.map((alert): Case => ({
        name: alert.code,
        classname: 'night',
        body: alert.gate ? failure(alert) : skipped(alert.text),
      })),
    ];
    const all =
      cases.length === 0 ? suites : [...suites, suite('night', input.night?.created ?? '', cases)];
    return (
      '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="jitstat">\n' +
      `${all.join('')}</testsuites>\n`
    );
  },
};

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly body: string;
}

/** A night that measured nothing must not look like one in which nothing was wrong. */
const refusal = ({night}: ExportInput): Case[] =>
  night?.status === 'refused'
    ? [
        {
          name: 'refused',
          classname: 'night',
          body: failure({code: 'refused-night', text: night.reason ?? 'the host refused'}),
        },
      ]
    : [];

const suiteOf = (session: Session, classname: string, alerts: readonly Alert[]): string => {
  const rows: Case[] =
    session.comparison === null
      ? session.summary.map(({event}) => ({
          name: event,
          classname,
          body: bodyOf(event, alerts, ''),
        }))
      : session.comparison.rows.map((row) => ({
          name: row.event,
          classname,
          body: bodyOf(
            row.event,
            alerts,
            row.verdict === 'unsettled' ? skipped(`not settled: ${row.reason}`) : '',
          ),
        }));
  const missing = session.notCounted.map(({event, reason}): Case => ({
    name: event,
    classname,
    body: skipped(`not counted: ${reason}`),
  }));
  return suite(`${classname} ${session.id}`, session.created, [...rows, ...missing]);
};

const bodyOf = (event: string, alerts: readonly Alert[], otherwise: string): string => {
  const own = alerts.filter((candidate) => candidate.event === event);
  const gated = own.filter(({gate}) => gate);
  if (gated.length > 0)
    return failure({code: gated[0].code, text: gated.map(({text}) => text).join('\n')});
  return own.length === 0 ? otherwise : skipped(own.map(({text}) => text).join('\n'));
};

/** Alerts of the suite entry that measured this session. */
const alertsOf = ({night}: ExportInput, session: Session): Alert[] => {
  const entry = night?.workloads.find(
    (workload) => workload.session === session.id || workload.confirm === session.id,
  );
  return entry === undefined
    ? []
    : night!.alerts.filter(({workload, event}) => workload === entry.name && event !== undefined);
};

const suite = (name: string, timestamp: string, cases: readonly Case[]): string => {
  const count = (tag: string): number => cases.filter(({body}) => body.includes(`<${tag}`)).length;
  return [
    `  <testsuite name="${escaped(name)}" ` +
      `timestamp="${escaped(timestamp.replace(/\.\d+Z$/, ''))}" tests="${cases.length}" ` +
      `failures="${count('failure')}" errors="0" skipped="${count('skipped')}">`,
    ...cases.map(
      (one) =>
        `    <testcase classname="${escaped(one.classname)}" ` +
        `name="${escaped(one.name)}"${one.body === '' ? '/>' : `>${one.body}</testcase>`}`,
    ),
    '  </testsuite>',
    '',
  ].join('\n');
};

const failure = ({code, text}: Pick<Alert, 'code' | 'text'>): string =>
  `<failure type="${code}" message="${escaped(text)}"/>`;

const skipped = (text: string): string => `<skipped message="${escaped(text)}"/>`;

/**
 * What XML 1.0 does not allow: control characters other than tab and newlines, lone surrogates, two
 * noncharacters.
 */
const foreign = /[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text
    .replace(foreign, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
