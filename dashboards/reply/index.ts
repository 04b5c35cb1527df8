// A plain-text answer to a mail with measurements: 72 columns, ASCII.
import type {Comparison, ImportTable} from '../../results/types.ts';
import {wrap} from '../tables/ascii.ts';
import {mailTable} from '../tables/mail.ts';
import {nextSteps} from './next.ts';
import {quoteTable} from './quote.ts';
import {verdictSentence} from './reply-verdict.ts';

/** Two tables of the mail and what comparing them gives. */
export interface Claim {
  readonly comparison: Comparison;
  readonly before: ImportTable;
  readonly after: ImportTable;
}

/** How many findings are printed; `jitstat compare` shows the rest. */
const mostFindings = 5;

/** Findings about how it was measured: the end of the reply says what to do about them. */
const aboutMethod = ['blocked-design', 'one-run', 'no-counters'];

/**
 * For each claim the quoted rows, its number if there are several, the verdict in the first
 * sentence and the table; then at most
 * five findings and what to measure next. Without a newline at the end.
 */
export const replyText = (mail: string, claims: readonly Claim[]): string => {
  const lines = mail.replaceAll('\r', '').split('\n');
  const answers = claims.flatMap(({comparison, before, after}, i) => {
    const events = quotedEvents(comparison);
    return [
      ...bothQuoted(quoteTable(lines, before, events), quoteTable(lines, after, events)),
      ...wrap(verdictSentence(comparison), markOf(claims, i), ''),
      '',
      ...mailTable(comparison),
      '',
    ];
  });
  return [
    ...answers,
    ...findingLines(claims),
    'What to measure next:',
    ...nextSteps(claims.map(({comparison}) => comparison)).flatMap((text) =>
      wrap(text, '* ', '  '),
    ),
  ].join('\n');
};

/** `[2] `, by which findings refer to a claim; empty if there is only one. */
const markOf = (claims: readonly Claim[], i: number): string =>
  claims.length > 1 ? `[${i + 1}] ` : '';

/** The lines of both sides with a gap between, and one after; lines that hold both sides once. */
const bothQuoted = (before: readonly string[], after: readonly string[]): string[] => {
  const isOne = after.length === 0 || before.join('\n') === after.join('\n');
  const all = before.length === 0 ? after : isOne ? before : [...before, '>', ...after];
  return all.length === 0 ? [] : [...all, ''];
};

const parts = ['task-clock', 'cycles', 'instructions', 'elapsed'];

/** Rows of a benchmark that are quoted. */
const mostQuoted = 12;

/**
 * The parts of the time, and every event that a finding names; of `cycles/hit` also `cycles`. All
 * rows if they are not parts of a time.
 */
const quotedEvents = ({rows, findings}: Comparison): string[] => {
  const bare = (event: string): string => event.replace(/\/[^/]+$/, '');
  const isNamed = (event: string): boolean =>
    findings.some(
      ({code, data}) =>
        !aboutMethod.includes(code) &&
        (data?.['event'] === event || data?.['misses'] === event || data?.['loads'] === event),
    );
  const quoted = rows.some(({event}) => parts.includes(event))
    ? rows.filter(({event, primary}) => primary || parts.includes(event) || isNamed(event))
    : rows.slice(0, mostQuoted);
  return quoted.flatMap(({event}) => [event, bare(event)]);
};

const findingLines = (claims: readonly Claim[]): string[] => {
  const all = claims.flatMap(({comparison}, i) =>
    comparison.findings
      .filter(({code}) => !aboutMethod.includes(code))
      .map(({text}) => ({text, mark: markOf(claims, i)})),
  );
  if (all.length === 0) return [];
  const shown = evenly(claims, all).slice(0, mostFindings);
  const left = all.length - shown.length;
  return [
    ...shown.flatMap(({text, mark}) => wrap(text, `- ${mark}`, '  ')),
    ...(left === 0 ? [] : [`(${left} more in jitstat compare)`]),
    '',
  ];
};

/** The first finding of each claim first, then the second ones, so that no claim goes unexplained. */
const evenly = <T extends {readonly mark: string}>(
  claims: readonly Claim[],
  all: readonly T[],
): T[] => {
  const queues = claims.map((_claim, i) => all.filter(({mark}) => mark === markOf(claims, i)));
  const longest = Math.max(...queues.map((queue) => queue.length));
  return Array.from({length: longest}, (_none, k) =>
    queues.flatMap((queue) => queue.slice(k, k + 1)),
  ).flat();
};
